"""A study as the analysis sees it: its plan, its arms, its tables, of one source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from analysis.errors import UnknownName
from protocol.schema import Protocol
from protocol.schema.plan import Plan

SOURCES = ("recruited", "simulated", "preview")
WITH_SOURCE = ("participants", "trials", "responses", "ratings", "events", "allocation", "texts")


@dataclass(frozen=True)
class Arm:
    """An arm's name in the tables and its label for readers."""

    name: str
    label: str


@dataclass(frozen=True)
class Study:
    """A study's tables with what is needed to read them.

    The tables are those of the export (`docs/contracts.md`). A study that came from any table with a
    mapping has `trials` and a `participants` made from it, `ratings` where the mapping has some; a column
    that was not mapped is absent. `catch_trials`, which only check attention, are never among `trials`.
    """

    title: str
    plan: Plan
    arms: tuple[Arm, ...]
    source: str
    data_sha256: str
    trials: pd.DataFrame
    participants: pd.DataFrame
    responses: pd.DataFrame = field(default_factory=pd.DataFrame)
    ratings: pd.DataFrame = field(default_factory=pd.DataFrame)
    events: pd.DataFrame = field(default_factory=pd.DataFrame)
    allocation: pd.DataFrame = field(default_factory=pd.DataFrame)
    items: pd.DataFrame = field(default_factory=pd.DataFrame)
    outputs: pd.DataFrame = field(default_factory=pd.DataFrame)
    stimuli: pd.DataFrame = field(default_factory=pd.DataFrame)
    texts: pd.DataFrame = field(default_factory=pd.DataFrame)
    catch_trials: pd.DataFrame = field(default_factory=pd.DataFrame)
    protocol: Protocol | None = None
    versions: tuple[Mapping[str, Any], ...] = ()
    description: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def arm_names(self) -> list[str]:
        return [arm.name for arm in self.arms]

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the export says about itself below the key `foretell`; empty for a mapped table."""
        return self.description.get("foretell", {})

    def label(self, arm: str) -> str:
        """Return the label of the arm called `arm`."""
        for known in self.arms:
            if known.name == arm:
                return known.label
        raise UnknownName(f"No arm is called {arm!r}. Arms: {', '.join(self.arm_names)}.")

    def only(self, source: str) -> Study:
        """Return the study with the rows of one source alone; sources are never mixed."""
        kept = {name: _of_source(getattr(self, name), source) for name in WITH_SOURCE}
        return replace(self, source=source, **kept)


def choose_source(participants: pd.DataFrame, wanted: str | None = None) -> str:
    """Return which source is analysed.

    The one that is wanted; else recruited once one of them was allocated; else simulated; else preview;
    and recruited where nobody took part.
    """
    if wanted is not None and wanted not in SOURCES:
        raise UnknownName(f"No source is called {wanted!r}. Known ones: {', '.join(SOURCES)}.")
    if wanted is not None:
        return wanted
    present = set(participants["source"])
    allocated = set(participants.loc[participants["arm"].notna(), "source"])
    if "recruited" in allocated:
        return "recruited"
    return next((source for source in ("simulated", "preview") if source in present), "recruited")


def _of_source(table: pd.DataFrame, source: str) -> pd.DataFrame:
    if "source" not in table.columns:
        return table
    return table[table["source"] == source].reset_index(drop=True)
