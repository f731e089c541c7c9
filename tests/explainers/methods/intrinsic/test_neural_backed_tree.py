import json
from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


@pytest.fixture
def four(shape_context):
    """Labels a and b have nearly the same weights, c and d too: ((a, b), (c, d))."""
    from torch import nn

    from explainers.base import Prediction

    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 4)).double()
    with torch.no_grad():
        net[1].weight.zero_()
        net[1].bias.zero_()
        net[1].weight[:, :2] = torch.tensor([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]])
    pixels = torch.zeros(1, 8, 8).double()
    pixels[0, 0, :2] = torch.tensor([0.2, 0.8])
    case = replace(shape_context.cases[0], input=pixels)
    data = replace(shape_context.data, labels=("a", "b", "c", "d"))
    outputs = {case.item: Prediction("d", 3, (0.1, 0.1, 0.4, 0.4))}
    return replace(
        shape_context, model=net.requires_grad_(False), data=data, cases=(case,), predictions=outputs
    )


def drawn(context, **parameters):
    from explainers.base import Question

    explainer = get_explainer("neural-backed-tree", parameters)
    ((shown,),) = explainer.explain([Question(context.cases[0])], context)
    return json.loads(shown.content), shown.checks


def test_labels_of_like_weights_stand_together_and_the_path_is_that_of_the_mean_weights(four):
    """By hand: logits .2, .28, .8, .82; the pairs' means .24 and .81: sigmoid(.24 − .81) = 36 % for a or b."""
    content, checks = drawn(four)
    root = content["root"]
    first, second = ("a or b", "c or d")
    assert root["if"] in (
        f"It is one of: {first} (here: 36 % yes)",
        f"It is one of: {second} (here: 64 % yes)",
    )
    toward = root["no"] if first in root["if"] else root["yes"]
    assert toward["if"] in ("It is c (here: 50 % yes)", "It is d (here: 50 % yes)")
    ends = {json.dumps(end, sort_keys=True) for end in (toward["yes"], toward["no"])}
    assert json.dumps({"then": "d", "note": "this case ends here"}, sort_keys=True) in ends
    assert 0 <= checks["fidelity"] <= 1
    assert content["note"].startswith("This tree gives the same answer as the model in ")


def test_without_the_path_nothing_is_told_of_the_item(four):
    content, _ = drawn(four, path=False)
    assert "here" not in json.dumps(content["root"])
    assert get_explainer("neural-backed-tree", {"path": False}).reveals_output == "no"
    assert get_explainer("neural-backed-tree").reveals_output == "yes"


def test_a_tree_too_deep_for_a_phone_ends_in_what_is_left(four):
    content, _ = drawn(four, depth=1, path=False)
    assert {content["root"]["yes"]["then"], content["root"]["no"]["then"]} == {"a or b …", "c or d …"}


def test_a_network_without_a_weight_vector_for_each_label_is_refused(four):
    with pytest.raises(BadParameters, match="it has 4"):
        drawn(replace(four, data=replace(four.data, labels=("a", "b", "c"))))


def test_a_model_of_the_architecture_is_shown_by_its_own_tree(table_context):
    from tests.explainers.fitted import fitted

    settings = {"network": "mlp", "settings": {"hidden": (4,)}, "inference": "hard"}
    context = fitted("neural-backed-tree", settings, epochs=2)(table_context)
    content, checks = drawn(context)
    assert checks["fidelity"] == 1
    assert "note" not in content
