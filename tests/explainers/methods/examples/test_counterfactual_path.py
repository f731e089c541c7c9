from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer
from tests.explainers.methods.examples.test_counterfactual import brightest_row
from tests.explainers.methods.surrogates.test_anchors import of_scores

torch = pytest.importorskip("torch")


def trail_of(context, question, **parameters):
    explainer = get_explainer("counterfactual-path", parameters)
    return explainer.trail(question, context, explainer.finder(context))


@pytest.mark.parametrize("kind", ["table", "text", "shape"])
def test_only_the_last_step_is_beyond_the_boundary(kind, request):
    from explainers.base import Question

    context = request.getfixturevalue(f"{kind}_context")
    context = brightest_row(context) if kind == "shape" else context
    walked = 0
    for case in context.cases:
        stops = trail_of(context, Question(case), steps=3)
        inputs = torch.stack([case.input, *(stop.case.input for stop in stops)])
        with torch.no_grad():
            labels = context.model.eval()(inputs).argmax(dim=1).tolist()
        flipped = [label != labels[0] for label in labels[1:]]
        assert (
            flipped == [stop.flipped for stop in stops] == [False] * (len(stops) - 1) + [True] * bool(stops)
        )
        walked += bool(stops)
    assert walked > 2


def test_fields_change_one_after_the_other_and_a_spare_step_parts_a_number(table_context):
    from explainers.base import Question

    model = of_scores(lambda rows: 10 * (rows[:, 0] > 9) + (rows[:, 3] == 2) * 1.0 - 10.5)
    context = replace(table_context, model=model)
    case = replace(context.cases[0], input=torch.tensor([0.0, 5.0, 3.0, 1.0]).double())
    stops = trail_of(context, Question(case), steps=3, plausibility=0)
    rows = [stop.case.input.tolist() for stop in stops]
    column = sorted(context.data.train.inputs[:, 0].tolist())
    above = min(value for value in column if value > 9)
    middle = min((value for value in column if 0 < value < above), key=lambda v: abs(v - above / 2))
    assert rows == [[middle, 5, 3, 1], [above, 5, 3, 1], [above, 5, 3, 2]]
    assert [stop.checks["changes"] for stop in stops] == [1, 1, 2]


def test_pictures_go_at_equal_distances(shape_context):
    from explainers.base import Question
    from explainers.data.base import Case, Split

    train = torch.tensor([0.0, 1.0]).double().reshape(2, 1, 1, 1).expand(2, 1, 8, 8)
    data = replace(shape_context.data, labels=("dark", "light"), train=Split(train, torch.tensor([0, 1])))
    model = of_scores(lambda rows: rows.mean(axis=(1, 2, 3)) - 0.4)
    context = replace(shape_context, model=model, data=data)
    stops = trail_of(context, Question(Case("one", train[0].clone(), "dark")), steps=4)
    levels = [round(float(stop.case.input.mean()) * 255) for stop in stops]
    assert levels == [26, 51, 77, 103]


def test_real_pictures_on_the_way_are_training_pictures_answered_as_the_item_is(shape_context):
    from explainers.base import Question

    context = brightest_row(shape_context)
    for case in context.cases:
        stops = trail_of(context, Question(case), through="real", steps=3)
        assert len(stops) > 1
        for stop in stops:
            row = int(stop.source_item.removeprefix("train:"))
            assert torch.equal(stop.case.input, context.data.train.inputs[row])
        assert len({stop.source_item for stop in stops}) == len(stops)


def test_steps_that_are_not_needed_say_so(table_context):
    from explainers.base import Question

    context = replace(table_context, model=of_scores(lambda rows: (rows[:, 3] == 2) * 2.0 - 1))
    case = replace(context.cases[0], input=torch.tensor([2.0, 5.0, 3.0, 1.0]).double())
    ((first, second, third),) = get_explainer("counterfactual-path").explain([Question(case)], context)
    assert [first.part, second.part, third.part] == ["step-1", "step-2", "step-3"]
    assert first.checks["flipped"] == 1
    assert b"No further step is needed" in second.content
    assert second.content == third.content
    assert [first.caption, second.caption, third.caption] == [
        "Step 1: the model's answer is another one",
        "Step 2",
        "Step 3",
    ]


def test_one_step_is_no_path():
    with pytest.raises(BadParameters, match="steps is 1"):
        get_explainer("counterfactual-path", {"steps": 1})
