"""One hand-written bundle for each task of the catalogue: written, checked, read, equal."""

import json

import pytest

from explainers import bundle
from explainers.bundle import Item, Output, Stimulus
from tests.explainers.hand_written import DATASET, Written, explainer, model, pets, png, shown

ANIMALS = [("rex", "dog", "dog"), ("tom", "cat", "dog"), ("kim", "cat", "cat")]


def animals(model_name="net"):
    """Instances with their outputs by one model and their input."""
    written = Written(pets())
    for shade, (name, truth, output) in enumerate(ANIMALS):
        written.items.append(Item(name, truth=truth, strata={"pool": "test"}))
        written.outputs.append(
            Output(name, model_name, output, 0.9, (0.1, 0.9) if output == "dog" else (0.9, 0.1))
        )
        written.stimuli.append((Stimulus(name, "input", alt="An animal"), png(shade=shade)))
    return written


def explained(written, model_name="net", target="predicted", shade=100):
    for item in written.items:
        heat = Stimulus(item.item, "map", model_name, "heat", target, alt="The same, coloured", seed=4)
        written.stimuli.append((heat, png(shade=shade)))
    return written


def forward_simulation():
    return explained(animals())


def error_detection():
    """Whether the output is right is not told: it follows from output and truth."""
    return explained(animals())


def advice():
    """A number is advised, with its regression model; the explanation is a table."""
    flats = Written(
        {
            "name": "flats",
            "dataset": DATASET,
            "labels": [],
            "models": [model("rent", output="number")],
            "explainers": [explainer("weights", parts=["table"])],
        }
    )
    table = shown(type="table", columns=["feature", "value"], rows=[["rooms", 3]], emphasis=[[0, -0.25]])
    flats.items.append(Item("flat-1", truth="812.5", strata={"pool": "test", "size": "large"}))
    flats.outputs.append(Output("flat-1", "rent", "790.25"))
    flats.stimuli.append((Stimulus("flat-1", "input"), shown(type="text", text="Three rooms, ground floor")))
    flats.stimuli.append(
        (Stimulus("flat-1", "table", "rent", "weights", "predicted", caption="Each adds"), table)
    )
    return flats


def walk_through():
    """The shown model is executed by hand: its rules are the explanation."""
    written = animals()
    written.manifest |= {"explainers": [explainer("list", parts=["rules"], reveals_output="yes")]}
    rules = shown(
        type="rules", rules=[{"if": ["barks", "age > 2"], "then": "dog"}, {"if": [], "then": "cat"}]
    )
    for item in written.items:
        written.stimuli.append((Stimulus(item.item, "rules", "net", "list", "predicted"), rules))
    return written


def feature_naming():
    """The truth is the list of features that matter; the input is text in tokens."""
    written = Written(pets(explainers=[explainer("words", parts=["tokens"])]))
    written.items.append(Item("letter-1", truth=json.dumps(["barks", "wags"])))
    written.outputs.append(Output("letter-1", "net", "dog", 0.8, (0.2, 0.8)))
    tokens = ["It", "barks", "and", "wags"]
    plain = shown(type="tokens", tokens=tokens, weights=None)
    weighed = shown(type="tokens", tokens=tokens, weights=[0, 0.9, None, 0.4])
    written.stimuli.append((Stimulus("letter-1", "input"), plain))
    written.stimuli.append((Stimulus("letter-1", "tokens", "net", "words", "predicted"), weighed))
    return written


def counterfactual_simulation():
    written = explained(animals())
    changed = {"feature": "ears", "from": "long", "to": "short", "by": 0.5}
    written.items.append(
        Item("rex-b", "pair", parent="rex", change=changed, truth="", strata={"pool": "test"})
    )
    written.outputs.append(Output("rex-b", "net", "cat", 0.6, (0.6, 0.4)))
    written.stimuli.append((Stimulus("rex-b", "input", alt="An animal"), png(shade=50)))
    return written


def parameter_change_simulation():
    written = explained(animals())
    written.manifest |= {"models": [model("net"), model("net-2")]}
    written.outputs += [Output(item.item, "net-2", "cat", 0.7, (0.7, 0.3)) for item in written.items]
    return written


