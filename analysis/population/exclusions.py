"""The plan's named exclusions: applied in order, counted by arm, tested against arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import pandas as pd

from analysis.population.filters.registry import check_exclusion, get_filter
from analysis.population.unequal import Independence, independence, shares_by_arm
from analysis.reading.study import Study
from protocol.schema.plan import Exclusion

NOT_TESTED = Independence(nan, "not tested: it was decided before allocation")


@dataclass(frozen=True)
class Excluded:
    """One exclusion of the plan: whom it takes out of those who were left, and whether that hangs on the arm.

    `shares` is indexed by arm: `people` (who were left so far), `hit` (whom this rule takes out), `share` of
    them with `low` and `high`, and `difference` to the reference. `test` is the test of that share against
    arm; its p is NaN for a rule that was decided before allocation. Of `undefined` people the filter cannot
    say anything (no times, no attention checks): they stay in.
    """

    rule: Exclusion
    participants: frozenset[str]
    shares: pd.DataFrame
    test: Independence
    undefined: int

    @property
    def by_arm(self) -> pd.Series:
        """How many people the rule takes out of each arm."""
        return self.shares["hit"]

    @property
    def is_unequal(self) -> bool:
        """Whether the arms lose different shares of their people (p < .05, not adjusted: a warning sign)."""
        return self.test.p < 0.05

    def remaining(self, trials: pd.DataFrame) -> pd.DataFrame:
        """Return the trials of everyone else."""
        return trials[~trials["participant"].isin(self.participants)]


def apply_exclusion(study: Study, trials: pd.DataFrame, rule: Exclusion) -> Excluded:
    """Find out whom an exclusion takes out of the people who have `trials`.

    Parameters
    ----------
    study : Study
    trials : the trials of the plan's phase, of whoever is left by the rules before
    rule : an exclusion of the plan

    Returns
    -------
    Excluded

    Raises
    ------
    UnknownName : no such filter or option; the message lists the known ones.
    MissingColumns : the filter needs a column that the study has not.
    AnalysisError : a filter by outcome is called something else.
    """
    check_exclusion(rule)
    hit = get_filter(rule.filter)(study, trials, **rule.options)
    out = frozenset(hit.index[hit.fillna(False).astype(bool)])
    people = trials[["participant", "arm"]].drop_duplicates()  # who stands in two arms counts in each
    gone = people["participant"].isin(out)
    shares = shares_by_arm(gone, people["arm"], study.arm_names, study.plan.reference)
    tested = rule.kind != "pre-allocation"
    test = independence(shares["people"], shares["hit"], study.plan.seed) if tested else NOT_TESTED
    return Excluded(rule, out, shares, test, int(hit.isna().sum()))


def apply_exclusions(
    study: Study, trials: pd.DataFrame, rules: Sequence[Exclusion] | None = None
) -> tuple[Excluded, ...]:
    """Apply exclusions in their order: each one to the people whom those before it have left.

    Parameters
    ----------
    study : Study
    trials : the trials of the plan's phase
    rules : by default those of the plan

    Returns
    -------
    tuple of Excluded, one for each rule, in the order of the rules
        A primary rule sees who is left by the primary ones before it. A sensitivity rule takes nobody out of
        the primary population: it sees who is left by all primary rules, as its analysis does.

    Raises
    ------
    As `apply_exclusion`.
    """
    rules = study.plan.exclusions if rules is None else list(rules)
    done: dict[int, Excluded] = {}
    for number, rule in enumerate(rules):
        if rule.use == "primary":
            done[number] = apply_exclusion(study, trials, rule)
            trials = done[number].remaining(trials)
    for number, rule in enumerate(rules):
        if rule.use == "sensitivity":
            done[number] = apply_exclusion(study, trials, rule)
    return tuple(done[number] for number in range(len(rules)))


def exclusion_flow(exclusions: Sequence[Excluded]) -> pd.DataFrame:
    """Return the exclusions as one table for the flow diagram, one row per rule and arm.

    Returns
    -------
    DataFrame
        `order` (from 1), `name`, `kind`, `filter`, `use`, `arm`, `before` (people left so far), `removed`,
        `share` in [0, 1] with `low` and `high`, `left`, and for the whole rule `undefined`, `p`, `test`.
    """
    columns = ["order", "name", "kind", "filter", "use", "arm", "before", "removed", "share", "low", "high"]
    rows = [
        {**_rule(number, excluded), "arm": arm, **_arm(excluded, arm)}
        for number, excluded in enumerate(exclusions, start=1)
        for arm in excluded.shares.index
    ]
    return pd.DataFrame(rows, columns=[*columns, "left", "undefined", "p", "test"])


def _rule(number: int, excluded: Excluded) -> dict[str, object]:
    rule, test = excluded.rule, excluded.test
    told = {"order": number, "name": rule.name, "kind": rule.kind, "filter": rule.filter, "use": rule.use}
    return told | {"undefined": excluded.undefined, "p": test.p, "test": test.method}


def _arm(excluded: Excluded, arm: str) -> dict[str, object]:
    row = excluded.shares.loc[arm]
    before, removed = int(row["people"]), int(row["hit"])
    told = {"before": before, "removed": removed, "left": before - removed}
    return told | {"share": row["share"], "low": row["low"], "high": row["high"]}
