"""What an explainer that is made of another one says of itself."""

from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def access(name, **parameters):
    return get_explainer(name, parameters).taxonomy["access"]


@pytest.mark.parametrize("name", ["other-item", "segment-permuted", "rationale"])
def test_it_looks_into_the_model_where_the_wrapped_one_does(name):
    assert access(name, method="lime") == access(name, method="occlusion") == "model-agnostic"
    assert access(name, method="gradient-x-input") == access(name, method="saliency") == "model-specific"
    assert get_explainer(name, {"method": "lime"}).taxonomy["stage"] == "post-hoc"


def test_shuffled_weights_are_looked_into_whatever_is_wrapped():
    assert access("randomised-model", method="lime") == "model-specific"


def test_the_scope_is_that_of_the_wrapped_one():
    whole_tree = get_explainer("other-item", {"method": "neural-backed-tree", "settings": {"path": False}})
    assert whole_tree.taxonomy["scope"] == "global"
    assert get_explainer("other-item", {"method": "lime"}).taxonomy["scope"] == "local"


@pytest.mark.parametrize(
    ("name", "method", "reveals"),
    [
        ("segment-permuted", "occlusion", "partly"),
        ("segment-permuted", "attention-map", "no"),  # no output has a part in it
        ("phase-scrambled", "saliency", "partly"),
        ("phase-scrambled", "edge-detector", "no"),
        ("randomised-model", "saliency", "partly"),
        ("randomised-model", "attention-map", "no"),
    ],
)
def test_a_placebo_of_the_items_own_map_reveals_as_much_as_that(name, method, reveals):
    assert get_explainer(name, {"method": method}).reveals_output == reveals


def test_weights_that_change_places_still_sum_to_the_output(table_context):
    """Why: of gradients times inputs of a linear model the sum is the output, whatever the order."""
    from explainers.base import Question

    torch.manual_seed(2)
    net = torch.nn.Linear(4, 2, bias=False).double().requires_grad_(False)
    placebo = get_explainer("segment-permuted", {"method": "gradient-x-input", "segment": 1})
    context = replace(table_context, model=net)
    for case in context.cases:
        moved = placebo.relevance_of(Question(case, "class:dear", seed=5), context)
        assert float(moved.sum()) == pytest.approx(float(net(case.input)[1]))


def test_a_shuffled_linear_model_has_one_saliency_map_for_each_label(table_context):
    from explainers.base import Question

    torch.manual_seed(2)
    context = replace(table_context, model=torch.nn.Linear(4, 2, bias=False).double())
    placebo = get_explainer("randomised-model", {"method": "saliency"})
    maps = {
        label: [placebo.relevance_of(Question(case, f"class:{label}"), context) for case in context.cases]
        for label in context.data.labels
    }
    for same in maps.values():
        assert all(torch.equal(one, same[0]) for one in same)
    assert not torch.equal(maps["cheap"][0], maps["dear"][0])


@pytest.mark.parametrize("name", ["nearest-examples", "prototypes", "counterfactual", "counterfactual-path"])
def test_what_looks_at_a_layer_says_so(name):
    assert access(name, layer="relu3") == "model-specific"
    assert access(name, layer="") == "model-agnostic"


def test_no_examples_are_refused():
    with pytest.raises(BadParameters, match="count is 0. Allowed: 1 or more"):
        get_explainer("nearest-examples", {"layer": "", "count": 0})