def distinction():
    written = animals()
    for place, label in enumerate(["cat", "dog"]):
        explained(written, target=f"class:{label}", shade=120 + place)
    return explained(written, target="runner-up")


def two_alternative_forced_choice():
    """Which query does the unit respond to, as the references do?"""
    written = Written(pets(explainers=[explainer("optimised", parts=["reference-1", "reference-2"])]))
    written.items.append(Item("unit-12", "unit", truth="query-b", strata={"pool": "test", "layer": "conv5"}))
    parts = ["reference-1", "reference-2", "query-a", "query-b"]
    for place, part in enumerate(parts):
        written.stimuli.append((Stimulus("unit-12", part, alt="A picture"), png(shade=place)))
    for place, part in enumerate(parts[:2]):
        drawn = Stimulus("unit-12", part, "net", "optimised", "none", alt="A picture", seed=place)
        written.stimuli.append((drawn, png(5, 5, shade=place)))
    return written


def model_choice():
    written = explained(explained(animals()), "net-2", shade=101)
    models = [model("net", accuracy=0.9, accuracy_n=200), model("net-2", accuracy=0.7, accuracy_n=200)]
    written.manifest |= {"models": models}
    written.outputs += [Output(item.item, "net-2", "cat", 0.7, (0.7, 0.3)) for item in written.items]
    written.items.append(Item("all", "set", members=("rex", "tom", "kim"), strata={"pool": "test"}))
    return written


def debugging():
    written = explained(animals())
    truth = json.dumps(["collar", "leash"])
    written.items.append(
        Item("all", "set", members=("rex", "tom", "kim"), truth=truth, strata={"pool": "test"})
    )
    neighbour = Stimulus("tom", "map", "net", "heat", "truth", alt="The same, coloured", source_item="rex")
    return Written(
        written.manifest, written.items, written.outputs, [*written.stimuli, (neighbour, png(4, 4))]
    )


def ratings():
    """No items: all is asked about the session."""
    return Written({"name": "ratings", "dataset": DATASET})


CATALOGUE = [
    *(forward_simulation, error_detection, advice, walk_through, feature_naming, counterfactual_simulation),
    *(
        parameter_change_simulation,
        distinction,
        two_alternative_forced_choice,
        model_choice,
        debugging,
        ratings,
    ),
]


@pytest.mark.parametrize("task", CATALOGUE, ids=lambda task: task.__name__)
def test_the_task_goes_through_the_door_and_comes_out_the_same(task, tmp_path):
    written = task()
    made = written.write(tmp_path / "bundle")
    assert bundle.check(tmp_path / "bundle") == []
    read = bundle.read(tmp_path / "bundle")
    assert read == made
    assert read.items == tuple(written.items)
    assert read.outputs == tuple(written.outputs)
    assert read.stimuli == tuple(bundle.filled(stimulus, content) for stimulus, content in written.stimuli)
    assert [read.path(stimulus).read_bytes() for stimulus in read.stimuli] == [c for _, c in written.stimuli]


def test_a_unit_whose_truth_is_no_part_of_it_is_told(tmp_path):
    written = two_alternative_forced_choice()
    written.items[0] = Item("unit-12", "unit", truth="query-c", strata=written.items[0].strata)
    with pytest.raises(
        bundle.BundleError, match=r'line 2, field "truth": is \'query-c\'.* part of this unit'
    ):
        written.write(tmp_path / "bundle")


def test_a_probability_for_a_number_is_told(tmp_path):
    written = advice()
    written.outputs[0] = Output("flat-1", "rent", "790.25", 0.5)
    with pytest.raises(bundle.BundleError, match="is filled for a model whose output is a number"):
        written.write(tmp_path / "bundle")


def test_a_number_that_is_not_in_decimal_notation_is_told(tmp_path):
    written = advice()
    written.outputs[0] = Output("flat-1", "rent", "7.9e2")
    with pytest.raises(bundle.BundleError, match="Allowed: a number in decimal notation"):
        written.write(tmp_path / "bundle")
