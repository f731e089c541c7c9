"""Derived columns: a closed vocabulary, each rule against a value found by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import MappingError
from analysis.reading.mapping.derive import derive
from analysis.reading.mapping.raw import Raw
from analysis.reading.mapping.schema import Derived

ROWS = {
    "ms": ["10", "-1", "20", "30", ""],
    "who": ["a", "a", "a", "b", "b"],
    "block": ["1", "1", "2", "1", "1"],
    "said": ["8", "3", "", "8.0", "x"],
    "key": ["8", "4", "4", "8", "x"],
    "x": ["1", "2.5", "", "4", "-3"],
    "y": ["2", "2", "3", "", "1"],
    "yes": ["1", "0", "", "true", "FALSE"],
    "no": ["0", "0", "1", "0", ""],
}
TABLE = Raw("table.csv", pd.DataFrame(ROWS, dtype="category"))


def made(rule: str, of: str | list[str] = (), **rest) -> list[str]:
    told = Derived.model_validate({"column": "new", "rule": rule, "of": of, **rest})
    return derive(TABLE, told, "m.yaml: derive.0.").rows["new"].astype("str").tolist()


@pytest.mark.parametrize(
    ("rule", "of", "rest", "expected"),
    [
        ("equals", ["x", "y"], {}, ["false", "false", "", "", "false"]),
        ("equals", ["said", "key"], {}, ["true", "false", "", "false", "true"]),  # text, as one is no number
        ("differs", ["x", "y"], {}, ["true", "true", "", "", "true"]),
        ("is", "said", {"values": [8]}, ["true", "false", "", "true", "false"]),
        ("not", "yes", {}, ["false", "true", "", "false", "true"]),
        ("all", ["yes", "no"], {}, ["false", "false", "", "false", "false"]),
        ("any", ["yes", "no"], {}, ["true", "false", "true", "true", ""]),
        ("below", "x", {"number": 2.5}, ["true", "false", "", "false", "true"]),
        ("above", "x", {"number": 2.5}, ["false", "false", "", "true", "false"]),
        ("difference", ["x", "y"], {}, ["-1", "0.5", "", "", "-4"]),
        ("absolute", "x", {}, ["1", "2.5", "", "4", "3"]),
        ("plus", "x", {"number": 1}, ["2", "3.5", "", "5", "-2"]),
        ("times", "x", {"number": 100}, ["100", "250", "", "400", "-300"]),
        ("recode", "said", {"map": {8: "eight", "": "none"}}, ["eight", "3", "none", "eight", "x"]),
        ("choose", ["yes", "x", "y"], {}, ["1", "2", "", "4", "1"]),
        ("unite", ["who", "block"], {}, ["a-1", "a-1", "a-2", "b-1", "b-1"]),
        ("mean", ["x", "y"], {}, ["1.5", "2.25", "3", "4", "-1"]),
        ("count", ["x", "y"], {}, ["2", "2", "1", "1", "2"]),
        ("maximum", ["x", "y"], {}, ["2", "2.5", "3", "4", "1"]),
        ("first", ["said", "key"], {}, ["8", "3", "4", "8.0", "x"]),
        ("mean", "x", {"by": ["who", "block"]}, ["1.75", "1.75", "", "0.5", "0.5"]),
        ("sum", "x", {"by": "who"}, ["3.5", "3.5", "3.5", "1", "1"]),
        ("distinct", "key", {"by": "who"}, ["2", "2", "2", "2", "2"]),
        ("last", "key", {"by": "who", "order": "y"}, ["4", "4", "4", "8", "8"]),
        ("count", "x", {"by": "who", "where": {"y": {"at_least": 2}}}, ["2", "2", "2", "0", "0"]),
    ],
)
def test_rule_gives_the_value_found_by_hand(rule, of, rest, expected):
    assert made(rule, of, **rest) == expected


def test_unknown_rule_lists_the_known_ones():
    with pytest.raises(
        MappingError, match=r"derive\.0\.rule: no rule is called 'eval'\. Known ones: above, "
    ):
        made("eval", "x")


def test_missing_column_lists_the_present_ones():
    with pytest.raises(
        MappingError, match=r"derive\.0\.of names 'z', which table\.csv has not\. It has ms, who,"
    ):
        made("absolute", "z")


def test_text_where_a_number_is_needed_is_named_with_its_row():
    with pytest.raises(MappingError, match=r'table\.csv, row 5, column "said": \'x\' is not a number'):
        made("mean", "said", by="who")


def test_an_undeclared_code_for_missing_is_refused_before_it_is_averaged():
    with pytest.raises(
        MappingError, match=r"row 2, column \"ms\": '-1' looks like a code.*`missing`.*`ranges`"
    ):
        made("mean", "ms", by="who")
    declared = Raw("table.csv", TABLE.rows, {"ms": [-5, 25]})
    told = Derived(column="new", rule="plus", of=["ms"], number=1)
    with pytest.raises(MappingError, match="row 4, column \"ms\": '30' is outside -5 to 25"):
        derive(declared, told, "m.yaml: derive.0.")


def test_missing_option_is_named():
    with pytest.raises(MappingError, match=r"derive\.0\.number is missing; the rule 'below' needs it"):
        made("below", "x")
    with pytest.raises(MappingError, match=r"'difference' takes 2 columns, not 1"):
        made("difference", "x")
