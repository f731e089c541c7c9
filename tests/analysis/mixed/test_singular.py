"""What is said of a singular fit."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.mixed.covariance import Covariance
from analysis.mixed.problem import read_problem
from analysis.mixed.singular import DROP, KEEP, message


def covariance(correlated: bool) -> Covariance:
    rows = [(p, i, "abc"[(p + i) % 3], (p * i) % 2) for p in range(6) for i in range(6)]
    table = pd.DataFrame(rows, columns=["participant", "item", "arm", "y"])
    random = {"participant": "1", "item": "1 + arm"}
    return read_problem("y ~ arm", table, random, correlated=correlated).covariance


def said(names: list[str], rule: str = DROP, *, correlated: bool = False) -> str:
    model = covariance(correlated)
    return message(model, [model.names.index(name) for name in names], rule)


def test_one_effect_is_spoken_of_as_one():
    assert said(["item: arm"]) == (
        "Singular fit: item: arm was estimated at its boundary and dropped; the model was fitted again without it."
    )
    assert said(["item: 1"], KEEP) == (
        "Singular fit: item: 1 is at its boundary; standard errors are conditional on that."
    )


def test_several_effects_are_spoken_of_as_several():
    assert said(["item: arm", "participant: 1"]) == (
        "Singular fit: participant: 1 and item: arm were estimated at their boundaries and dropped; the model "
        "was fitted again without them."
    )


@pytest.mark.parametrize(
    ("sds", "told"),
    [
        ([], "the correlations of item were"),
        (["item: arm[T.b]"], "the correlations of item and item: arm[T.b] were"),
        (["item: arm[T.b]", "item: arm[T.c]"], "the correlations of item, and its slopes, were"),
    ],
)
def test_a_whole_covariance_matrix_is_not_told_entry_by_entry(sds, told):
    crossed = [name for name in covariance(correlated=True).names if "×" in name]
    assert len(crossed) == 3
    assert f"Singular fit: {told} estimated at their boundaries" in said([*crossed, *sds], correlated=True)
