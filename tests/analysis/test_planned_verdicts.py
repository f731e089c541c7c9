"""Verdicts follow the direction that is better for the outcome."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import UnknownName
from analysis.planned.verdicts import with_verdicts
from protocol.schema.plan import Plan


def verdicts(outcome: str, *estimates: float) -> list[bool]:
    """Say of differences with standard error 0.05 whether they are not inferior by a margin of 0.2."""
    plan = Plan.model_validate(
        {"reference": "none", "outcome": outcome, "non_inferiority_margin": 0.2, "family": "none"}
    )
    table = pd.DataFrame({"estimate": estimates, "se": 0.05, "df": 50.0, "p_adjusted": 0.5, "note": ""})
    return with_verdicts(table, plan)["not_inferior"].tolist()


def test_where_higher_is_better_a_large_loss_is_inferior():
    assert verdicts("simulation-accuracy", -0.66, -0.05, 0.0, 0.66) == [False, True, True, True]


def test_where_lower_is_better_a_large_gain_is_inferior():
    assert verdicts("log-response-time", -0.66, 0.0, 0.05, 0.66) == [True, True, True, False]


def test_where_neither_is_better_nothing_is_inferior_and_the_margin_is_refused():
    with pytest.raises(UnknownName, match="'weight-of-advice' neither higher nor lower.*equivalence_margin"):
        verdicts("weight-of-advice", 0.0)
