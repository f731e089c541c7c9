"""Models that cannot be read or fitted: every one is refused in one short sentence, without a terminal's marks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError, ModelError, UnknownName
from analysis.mixed import MixedFit, fit_clmm, fit_glmm, fit_lmm
from analysis.mixed.random import parse_random

PEOPLE, ITEMS = 24, 12
RANDOM = {"participant": "1", "item": "1"}
FORMULA = "correct ~ condition + x"


def trials() -> pd.DataFrame:
    """A crossed table with an effect of condition."""
    rng = np.random.default_rng(3)
    table = pd.MultiIndex.from_product([range(PEOPLE), range(ITEMS)], names=["participant", "item"])
    rows = table.to_frame(index=False).assign(x=lambda t: rng.normal(size=len(t)))
    rows["condition"] = np.where(rows["participant"] % 2, "map", "control")
    eta = 0.5 * (rows["participant"] % 2) + 0.3 * rows["x"] + rng.normal(size=PEOPLE)[rows["participant"]]
    return rows.assign(correct=(rng.random(len(rows)) < 1 / (1 + np.exp(-eta))).astype(int))


def refusal(call: Callable[[], Any]) -> str:
    """The message of the refusal: short, on one line, printable."""
    with pytest.raises(AnalysisError) as caught:
        call()
    message = str(caught.value)
    assert len(message) < 400
    assert message.isprintable()
    assert not set(message) & set("⧛⧚")
    return message


@pytest.mark.parametrize("fit", [fit_glmm, fit_lmm, fit_clmm])
@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("correct ~ condition ~ x", '"~"'),
        ("correct ~ ~ x", 'several "~"'),
        ("correct ~ condition | x", '"|"'),
        ("correct ~ condition + __import__('os').getpid()", "cannot be read: invalid syntax"),
        ("correct ~ condition + f(", "cannot be read"),
        ("correct ~ condition +", "cannot be read: Operator `+`"),
        ("correct ~ x +* 2", "cannot be read: Operator `+*` is incorrectly used."),
        ("correct ~ x @ 2", "cannot be read"),
        ("correct ~ x\0", "cannot be read"),
        ("correct ~ {x + condition}", "cannot be computed"),
        ("correct ~ poly(x, 'two')", "cannot be computed"),
        ("correct ~ nothing(x)", "cannot be computed"),
        ("correct ~ C(condition, 'nope')", "cannot be computed"),
        ("correct ~ condition + {[1, 2]}", "cannot be computed: Length of values (2)"),
        ("correct ~ x.nothing()", "cannot be computed"),
        ("correct ~ condition + {x/0}", "'x / 0' of 'correct ~ condition + {x/0}' is infinite"),
        ("correct ~ log(x)", "'log(x)' of 'correct ~ log(x)' is infinite or no number in"),
        ("log(x) ~ condition", "'log(x)' is no column of the table; make it a column first"),
        ("correct ~", "not of the form"),
        ("", "not of the form"),
        (None, "a text"),
        (["correct", "x"], "a text"),
    ],
)
def test_a_formula_that_cannot_be_used_is_refused(fit, formula, message):
    assert message in refusal(lambda: fit(formula, trials(), RANDOM))


@pytest.mark.parametrize(
    ("random", "message"),
    [
        (None, 'random is None; a mapping such as {"participant": "1"} is needed.'),
        ("participant", "random is 'participant'; a mapping"),
        (["participant", "item"], "a mapping"),
        ({1: "1"}, "The column 1 is asked for; a model's columns are named by text."),
        ({"participant": None}, "'participant' are None"),
        ({"participant": True}, "'participant' are True"),
        ({"participant": "1 +"}, "cannot be read"),
        ({"participant": "1 | x"}, '"|"'),
        ({"participant": "1 + log(x)"}, "has a slope on 'log(x)'; make it a column first"),
        ({"participant": "1 + (lambda)()"}, ""),
    ],
)
def test_random_effects_that_cannot_be_used_are_refused(random, message):
    assert message in refusal(lambda: fit_glmm(FORMULA, trials(), random))


def test_a_bare_one_is_an_intercept():
    assert parse_random({"participant": 1}) == parse_random({"participant": "1"})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"correlated": "person"}, "correlated names 'person'; the random factors are participant, item."),
        ({"correlated": ["item", 3]}, "correlated names 3"),
        ({"correlated": None}, "correlated is None"),
        ({"trials": 3}, "The column 3 is asked for"),
        ({"weights": ["x"]}, "The column ['x'] is asked for"),
        ({"correlated": 1.5}, "correlated is 1.5"),
        ({"baselines": "control"}, "baselines is 'control'; a mapping"),
        ({"baselines": {"condition": ["control"]}}, "is no level of 'condition'"),
    ],
)
def test_options_of_the_wrong_kind_are_refused(options, message):
    assert message in refusal(lambda: fit_glmm(FORMULA, trials(), RANDOM, **options))


def test_one_name_as_text_is_one_name():
    told = {"participant": "1", "item": "1 + condition"}
    one, listed = (
        fit_lmm("x ~ condition", trials(), told, correlated=names, singular="keep")
        for names in ("item", ["item"])
    )
    assert list(one.theta.index) == list(listed.theta.index)
    assert one.llf == listed.llf


DAYS = [date(2024, 1, 1) + timedelta(days=j % 7) for j in range(PEOPLE * ITEMS)]


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([[1]] * len(DAYS), "Column 'x' holds [1] in row 0; one value per row is needed."),
        ([{"a": 1}] * len(DAYS), "Column 'x' holds {'a': 1} in row 0"),
        (np.full(len(DAYS), 1 + 2j), "Column 'x' holds (1+2j) in row 0; complex numbers cannot be used."),
        (DAYS, "'x' holds dates or times"),
        (pd.to_datetime(DAYS), "'x' holds dates or times"),
        (pd.to_timedelta(range(len(DAYS)), unit="s"), "'x' holds dates or times"),
        ([f"n{j}" for j in range(len(DAYS))], "is a factor with a level for each of the 288 rows: 'n0'"),
        ([np.nan] * 5 + [np.inf] * (len(DAYS) - 5), "'x' holds infinite numbers, the first in row 5."),
    ],
)
def test_a_column_that_no_model_can_hold_is_refused(x, message):
    assert message in refusal(lambda: fit_glmm(FORMULA, trials().assign(x=pd.Series(x)), RANDOM))


def test_a_long_list_of_levels_is_cut():
    table = trials().assign(x=[f"{j % 284}" for j in range(PEOPLE * ITEMS)])
    message = refusal(lambda: fit_glmm("correct ~ x", table, RANDOM, baselines={"x": "none"}))
    assert message.startswith("The baseline 'none' is no level of 'x'. Levels: '0', '1', '10'")
    assert message.endswith("and 264 more.")


def test_a_long_list_of_columns_is_cut():
    names = [f"v{j}" for j in range(9)]
    table = trials().assign(**dict(zip(names, np.random.default_rng(1).normal(size=(9, 288)), strict=True)))
    table["v_sum"] = table[names].sum(axis=1)
    message = refusal(lambda: fit_glmm(f"correct ~ {' + '.join(names)} + v_sum", table, RANDOM))
    assert message.endswith("v_sum is a linear combination of v0, v1, v2, v3, v4 and 4 more.")


def test_a_column_called_as_the_intercept_is_refused():
    table = trials().rename(columns={"x": "Intercept"})
    message = refusal(lambda: fit_glmm("correct ~ condition + Intercept", table, RANDOM))
    assert message == "A column of the terms is called 'Intercept', as the intercept is; rename it."


@pytest.mark.parametrize(
    "x",
    [
        lambda x: x.astype(object),
        lambda x: x.map(lambda value: Decimal(str(value))),
    ],
)
def test_numbers_among_python_objects_are_numbers(x):
    table = trials()
    plain = fit_glmm(FORMULA, table, RANDOM)
    objects = fit_glmm(FORMULA, table.assign(x=x(table["x"])), RANDOM)
    assert objects.params.to_dict() == plain.params.to_dict()


@pytest.mark.parametrize(
    "correct",
    [lambda right: right.astype(bool).astype(object), lambda right: right.astype("category")],
)
def test_an_outcome_of_objects_or_categories_that_are_0_and_1_is_taken(correct):
    table = trials()
    given = correct(table["correct"])
    given.iloc[0] = None
    found = fit_glmm(FORMULA, table.assign(correct=given), RANDOM)
    plain = fit_glmm(FORMULA, table[1:], RANDOM)
    assert found.missing == 1
    assert found.params.to_dict() == plain.params.to_dict()


@pytest.fixture(scope="module")
def fitted() -> MixedFit:
    return fit_glmm(FORMULA, trials(), {"participant": "1 + x", "item": "1"})


def test_text_in_a_column_of_numbers_of_new_rows_is_refused(fitted):
    rows = pd.DataFrame({"condition": ["map", "control"], "x": ["1.5", "many"]})
    assert "column 'x' holds '1.5' in row 0" in refusal(lambda: fitted.design.matrix(rows))
    assert "column 'x' holds '1.5' in row 0" in refusal(lambda: fitted.random_variance(rows))
    assert "lacks x" in refusal(lambda: fitted.random_variance(rows[["condition"]]))


def test_new_rows_without_a_number_have_no_value_and_stay(fitted):
    rows = pd.DataFrame({"condition": ["map", "map"], "x": [None, 2.0]})
    np.testing.assert_array_equal(fitted.design.matrix(rows), [[1, 1, np.nan], [1, 1, 2]])


@pytest.mark.parametrize("alpha", [-1, 0, 1, 3, "0.05", None, True, np.nan])
def test_a_level_that_is_none_is_refused(fitted, alpha):
    for call in (fitted.conf_int, fitted.summary, lambda a: fitted.contrast({"x": 1}, a)):
        with pytest.raises(UnknownName, match="it lies between 0 and 1"):
            call(alpha)
    with pytest.raises(UnknownName, match="it lies between 0 and 1"):
        fitted.profile_interval("x", alpha)


def test_a_fit_shows_itself_in_a_line_and_prints_its_summary(fitted):
    assert repr(fitted) == 'MixedFit("correct ~ condition + x", logit, 288 rows, converged)'
    assert str(fitted) == fitted.summary()


def test_an_estimate_shows_plain_numbers(fitted):
    assert "np." not in repr(fitted.contrast({"x": 1}))


def test_a_refusal_of_a_formula_is_a_model_error():
    with pytest.raises(ModelError):
        fit_glmm("correct ~ condition ~ x", trials(), RANDOM)
