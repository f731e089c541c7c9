"""Every check of a study's tables by the kind of finding it makes. To add one: write a function, add a line."""

from __future__ import annotations

from collections.abc import Callable
from pkgutil import resolve_name

from analysis.population.integrity.finding import Finding
from analysis.reading.study import Study

Check = Callable[[Study], list[Finding]]
CHECKS = {
    "double-logged": "analysis.population.integrity.rows:double_logged",
    "repeated-question": "analysis.population.integrity.rows:repeated_question",
    "catch-as-main": "analysis.population.integrity.rows:catch_as_main",
    "no-outcome": "analysis.population.integrity.rows:no_outcome",
    "after-the-end": "analysis.population.integrity.rows:after_the_end",
    "several-arms": "analysis.population.integrity.people:several_arms",
    "person-in-several-arms": "analysis.population.integrity.people:person_in_several_arms",
    "several-sources": "analysis.population.integrity.people:several_sources",
    "unknown-people": "analysis.population.integrity.people:unknown_people",
    "sentinel": "analysis.population.integrity.values:sentinels",
    "outside-the-scale": "analysis.population.integrity.values:outside_the_scale",
}


def find_problems(study: Study) -> list[Finding]:
    """Look through a study's tables for what a reader must know before believing any number.

    Parameters
    ----------
    study : Study
        Checks whose columns or tables are absent find nothing.

    Returns
    -------
    list of Finding
        In the order of `CHECKS`. Nothing is changed or left out: what is wrong is for the researcher to
        mend, in the mapping or by a named exclusion.
    """
    return [finding for name in CHECKS.values() for finding in resolve_name(name)(study)]
