"""Tables that a model cannot be fitted to: each message names the column and what is in it."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import AnalysisError, MissingColumns, ModelError, UnknownName
from analysis.mixed import fit_glmm
from tests.analysis.mixed.lmer_reference import CROSSED, simulated

FORMULA = "correct ~ condition + x"
ALL_RIGHT = {"correct": 1}


@pytest.mark.parametrize(
    ("changed", "formula", "random", "message"),
    [
        (ALL_RIGHT, FORMULA, CROSSED, r"'correct' is 1 in all 1440 rows"),
        ({"correct": 2}, FORMULA, CROSSED, r"'correct' holds 2; allowed are 0, 1 or booleans"),
        ({"correct": "yes"}, FORMULA, CROSSED, r"'correct' holds 'yes'; numbers are needed"),
        ({"condition": "map"}, FORMULA, CROSSED, r"'condition' has one level \('map'\)"),
        ({"item": "i1"}, FORMULA, CROSSED, r"'item' has one level \('i1'\)"),
        ({"x": 3.0}, FORMULA, CROSSED, r"'x' of .* has the same value in every row"),
        ({"x": np.inf}, FORMULA, CROSSED, r"'x' holds infinite numbers"),
        ({"x": np.nan}, FORMULA, CROSSED, r"No row has a value .* see x"),
        ({}, "correct ~ x + I(2 * x)", CROSSED, r"I\(2 \* x\) is a linear combination of x"),
        ({}, "correct condition", CROSSED, r"not of the form"),
        ({}, "correct ~ x +* 2", CROSSED, r"cannot be read"),
        ({}, "correct ~ nothing(x)", CROSSED, r"cannot be computed"),
        ({}, FORMULA, {}, r"one to three random factors; 0"),
        ({}, FORMULA, {"participant": "0", "item": "1"}, r"'participant' has no term"),
    ],
)
def test_the_message_names_the_column_and_what_is_in_it(changed, formula, random, message):
    with pytest.raises(ModelError, match=message):
        fit_glmm(formula, simulated("sim60").assign(**changed), random)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"link": "cloglog"}, UnknownName, "cloglog.*logit, probit"),
        ({"singular": "drop"}, UnknownName, "drop-slopes-then-intercepts, keep"),
        ({"penalty": 0}, ModelError, "must be positive"),
        ({"baselines": {"condition": "map"}}, ModelError, "'map' is no level of 'condition'"),
        ({"baselines": {"x": 1}}, ModelError, "'x', which is no factor"),
        ({"trials": "x"}, ModelError, "'x' holds numbers of trials"),
        ({"weights": "x"}, ModelError, "'x' holds weights"),
        ({"correlated": ["person"]}, ModelError, "'person'.*participant, item"),
    ],
)
def test_wrong_options_are_named_with_the_allowed_ones(options, error, message):
    with pytest.raises(error, match=message):
        fit_glmm(FORMULA, simulated("sim60"), CROSSED, **options)


def test_missing_columns_are_listed():
    with pytest.raises(MissingColumns, match="lacks condition; it has participant"):
        fit_glmm(FORMULA, simulated("sim60").drop(columns="condition"), CROSSED)
    with pytest.raises(MissingColumns, match="lacks wave"):
        fit_glmm(FORMULA, simulated("sim60"), {"participant": "1 + wave"})


def test_new_rows_with_a_strange_level_are_refused():
    found = fit_glmm(FORMULA, simulated("sim60"), CROSSED)
    with pytest.raises(AnalysisError, match="'condition' holds 'map', which the model does not know"):
        found.design.matrix(simulated("sim60").assign(condition="map"))
