import json
from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")

MANY = 99  # more questions than the tree has
HOT = {
    "if": "Area is at most 4.5",
    "yes": {"then": "cheap", "note": "90 of 100"},
    "no": {"then": "dear", "note": "80 of 100"},
}


@pytest.fixture
def by_hand(table_context):
    """Heating is gas? yes: Area ≤ 4.7? (cheap .9, dear .8); no: Rooms ≤ 7.5? (dear .6 and dear .7)."""
    from explainers.models.decision_tree import TreeModel

    tree = TreeModel(7, 2)
    tests = [(3, 1, 0.0, 1, 2), (2, -1, 4.7, 3, 4), (0, -1, 7.5, 5, 6)]
    for node, (feature, level, threshold, yes, no) in enumerate(tests):
        tree.feature[node], tree.level[node], tree.threshold[node] = feature, level, threshold
        tree.left[node], tree.right[node] = yes, no
    cheap = torch.tensor([0.5, 0.45, 0.36, 0.9, 0.2, 0.4, 0.3])
    tree.value.copy_(torch.stack([cheap, 1 - cheap], dim=1).log())
    tree.support.copy_(torch.tensor([100, 50, 50, 25, 25, 20, 30]))
    return replace(table_context, model=tree.double())


def drawn(context, row=None, **parameters):
    from explainers.base import Question

    case = context.cases[0]
    if row is not None:
        case = replace(case, input=torch.tensor(row).double())
    ((shown,),) = get_explainer("decision-tree", parameters).explain([Question(case)], context)
    return json.loads(shown.content), shown.checks


def test_the_tree_is_drawn_as_it_decides_and_ends_of_one_answer_as_one(by_hand):
    content, checks = drawn(by_hand)
    assert content["root"]["if"] == "Heating is gas"
    assert content["root"]["yes"] == HOT
    assert content["root"]["no"] == {"then": "dear", "note": "64 of 100"}
    assert checks == {"depth": 2, "leaves": 4}
    assert content["note"] == "Of 100: how many of a hundred such past cases were so."


def test_what_is_cut_off_is_told(by_hand):
    content, _ = drawn(by_hand, depth=1)
    assert content["root"]["yes"] == {"then": "mostly dear …", "note": "1 more question follows"}
    assert content["note"].endswith("Where you see “…”, the tree goes on.")


def test_the_path_tells_the_cases_values_and_ends_at_the_models_answer(by_hand):
    row = [3.0, 9.0, 5.0, 1.0]
    content, _ = drawn(by_hand, row, path=True)
    root = content["root"]
    assert root["if"] == "Heating is gas (here: gas)"
    assert root["yes"]["if"] == "Area is at most 4.5 (here: 5.0)"
    assert root["yes"]["no"] == {"then": "dear", "note": "80 of 100; this case ends here"}
    assert root["yes"]["yes"] == HOT["yes"]
    assert int(by_hand.model(torch.tensor([row])).argmax()) == 1


def test_walking_the_drawn_tree_gives_the_models_answer_for_every_row(table_context):
    from tests.explainers.fitted import fitted

    context = fitted("decision-tree", {"smallest_leaf": 2, "depth": 5})(table_context)
    answers = context.model(context.data.test.inputs).argmax(1).tolist()
    for row, answer in zip(context.data.test.inputs.tolist(), answers, strict=True):
        node = drawn(context, row, depth=10, path=True)[0]["root"]
        while "if" in node:
            marked = [side for side in ("yes", "no") if "here" in json.dumps(node[side])]
            assert len(marked) == 1
            node = node[marked[0]]
        assert node["then"] == context.data.labels[answer]


def test_a_path_reveals_the_output_and_a_whole_tree_does_in_part():
    assert get_explainer("decision-tree").reveals_output == "partly"
    assert get_explainer("decision-tree", {"path": True}).reveals_output == "yes"


def test_numbers_are_told_with_their_unit(by_hand):
    from explainers.models.decision_tree import TreeModel

    tree = TreeModel(3, 1).double()
    tree.feature[0], tree.threshold[0], tree.left[0], tree.right[0] = 0, 5.5, 1, 2
    tree.value.copy_(torch.tensor([[1500.0], [1000.0], [2000.4]]))
    data = replace(by_hand.data, labels=(), unit="dollars")
    root = drawn(replace(by_hand, model=tree, data=data))[0]["root"]
    assert root == {
        "if": "Rooms is at most 5",
        "yes": {"then": "1,000 dollars"},
        "no": {"then": "2,000 dollars"},
    }


def test_other_models_and_depths_are_refused(table_context):
    with pytest.raises(BadParameters, match="explains decision trees; this model is a Staged"):
        drawn(table_context)
    with pytest.raises(BadParameters, match=f"depth is {MANY}"):
        get_explainer("decision-tree", {"depth": MANY})
