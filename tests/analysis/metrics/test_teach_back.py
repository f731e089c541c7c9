"""Agreement of two raters, against tables of the literature."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.metrics.teach_back import codes_from_columns, teach_back_agreement

# Fleiss, Cohen and Everitt (1969), also in Fleiss, Levin and Paik (2003), table 18.1: 100 subjects, three codes
TABLE = np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]])


def rated(table):
    first, second = np.nonzero(np.ones(table.shape))
    pairs = np.repeat(np.column_stack([first, second]), table.ravel(), axis=0)
    wide = pd.DataFrame(
        {"participant": [f"p{n}" for n in range(len(pairs))], "ann": pairs[:, 0], "ben": pairs[:, 1]}
    )
    return codes_from_columns(wide, "ann", "ben")


def test_kappa_and_its_interval_as_in_fleiss():
    told = teach_back_agreement(rated(TABLE)).loc["all"]
    assert told["agreement"] == pytest.approx(0.89)
    assert told["estimate"] == pytest.approx(0.68, abs=0.005)  # published: .68
    assert (told["high"] - told["low"]) / 2 / 1.96 == pytest.approx(0.087, abs=0.001)  # published: .087
    assert told[["teach_backs", "undefined"]].tolist() == [100, 0]


def test_weights_go_by_the_distance_of_numbers():
    spread = rated(TABLE).replace({"code": {1: 1, 2: 9}})
    square = np.array([0, 1, 9])
    distance = (square[:, None] - square) ** 2
    share = TABLE / 100
    chance = np.outer(share.sum(axis=1), share.sum(axis=0))
    expected = 1 - (distance * share).sum() / (distance * chance).sum()
    assert teach_back_agreement(spread, weights="quadratic").loc["all", "estimate"] == pytest.approx(expected)


def test_with_two_codes_weights_change_nothing():
    two = rated(np.array([[20, 5], [10, 15]]))
    told = [
        teach_back_agreement(two, weights=w).loc["all", "estimate"] for w in ("none", "linear", "quadratic")
    ]
    assert told == pytest.approx([0.4, 0.4, 0.4])  # (.7 − .5) / .5


def test_questions_stand_by_themselves_and_single_codes_are_counted():
    wide = pd.DataFrame(
        {
            "participant": list("abcabc"),
            "question": list("ppprrr"),
            "ann": ["yes", "no", "yes", "yes", "yes", "yes"],
            "ben": ["yes", "no", None, "yes", "yes", "yes"],
        }
    )
    told = teach_back_agreement(codes_from_columns(wide, "ann", "ben"))
    assert told.loc["p", ["estimate", "teach_backs", "undefined"]].tolist() == [1, 2, 1]
    assert np.isnan(told.loc["p", "low"])  # no standard error where all agree
    assert told.loc["r", "agreement"] == 1
    assert np.isnan(told.loc["r", "estimate"])  # one code throughout: chance alone would agree


def test_three_raters_and_double_codes_are_refused():
    codes = rated(TABLE)
    with pytest.raises(AnalysisError, match="Two raters are needed; the table of codes has ann, ben, cat"):
        teach_back_agreement(pd.concat([codes, codes[:1].assign(rater="cat")]))
    with pytest.raises(AnalysisError, match="Rater 'ann' coded participant 'p0' more than once"):
        teach_back_agreement(pd.concat([codes, codes[:1]]))


def test_unknown_weights_are_refused():
    with pytest.raises(ValueError, match="'cubic'; allowed are none, linear, quadratic"):
        teach_back_agreement(rated(TABLE), weights="cubic")
