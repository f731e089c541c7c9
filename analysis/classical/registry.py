"""The classical tests by name, and the one way to ask for any of them."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.classical.ignored import ignored
from analysis.classical.result import ALTERNATIVES, ClassicalResult
from analysis.classical.sample import read_sample
from analysis.columns import require_columns
from analysis.errors import UnknownName
from analysis.options import require_alpha, require_draws

CLASSICAL = {
    "student-t": "analysis.classical.t_tests:student_t",
    "welch-t": "analysis.classical.t_tests:welch_t",
    "paired-t": "analysis.classical.t_tests:paired_t",
    "one-sample-t": "analysis.classical.t_tests:one_sample_t",
    "one-way-anova": "analysis.classical.anova:one_way_anova",
    "two-way-anova": "analysis.classical.anova:two_way_anova",
    "tukey-hsd": "analysis.classical.anova:tukey_hsd",
    "mann-whitney": "analysis.classical.ranks:mann_whitney",
    "wilcoxon-rank-sum": "analysis.classical.ranks:wilcoxon_rank_sum",
    "wilcoxon-signed-rank": "analysis.classical.ranks:wilcoxon_signed_rank",
    "kruskal-wallis": "analysis.classical.ranks:kruskal_wallis",
    "chi-square": "analysis.classical.counts:chi_square",
    "fisher": "analysis.classical.counts:fisher",
    "permutation": "analysis.classical.permutation:permutation",
    "cluster-bootstrap": "analysis.classical.bootstraps:cluster_bootstrap",
    "hase-bansal-bootstrap": "analysis.classical.bootstraps:hase_bansal_bootstrap",
}
NUMBERS: dict[str, Callable[[Any], None]] = {"alpha": require_alpha, "draws": require_draws}
OF_ANY_KIND = ("chi-square", "fisher")  # the outcome may be text
CHOICES = {"alternative": ALTERNATIVES, "method": ("asymptotic", "exact", "auto")}
WITHOUT_GROUPS = ("one-sample-t", "cluster-bootstrap", "hase-bansal-bootstrap")


def classical_test(
    name: str,
    data: pd.DataFrame,
    *,
    outcome: str,
    group: str | Sequence[str] | None = None,
    groups: Sequence[Any] | None = None,
    participant: str | None = None,
    item: str | None = None,
    strata: str | None = None,
    unit: str = "trial",
    aggregate: str = "mean",
    **options: Any,
) -> ClassicalResult:
    """Run one of the classical tests, and say what it ignores in these data.

    Parameters
    ----------
    name : one of `CLASSICAL`
    data : DataFrame, one row per trial, or per participant
    outcome : column of numbers or booleans; of any kind for chi-square and Fisher
    group : column to compare by; two for a two-way ANOVA; none for a one-sample test
    groups : which groups, in order (first − second); by default all, in the order of categories or rows
    participant : column that says who; named, it lets the test say what it ignores
    item : column that says what was asked, likewise; unless named, the column `item`, where there is one
        without gaps, so that no row is left out for it. Without either, `warnings` says that shared items were not
        checked
    strata : column within whose values a permutation shuffles
    unit : what a row of the test is: `trial` (a row of the data), `participant` or `item` (their value in
        each group, by `aggregate`: `mean`, `median` or `sum`)
    options : what the test itself takes, such as `alternative`; see its docstring

    Returns
    -------
    ClassicalResult

    Raises
    ------
    UnknownName : no such test, group, unit or option; the message lists those that exist
    MissingColumns : a column is absent or holds no numbers
    AnalysisError : the data do not fit the test; the message says why
    """
    if name not in CLASSICAL:
        raise UnknownName(f"No classical test is called {name!r}. Known: {', '.join(sorted(CLASSICAL))}.")
    function = pkgutil.resolve_name(CLASSICAL[name])
    _check_options(name, function, options)
    if group is None and name not in WITHOUT_GROUPS:
        raise UnknownName(f"{name} compares groups: name their column, group=…")
    named = {"participant": participant, "item": _item(data, item), "stratum": strata}
    sample = read_sample(
        data,
        outcome,
        group,
        groups=groups,
        named={key: column for key, column in named.items() if column is not None},
        unit=unit,
        aggregate=aggregate,
        is_numeric=name not in OF_ANY_KIND,
    )
    result = function(sample, **options)
    return replace(
        result,
        missing=sample.missing,
        unit=unit,
        details={key: float(value) for key, value in result.details.items()},
        warnings=(*result.warnings, *ignored(sample, name)),
    )


def _item(data: pd.DataFrame, item: str | None) -> str | None:
    """Return the column of items: the one named, else one called `item` that has a value in every row."""
    require_columns(data, name="the table")
    if item is not None or "item" not in data.columns or data[["item"]].isna().any(axis=None):
        return item
    return "item"


def _check_options(name: str, function: Callable[..., ClassicalResult], options: dict[str, Any]) -> None:
    taken = [key for key in _keywords(function) if key != "sample"]
    for option in options:
        if option not in taken:
            raise UnknownName(f"{name} has no option {option!r}. It has: {', '.join(taken) or 'none'}.")
        if option in CHOICES and options[option] not in CHOICES[option]:
            known = ", ".join(CHOICES[option])
            raise UnknownName(f"{option}={options[option]!r} is unknown. Known: {known}.")
        if option in NUMBERS:
            NUMBERS[option](options[option])


def _keywords(function: Callable[..., ClassicalResult]) -> list[str]:
    return list(inspect.signature(function).parameters)
