from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def answers(context, **parameters):
    from explainers.base import Question

    explainer = get_explainer("prototypes", parameters)
    return list(explainer.explain([Question(case) for case in context.cases], context)), explainer


def row_of(shown):
    return int(shown.source_item.removeprefix("train:"))


def test_prototypes_bear_the_explained_label_and_rivals_that_of_the_runner_up(shape_context):
    found, explainer = answers(shape_context, layer="relu3", count=2, rivals=1, criticisms=1, chosen=4)
    data = shape_context.data
    for case, answer in zip(shape_context.cases, found, strict=True):
        prediction = shape_context.predictions[case.item]
        labels = [int(data.train.truths[row_of(shown)]) for shown in answer]
        assert labels == [prediction.index] * 2 + [prediction.runner_up] + [prediction.index]
        named = [data.labels[label] for label in labels]
        assert [shown.caption for shown in answer] == [
            *(f"Typical: {label}" for label in named[:3]),
            f"Unusual: {named[3]}",
        ]
    assert explainer.reveals_output == "yes"


def test_the_nearest_of_the_chosen_prototypes_are_shown(table_context):
    from explainers.methods.examples.selection import codes_of

    found, explainer = answers(table_context, count=2, chosen=5)
    groups = explainer.groups(table_context)
    codes = codes_of(table_context.model, table_context.data, table_context.data.train.inputs, "")
    for case, answer in zip(table_context.cases, found, strict=True):
        own = codes_of(table_context.model, table_context.data, case.input.unsqueeze(0), "")
        group = groups[table_context.predictions[case.item].index]
        rows = [int(group.rows[place]) for place in group.typical]
        distances = sorted((float((codes[row] - own).norm()), row) for row in rows)
        assert [row_of(shown) for shown in answer] == [row for _, row in distances[:2]]
        assert [shown.checks["distance"] for shown in answer] == pytest.approx(
            [distance for distance, _ in distances[:2]], abs=1e-6
        )


def test_a_caption_may_have_an_article(table_context):
    for truth, told in (("{truth}", "dear"), ("{A truth}", "A dear")):
        found, _ = answers(table_context, count=1, prototype_caption=truth)
        assert told in {shown.caption for (shown,) in found}


def test_prototypes_of_all_are_looked_for_where_the_truth_is_a_number(table_context):
    truths = table_context.data.train.inputs[:, 0] * 1000
    data = replace(table_context.data, labels=(), unit="$")
    data = replace(data, train=replace(data.train, truths=truths))
    found, explainer = answers(replace(table_context, data=data), count=1, of="all")
    for (shown,) in found:
        assert shown.caption == f"Typical: {float(truths[row_of(shown)]):,.0f} $"
    assert explainer.reveals_output == "partly"


def test_only_so_many_rows_are_looked_at_and_the_seed_draws_them(table_context):
    _, explainer = answers(table_context, count=1, chosen=3, rows=12, of="all")
    rows = [explainer.groups(replace(table_context, seed=seed))[0].rows.tolist() for seed in (1, 1, 2)]
    assert len(rows[0]) == 12
    assert rows[0] == rows[1] != rows[2]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"count": 5, "chosen": 4}, "chosen is 4"),
        ({"of": "all", "rivals": 1}, "rivals need"),
        ({"count": 0}, "at least 0"),
        ({"bandwidth": -1.0}, "bandwidth"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(wrong, message):
    with pytest.raises(BadParameters, match=message):
        get_explainer("prototypes", wrong)


def test_a_label_with_too_few_examples_is_told(table_context):
    with pytest.raises(BadParameters, match=r"training examples of .* but 30 are shown"):
        answers(table_context, count=30, chosen=30)
