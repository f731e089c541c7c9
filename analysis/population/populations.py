"""The same analysis on other populations: with nobody left out, and with each sensitivity exclusion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.population.exclusions import Excluded, apply_exclusions
from analysis.population.primary import primary_trials
from analysis.reading.study import Study

PRIMARY, EVERYONE = "primary", "everyone"
BY_OUTCOME = (
    "It leaves people out by how well they did, after allocation, so the arms are no longer alike and the "
    "difference can shrink, grow or turn round. It stands beside the primary result and never replaces it."
)


@dataclass(frozen=True)
class Population:
    """One set of people to be analysed.

    `kind` is `primary`, `everyone` (nobody left out) or the kind of the exclusion that makes it; `warning`
    is a sentence that must stand beside its results, or empty.
    """

    name: str
    kind: str
    warning: str
    trials: pd.DataFrame

    @property
    def people(self) -> int:
        return int(self.trials["participant"].nunique())


def populations(
    study: Study, trials: pd.DataFrame | None = None, exclusions: Sequence[Excluded] | None = None
) -> Iterator[Population]:
    """Yield the populations to be analysed side by side.

    Parameters
    ----------
    study : Study
    trials : the trials of the plan's phase, with whatever columns the analysis needs; by default
        `primary_trials`
    exclusions : as `apply_exclusions` returned them for these trials, to save doing it again

    Yields
    ------
    Population
        The primary one first; then everyone with a test trial, if a primary exclusion takes anybody out;
        then the primary one without those whom each sensitivity exclusion hits.

    Raises
    ------
    As `apply_exclusion`.
    """
    everyone = primary_trials(study) if trials is None else trials
    exclusions = apply_exclusions(study, everyone) if exclusions is None else exclusions
    kept = everyone
    for excluded in exclusions:
        kept = excluded.remaining(kept) if excluded.rule.use == "primary" else kept
    yield Population("Primary analysis", PRIMARY, _unequal_primary(exclusions), kept)
    if len(kept) < len(everyone):
        yield Population("Nobody excluded", EVERYONE, "", everyone)
    for excluded in exclusions:
        if excluded.rule.use == "sensitivity":
            rule = excluded.rule
            yield Population(rule.name, rule.kind, warning_of(excluded), excluded.remaining(kept))


def warning_of(excluded: Excluded) -> str:
    """Return what a reader must know of a population without these people; empty where there is nothing."""
    told = [BY_OUTCOME] if excluded.rule.kind == "outcome" else []
    return " ".join(told + ([_unequal(excluded)] if excluded.is_unequal else []))


def _unequal_primary(exclusions: Sequence[Excluded]) -> str:
    primary = [excluded for excluded in exclusions if excluded.rule.use == "primary"]
    return " ".join(_unequal(excluded) for excluded in primary if excluded.is_unequal)


def _unequal(excluded: Excluded) -> str:
    share = excluded.shares["share"].dropna()
    p = "p < .001" if excluded.test.p < 0.001 else f"p = {excluded.test.p:.3f}".replace("0.", ".", 1)
    return (
        f"“{excluded.rule.name}” takes different shares of people out of the arms: from {share.min():.0%} in "
        f"{share.idxmin()} to {share.max():.0%} in {share.idxmax()} ({p}, {excluded.test.method})."
    )
