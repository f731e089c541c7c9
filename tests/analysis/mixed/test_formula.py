"""Formulas: which columns they use, how factors are coded."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ModelError
from analysis.mixed.formula import Coding, Design, variables

ROWS = pd.DataFrame(
    {
        "y": [0, 1, 1, 0],
        "condition": ["b", "a", "c", "b"],
        "late": [True, False, True, False],
        "x": [1, 2, 3, 6],
        "odd name": [1.0, 4.0, 2.0, 2.0],
    }
)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("1", []),
        ("condition * x", ["condition", "x"]),
        ("center(x) + log(`odd name` + 1)", ["odd name", "x"]),
        ("`odd name`:poly(x, 2)", ["odd name", "x"]),
        ("C(condition, contr.sum)", ["condition"]),
    ],
)
def test_the_columns_of_a_formula_are_found_also_inside_transforms(terms, expected):
    assert variables(terms) == expected


def test_factors_are_coded_against_the_stated_baseline():
    coding = Coding.learn(ROWS, ["condition", "late", "x"], {"condition": "c"})
    design = Design("y ~ condition + late + x", ROWS, coding)
    assert design.names == ["Intercept", "condition[T.a]", "condition[T.b]", "late[T.True]", "x"]
    assert design.values.tolist() == [[1, 0, 1, 1, 1], [1, 1, 0, 0, 2], [1, 0, 0, 1, 3], [1, 0, 1, 0, 6]]
    assert [sorted(names) for names in design.column_variables] == [
        [],
        ["condition"],
        ["condition"],
        ["late"],
        ["x"],
    ]


def test_the_first_level_in_sorted_order_or_of_the_categories_is_the_baseline():
    rows = ROWS.assign(condition=pd.Categorical(ROWS["condition"], ["c", "never", "b", "a"]))
    assert Coding.learn(ROWS, ["condition"]).levels == {"condition": ["a", "b", "c"]}
    assert Coding.learn(rows, ["condition"]).levels == {"condition": ["c", "b", "a"]}


def test_a_transform_keeps_what_it_learnt():
    design = Design("y ~ center(x)", ROWS, Coding.learn(ROWS, ["x"]))
    assert design.matrix(pd.DataFrame({"x": [3.0, 5.0]})).tolist() == [[1, 0], [1, 2]]
    assert np.allclose(design.values[:, 1], ROWS["x"] - 3)


def test_a_factor_of_one_level_is_refused():
    with pytest.raises(ModelError, match=r"'condition' has one level \('b'\); a factor needs at least two"):
        Coding.learn(ROWS[:1], ["condition"])
