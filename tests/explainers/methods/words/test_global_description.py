import json
from dataclasses import replace

import pytest

from explainers.registry import get_explainer

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")


def described(context, case):
    from explainers.base import Question

    explainer = get_explainer("global-description", {"smallest_leaf": 1})
    ((shown,),) = explainer.explain([Question(case)], context)
    return json.loads(shown.content), shown.checks


def test_the_description_says_what_the_tree_does(table_context):
    class ByHand(torch.nn.Module):
        """dear: more than 11 rooms, or with oil."""

        def forward(self, inputs):
            dear = ((inputs[:, 0] > 11) | (inputs[:, 3] == 2)).double()
            return torch.stack([1 - dear, dear], dim=1)

    context = replace(table_context, model=ByHand())
    content, checks = described(context, context.cases[0])
    assert described(context, context.cases[1]) == (content, checks)  # it is about the model, not the item
    sentences = content["text"].split("\n\n")
    assert sentences[0] == "In general, the model decides roughly like this."
    assert checks["fidelity"] == 1
    body = " ".join(sentences[1:-1])
    assert "Heating is not oil" in body
    assert "Rooms is at most 11" in body
    assert "it mostly says “dear”" in body
    shares = [int(sentence.split("(")[1].split(" of")[0]) for sentence in sentences[1:-1]]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=1)
    assert sentences[-1] == "This description gives the same answer as the model in 100 of 100 new cases."


def test_two_bounds_of_a_number_are_told_as_one_and_the_tighter_stays(table_context):
    from explainers.methods.intrinsic.drawn_trees import ReadableTree
    from explainers.methods.words.global_description import sentences_of
    from explainers.models.decision_tree import TreeModel

    tree = TreeModel(5, 2).double()
    for node, threshold, yes, no in ((0, 12.5, 1, 2), (1, 5.5, 3, 4)):
        tree.feature[node], tree.threshold[node], tree.left[node], tree.right[node] = 0, threshold, yes, no
    dear = torch.tensor([0.5, 0.4, 0.9, 0.8, 0.1]).double()
    tree.value.copy_(torch.stack([1 - dear, dear], dim=1).log())
    tree.support.copy_(torch.tensor([100, 70, 30, 20, 50]))
    assert sentences_of(ReadableTree(tree, table_context.data.fields), table_context.data) == [
        "When Rooms is more than 5 and at most 12, it mostly says “cheap”. (50 of 100 cases are like this.)",
        "When Rooms is more than 12, it mostly says “dear”. (30 of 100 cases are like this.)",
        "When Rooms is at most 5, it mostly says “dear”. (20 of 100 cases are like this.)",
    ]
