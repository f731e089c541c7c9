"""Named features against used ones, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.metrics.features import feature_f1, feature_precision, feature_recall

NAN = float("nan")
TRIALS = pd.DataFrame(
    [
        ('["age", "income"]', '["age", "debt", "income", "job"]'),  # P = 1, R = .5
        ('["age", "age", "hair"]', '["age"]'),  # P = .5, R = 1
        ('["hair"]', '["age"]'),  # 0, 0
        ("[]", '["age"]'),  # nothing named
        ('["age"]', "[]"),  # nothing used
        ("[]", "[]"),
        (None, '["age"]'),
    ],
    columns=["features_marked", "features_true"],
)


def test_precision_recall_and_f1():
    assert feature_precision(TRIALS).tolist() == pytest.approx([1, 0.5, 0, NAN, 0, NAN, NAN], nan_ok=True)
    assert feature_recall(TRIALS).tolist() == pytest.approx([0.5, 1, 0, 0, NAN, NAN, NAN], nan_ok=True)
    assert feature_f1(TRIALS).tolist() == pytest.approx([2 / 3, 2 / 3, 0, 0, 0, NAN, NAN], nan_ok=True)


@pytest.mark.parametrize("cell", ["age, income", '{"age": 1}', "3"])
def test_a_cell_that_is_no_list_is_named(cell):
    trials = TRIALS.copy()
    trials.loc[2, "features_marked"] = cell
    with pytest.raises(AnalysisError, match="'features_marked', row 2: .*is no JSON list"):
        feature_recall(trials)
