import pytest

from explainers.base import Question
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def answers(context, parameters):
    questions = [Question(case) for case in context.cases]
    return list(get_explainer("top-activating", parameters).explain(questions, context))


def test_the_examples_are_those_with_the_highest_and_lowest_pixel(unit_context):
    pixels = unit_context.data.train.inputs.flatten(1)
    ahead = pixels[:, 0].argsort(descending=True).tolist()  # unit 0
    behind = pixels[:, 3].argsort().tolist()  # unit 1 responds to minus the pixel
    first, second = answers(unit_context, {"count": 3, "least": 2})
    assert [shown.part for shown in first] == [
        "reference-1",
        "reference-2",
        "reference-3",
        "contrast-1",
        "contrast-2",
    ]
    assert [shown.source_item for shown in first] == [
        f"train:{n}" for n in (*ahead[:3], ahead[-1], ahead[-2])
    ]
    assert [shown.source_item for shown in second[:3]] == [f"train:{n}" for n in behind[:3]]
    assert first[0].checks["activation"] == round(float(pixels[:, 0].max()), 6)


def test_of_equal_responses_the_earlier_example_comes_first(unit_context):
    unit_context.model.units.weight.zero_()
    (first, _) = answers(unit_context, {"count": 3})
    assert [shown.source_item for shown in first] == ["train:0", "train:1", "train:2"]


def test_captions_and_texts_are_the_same_for_every_unit(unit_context):
    first, second = answers(unit_context, {"count": 1, "least": 1})
    assert [(s.caption, s.alt) for s in first] == [(s.caption, s.alt) for s in second]
