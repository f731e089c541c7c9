"""The population that was analysed: the mapping's exclusions, one after the other, as the authors did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.errors import MappingError
from analysis.population import apply_exclusion, primary_trials
from analysis.reading import Study
from analysis.reading.text import as_field


@dataclass(frozen=True)
class Population:
    """A study after its exclusions; `everyone` are the trials before, `excluded` the people hit by each in turn."""

    study: Study
    everyone: pd.DataFrame
    trials: pd.DataFrame
    excluded: Mapping[str, int]

    def table(self, name: str = "trials") -> pd.DataFrame:
        """Return the rows of `trials`, `ratings` or `participants` of those who are left."""
        if name == "trials":
            return self.trials
        if name not in ("ratings", "participants"):
            raise MappingError(f"No table is called {name!r}. Known ones: trials, ratings, participants.")
        table: pd.DataFrame = getattr(self.study, name)
        return table[table["participant"].isin(self.trials["participant"])]

    def rows(self, table: str = "trials", where: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Return the rows of a table where every column of `where` has its value, or one of its values."""
        rows = self.table(table)
        for column, value in (where or {}).items():
            if column not in rows.columns:
                raise MappingError(f"where names {column!r}; the table has {', '.join(rows.columns)}.")
            wanted = [as_field(one).lower() for one in (value if isinstance(value, list) else [value])]
            rows = rows[rows[column].astype("str").str.lower().isin(wanted)]
        return rows


def analysed(study: Study) -> Population:
    """Apply every exclusion of the plan in its order, whether primary or sensitivity."""
    everyone = kept = primary_trials(study)
    excluded = {}
    for rule in study.plan.exclusions:
        hit = apply_exclusion(study, kept, rule)
        kept = hit.remaining(kept)
        excluded[rule.name] = len(hit.participants)
    return Population(study, everyone, kept, excluded)
