"""Asking for a classical test: names, options, columns."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.classical import CLASSICAL, classical_test
from analysis.errors import AnalysisError, MissingColumns, UnknownName
from tests.analysis.classical.tables import crossed, unbalanced

ASKED = {"outcome": "correct", "group": "arm", "participant": "participant", "item": "item"}


@pytest.mark.parametrize("name", CLASSICAL)
def test_every_test_runs_on_shared_items_and_names_itself(name):
    options = {
        "paired-t": {"unit": "item"},
        "wilcoxon-signed-rank": {"unit": "item"},
        "two-way-anova": {"group": ["arm", "item"]},
        "permutation": {"draws": 99},
        "cluster-bootstrap": {"draws": 99},
        "hase-bansal-bootstrap": {"draws": 99},
    }.get(name, {})
    result = classical_test(name, crossed(), **ASKED | options)
    assert result.test == name
    assert 0 <= result.p <= 1
    assert result.statistic_name
    assert bool(result.warnings) == (name != "hase-bansal-bootstrap")


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"name": "z-test"}, UnknownName, "No classical test is called 'z-test'. Known: chi-square, cluster"),
        ({"unit": "person"}, UnknownName, "Known: 'trial', 'participant', 'item'"),
        ({"alpa": 0.1}, UnknownName, "welch-t has no option 'alpa'. It has: alternative, alpha."),
        ({"alternative": "larger"}, UnknownName, "Known: two-sided, less, greater"),
        ({"outcome": "score"}, MissingColumns, "lacks score; it has participant, item, arm, correct"),
        ({"outcome": "arm"}, MissingColumns, "column 'arm' holds"),
        ({"groups": ["map", "heat"]}, UnknownName, "No row is of group 'heat'. Groups: control, map"),
        ({"group": None}, UnknownName, "welch-t compares groups"),
        ({"group": "item"}, AnalysisError, "compares two groups; there are 8"),
        ({"participant": None, "unit": "participant"}, UnknownName, "participant=…"),
        ({"name": "paired-t"}, AnalysisError, 'say unit="participant" or unit="item"'),
    ],
)
def test_what_is_wrong_is_said(asked, error, said):
    asked = {"name": "welch-t", **ASKED, **asked}
    with pytest.raises(error) as raised:
        classical_test(asked.pop("name"), crossed(), **asked)
    assert said in str(raised.value)


def test_rows_without_a_value_are_counted():
    table = unbalanced().assign(y=lambda rows: rows["y"].where(rows.index > 1))
    told = classical_test("one-way-anova", table, outcome="y", group="a")
    assert (told.missing, sum(told.n.values())) == (2, 15)


def test_too_few_values_name_the_group():
    table = pd.DataFrame({"y": [1, 2, 3], "arm": ["a", "a", "b"]})
    with pytest.raises(AnalysisError, match="needs 2 values in each group; 'b' has 1"):
        classical_test("welch-t", table, outcome="y", group="arm")


def test_categories_keep_their_order():
    table = unbalanced().assign(a=lambda rows: pd.Categorical(rows["a"], ["r", "q", "p"]))
    assert list(classical_test("one-way-anova", table, outcome="y", group="a").n) == ["r", "q", "p"]
