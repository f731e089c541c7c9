"""What a bundle cannot give is told with the line that asks for it."""

import pytest

from protocol import ProtocolError, check_against_bundle, read_and_check, read_protocol, ready_to_launch
from tests.protocol.small import POOLS, facts, write


def told(path, bundle):
    """Return the faults of the protocol in `path` with its bundle, without the file's name."""
    with pytest.raises(ProtocolError) as caught:
        read_and_check(path, bundle)
    return [str(problem).removeprefix(f"{path}, ") for problem in caught.value.problems]


def without(stimuli, *dropped):
    return {stimulus for stimulus in stimuli if stimulus not in dropped}


def test_a_protocol_that_fits_its_bundle_is_returned(tmp_path):
    assert read_and_check(write(tmp_path), facts()).study == "small"


def test_an_explainer_that_the_bundle_lacks_is_told(tmp_path):
    found = told(write(tmp_path), facts(explainers={"grad-cam": "partly"}))
    assert found == ['line 11: arm "map" names explainer "saliency". Known ones: grad-cam.']


def test_a_heading_for_an_explainer_that_the_bundle_lacks_is_told(tmp_path):
    path = write(tmp_path, ("displays:", "displays:\n  occlusion: {heading: Look}"))
    assert told(path, facts()) == [
        'line 14: displays names explainer "occlusion". Known ones: integrated-gradients, saliency.'
    ]


def test_a_model_that_the_bundle_lacks_is_told_once_for_each_place(tmp_path):
    path = write(
        tmp_path, ("model: net", "model: nut"), ("  - kind: learning", "  - kind: learning\n    model: nat")
    )
    assert told(path, facts()) == [
        'line 4: model is "nut". Models of the bundle: net.',
        'line 49: model is "nat". Models of the bundle: net.',
    ]


def test_a_second_model_that_the_bundle_lacks_is_told(tmp_path):
    path = write(
        tmp_path, ("      question: Which will it say?", "      question: Well?\n      compared_model: nat")
    )
    assert told(path, facts()) == ['line 43: compared_model is "nat". Models of the bundle: net.'] * 2


def test_a_class_that_is_no_label_is_told(tmp_path):
    bundle = facts(stimuli=facts().stimuli | {(item, "saliency", "class:cow") for item in POOLS})
    found = told(write(tmp_path, ("    target: predicted", "    target: class:cow")), bundle)
    assert found == ['line 12: arm "map" explains class "cow". Labels: cat, dog.']


def test_too_few_items_are_told(tmp_path):
    path = write(tmp_path, ("{pool: learning}\n      count: 2", "{pool: learning}\n      count: 3"))
    assert told(path, facts()) == [
        "line 51: phase 6 (learning) asks for 3 items with pool: learning; the bundle has 2."
    ]


def test_strata_that_no_item_has_are_told_with_the_known_ones(tmp_path):
    path = write(tmp_path, ("{pool: learning}", "{pool: learn, size: big}"))
    assert told(path, facts()) == [
        (
            "line 51: phase 6 (learning) asks for 2 items with pool: learn, size: big; the bundle has 0. "
            "Known values of pool: learning, practice, test, tutorial. Known values of size: none."
        )
    ]


def test_an_example_beyond_its_pool_is_told(tmp_path):
    found = told(write(tmp_path, ("      number: 1", "      number: 2")), facts())
    assert found == [
        'line 38: the example on page "A map" shows item number 2 with pool: tutorial; the bundle has 1.'
    ]


def test_items_that_are_learned_and_tested_are_told(tmp_path):
    path = write(tmp_path, ("{pool: learning}", "{pool: test}"))
    assert told(path, facts()) == [
        (
            "line 54: phase 7 (test) and phase 6 (learning) may show the same items: x1, x2. "
            "Give them different strata."
        )
    ]


def test_an_example_from_the_test_is_told(tmp_path):
    path = write(tmp_path, ("      number: 1", "      strata: {pool: test}"))
    assert told(path, facts()) == [
        (
            'line 37: the example on page "A map" and phase 7 (test) may show the same items: x1. '
            "Give them different strata."
        )
    ]


def test_missing_explanations_are_told_by_phase_and_arm(tmp_path):
    gone = [(item, "saliency", "predicted") for item in ("t1", "p1", "l2")]
    found = told(write(tmp_path), facts(stimuli=without(facts().stimuli, *gone)))
    what = 'explanation for arm "map" (explainer saliency, target predicted)'
    assert found == [
        f'line 37: the bundle has no {what} of items that the example on page "A map" may show: t1.',
        f"line 45: the bundle has no {what} of items that phase 5 (practice) may show: p1.",
        f"line 49: the bundle has no {what} of items that phase 6 (learning) may show: l2.",
    ]


