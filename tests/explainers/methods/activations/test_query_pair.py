from dataclasses import replace

import pytest

from explainers.base import Question
from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def pair(context, case, seed=3, **parameters):
    explainer = get_explainer("query-pair", {"strong": 0.1, "weak": 0.3, **parameters})
    return next(iter(explainer.explain([Question(case, seed=seed)], context)))


def test_the_strong_one_stands_where_the_truth_says(unit_context):
    for case in unit_context.cases:
        for seed in range(20):
            shown = {part.part: part.checks["activation"] for part in pair(unit_context, case, seed)}
            assert max(shown, key=shown.get) == case.truth


def test_they_come_from_the_shares_of_the_held_out_examples(unit_context):
    pixels = unit_context.data.test.inputs.flatten(1)[:, 0].sort(descending=True).values
    seen = set()
    for seed in range(60):
        strong, weak = (part.checks["activation"] for part in pair(unit_context, unit_context.cases[0], seed))
        assert strong >= round(float(pixels[9]), 6)  # a tenth of 100
        assert weak <= round(float(pixels[-30]), 6)
        seen.add(strong)
    assert len(seen) > 5


def test_a_unit_without_a_right_answer_is_told(unit_context):
    case = replace(unit_context.cases[0], truth="")
    with pytest.raises(BadParameters, match='truth "". Allowed for query-pair: query-a, query-b'):
        pair(unit_context, case)


def test_shares_that_overlap_are_refused():
    with pytest.raises(BadParameters, match="together are at most 1"):
        get_explainer("query-pair", {"strong": 0.6, "weak": 0.5})
