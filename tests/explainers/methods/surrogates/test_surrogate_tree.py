import json
from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")


def explained(context, **parameters):
    from explainers.base import Question

    questions = [Question(case) for case in context.cases]
    answers = list(
        get_explainer("surrogate-tree", {"smallest_leaf": 1, **parameters}).explain(questions, context)
    )
    assert len({shown.content for (shown,) in answers}) == 1  # it is about the model, not the item
    return json.loads(answers[0][0].content), answers[0][0].checks


def test_a_model_that_is_a_tree_is_found_again_with_full_fidelity(table_context):
    from tests.explainers.fitted import fitted

    context = fitted("decision-tree", {"depth": 2, "smallest_leaf": 5})(table_context)
    content, checks = explained(context, depth=2)
    assert checks["fidelity"] == 1
    assert content["note"].startswith(
        "This simple tree gives the same answer as the model in 100 of 100 new cases. "
    )


def test_fidelity_is_the_share_of_equal_answers_on_held_out_cases(table_context):
    explainer = get_explainer("surrogate-tree", {"depth": 1, "smallest_leaf": 5})
    found, inputs = explainer.fitted(table_context), table_context.data.test.inputs
    tree, model = (
        found.tree.outputs(inputs).argmax(1).tolist(),
        table_context.model(inputs).argmax(1).tolist(),
    )
    assert found.fidelity == pytest.approx(sum(a == b for a, b in zip(tree, model, strict=True)) / len(tree))
    assert found.floor == pytest.approx(max(model.count(0), model.count(1)) / len(model))


def test_a_numbers_fidelity_is_sklearns_r2(table_context):
    from sklearn.metrics import r2_score

    class Sum(torch.nn.Module):
        def forward(self, inputs):
            return inputs[:, :3].sum(dim=1, keepdim=True)

    data = replace(table_context.data, labels=(), unit="dollars")
    context = replace(table_context, data=data, model=Sum())
    found = get_explainer("surrogate-tree", {"depth": 3, "smallest_leaf": 2}).fitted(context)
    inputs = data.test.inputs
    assert found.fidelity == pytest.approx(r2_score(Sum()(inputs)[:, 0], found.tree.outputs(inputs)[:, 0]))
    content, _ = explained(context)
    assert "% of the differences between the model's answers" in content["note"]


def test_a_text_model_that_looks_for_one_word_is_found_out(text_context):
    good = text_context.data.vocabulary.numbers["good"]

    class HasGood(torch.nn.Module):
        def forward(self, inputs):
            there = (inputs == good).any(dim=1).double()
            return torch.stack([1 - there, there], dim=1)

    content, checks = explained(replace(text_context, model=HasGood()))
    assert content["root"]["if"] == "The word “good” is there"
    assert content["root"]["yes"]["then"] == "positive"
    assert checks["fidelity"] == 1


def test_a_picture_model_that_looks_at_one_region_is_found_out(shape_context):
    class Bright(torch.nn.Module):
        """Labels 0 and 1 by the brightness of the three lowest rows' middle columns."""

        def forward(self, inputs):
            bright = (inputs[:, 0, 6:, 3:6].mean(dim=(1, 2)) > 0.3).double()
            return torch.stack([1 - bright, bright, -torch.ones_like(bright)], dim=1)

    content, checks = explained(replace(shape_context, model=Bright()))
    assert content["root"]["if"].startswith("Brightness at the bottom is at most ")
    assert checks["fidelity"] > 0.9


def test_a_tree_that_is_no_better_than_a_constant_says_so(table_context):
    from explainers.methods.intrinsic.plain import fidelity_told

    told = fidelity_told("This tree", 0.9, 0.9, table_context.data)
    assert told.endswith("Always giving the commonest answer would do as well or better.")


def test_parameters_that_cannot_be_are_refused():
    with pytest.raises(BadParameters, match="surrogate-tree: rows is 0"):
        get_explainer("surrogate-tree", {"rows": 0})
    with pytest.raises(BadParameters, match="depth is 0"):
        get_explainer("surrogate-tree", {"depth": 0})
