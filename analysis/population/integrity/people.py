"""People who stand where they should not."""

from __future__ import annotations

import pandas as pd

from analysis.population.integrity.finding import Finding, people_found
from analysis.reading.study import Study


def several_arms(study: Study) -> list[Finding]:
    """Find participants whose rows name more than one arm."""
    tables = [table for table in (study.participants, study.trials) if "arm" in table.columns]
    rows = pd.concat([table[["participant", "arm"]].dropna() for table in tables])
    told = (
        "{people} stand in more than one arm: they count in each, their answers are not independent, and the "
        "comparison is no longer one between people alone."
    )
    return people_found("several-arms", _with_several(rows, "participant", "arm"), told)


def person_in_several_arms(study: Study) -> list[Finding]:
    """Find persons who took part under several participant ids, and say how many of them in several arms."""
    people = study.participants
    if "person" not in people.columns:
        return []
    rows = people[["person", "participant", "arm"]].dropna()
    again = _with_several(rows, "person", "participant")
    apart = _with_several(rows, "person", "arm")
    told = f"{{people}} took part more than once, {len(apart):,} of them in different arms."
    return people_found("person-in-several-arms", again, told)


def several_sources(study: Study) -> list[Finding]:
    """Find participants whose rows come from more than one source: recruited, simulated, preview."""
    tables = [table for table in (study.participants, study.trials) if "source" in table.columns]
    if not tables:
        return []
    rows = pd.concat([table[["participant", "source"]].dropna() for table in tables])
    told = "{people} stand under more than one source; sources are never mixed."
    return people_found("several-sources", _with_several(rows, "participant", "source"), told)


def unknown_people(study: Study) -> list[Finding]:
    """Find participants who have trials and no row in the participants' table."""
    known = set(study.participants["participant"])
    strangers = pd.Index([who for who in study.trials["participant"].unique() if who not in known])
    told = "{people} have trials, but the table of participants does not know them."
    return people_found("unknown-people", strangers, told, "trials")


def _with_several(rows: pd.DataFrame, who: str, what: str) -> pd.Index:
    counts = rows.groupby(who, sort=False)[what].nunique()
    return counts.index[counts > 1]