def test_the_test_needs_explanations_only_where_they_are_shown(tmp_path):
    gone = [(item, "saliency", "predicted") for item in ("x1", "x2")]
    bundle = facts(stimuli=without(facts().stimuli, *gone))
    assert read_and_check(write(tmp_path), bundle)
    found = told(write(tmp_path, ("explanation_at_test: none", "explanation_at_test: shown")), bundle)
    assert found == [
        (
            'line 54: the bundle has no explanation for arm "map" (explainer saliency, target '
            "predicted) of items "
            "that phase 7 (test) may show: x1, x2."
        )
    ]


def test_many_missing_items_are_counted(tmp_path):
    pools = {f"l{n}": "learning" for n in range(1, 6)}
    everything = POOLS | pools
    bundle = facts(
        strata=[{"item": item, "pool": pool} for item, pool in everything.items()],
        outputs={(item, "net"): "cat" for item in everything},
        truths=dict.fromkeys(everything, "dog"),
        stimuli={(item, "", "none") for item in everything}
        | {(i, "saliency", "predicted") for i in POOLS if i[0] != "l"},
    )
    assert told(write(tmp_path), bundle)[0].endswith("phase 6 (learning) may show: l1, l2, l3 and 2 more.")


def test_missing_inputs_outputs_and_truths_are_told(tmp_path):
    bundle = facts(
        stimuli=without(facts().stimuli, ("x1", "", "none")),
        outputs={place: said for place, said in facts().outputs.items() if place != ("x2", "net")},
        truths=facts().truths | {"l1": ""},
    )
    assert told(write(tmp_path), bundle) == [
        "line 49: the bundle has no truth of items that phase 6 (learning) may show: l1.",
        'line 54: the bundle has no output of model "net" of items that phase 7 (test) may show: x2.',
        "line 54: the bundle has no input to show of items that phase 7 (test) may show: x1.",
    ]


def test_an_explainer_that_reveals_the_output_may_not_be_shown_at_test(tmp_path):
    path = write(tmp_path, ("explanation_at_test: none", "explanation_at_test: shown"))
    assert told(path, facts(explainers={"saliency": "yes"})) == [
        (
            'line 5: explanation_at_test is "shown", but explainer "saliency" of arm "map" reveals '
            "the output: "
            'it would be read, not understood. Use "explanation_at_test: none" or another explainer.'
        )
    ]


@pytest.mark.parametrize(("at_test", "reveals"), [("none", "yes"), ("shown", "partly"), ("shown", "no")])
def test_an_explainer_that_cannot_be_read_off_at_test_is_allowed(at_test, reveals, tmp_path):
    path = write(tmp_path, ("explanation_at_test: none", f"explanation_at_test: {at_test}"))
    assert read_and_check(path, facts(explainers={"saliency": reveals}))


def test_choices_that_are_no_labels_are_told(tmp_path):
    path = write(tmp_path, ("choices: [cat, dog]", "choices: [cat, cow]"))
    message = "offers the choices cow, which are no labels. Labels: cat, dog."
    assert told(path, facts()) == [
        f"line 44: phase 5 (practice) {message}",
        f"line 44: phase 7 (test) {message}",
    ]


def test_an_output_that_cannot_be_answered_is_told(tmp_path):
    path = write(tmp_path, ("choices: [cat, dog]", "choices: [dog]"))
    message = "has no choice for cat, which the model says of its items."
    assert told(path, facts()) == [
        f"line 44: phase 5 (practice) {message}",
        f"line 44: phase 7 (test) {message}",
    ]


def test_without_lines_problems_still_name_the_protocol(tmp_path):
    problems = check_against_bundle(read_protocol(write(tmp_path)), facts(models=["other"]))
    assert str(problems[0]) == 'protocol.yaml: model is "net". Models of the bundle: other.'


def test_a_plan_with_target_n_and_reason_is_ready(tmp_path):
    assert ready_to_launch(read_protocol(write(tmp_path))) == []


def test_a_power_result_is_as_good_as_a_reason(tmp_path):
    power = "  power: {power: 0.9, effect: 10 points, method: simulation}"
    path = write(tmp_path, ("  power_reason: A small study for tests.", power))
    assert ready_to_launch(read_protocol(path)) == []


def test_launching_needs_a_target_n_and_a_reason_for_it(tmp_path):
    path = write(
        tmp_path,
        ("  target_n_per_arm: 20\n", ""),
        ("power_reason: A small study for tests.", 'power_reason: " "'),
    )
    assert [str(problem) for problem in ready_to_launch(read_protocol(path))] == [
        (
            "protocol.yaml: analysis.target_n_per_arm is missing. Write how many people each arm needs, "
            'e.g. "target_n_per_arm: 80".'
        ),
        (
            "protocol.yaml: analysis.power and analysis.power_reason are both missing. Write the "
            "result of a power "
            "analysis under power (power, effect, method), or under power_reason why the target n is "
            "what it is."
        ),
    ]
