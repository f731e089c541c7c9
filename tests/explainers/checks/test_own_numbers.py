from statistics import mean

import pytest

from explainers.registry import get_explainer

pytest.importorskip("torch")


def test_a_path_has_flipped_where_any_of_its_steps_has(table_context):
    from explainers.base import Question
    from explainers.checks.own_numbers import OwnNumbers
    from tests.explainers.checks.subjects import subject_of

    path = get_explainer("counterfactual-path")
    answers = list(path.explain([Question(case) for case in table_context.cases], table_context))
    (check,) = OwnNumbers().measure(subject_of(table_context, path))
    assert check.name == "flipped"
    assert check.value == mean(any(part.checks["flipped"] for part in answer) for answer in answers) > 0
