"""Small studies from tables written by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.reading.study import Arm, Study
from protocol.schema.plan import Exclusion, Plan


def make_study(
    trials: pd.DataFrame, participants: pd.DataFrame | None = None, *, reference: str = "control", **more: Any
) -> Study:
    """Return a study of these trials; without participants, they are made from the trials."""
    defaults = {"phase": "test", "source": "recruited", "arm": reference}
    trials = trials.assign(**{name: value for name, value in defaults.items() if name not in trials})
    if participants is None:
        participants = trials[["participant", "source", "arm"]].drop_duplicates("participant")
    arms = list(dict.fromkeys([reference, *trials["arm"].dropna(), *participants["arm"].dropna()]))
    plan = Plan(reference=reference, exclusions=more.pop("exclusions", []))
    return Study(
        title="By hand",
        plan=plan,
        arms=tuple(Arm(arm, arm) for arm in arms),
        source="recruited",
        data_sha256="0" * 64,
        trials=trials,
        participants=participants,
        **more,
    )


def rule(filter_: str, kind: str = "process", use: str = "sensitivity", **options: Any) -> Exclusion:
    return Exclusion(name=f"rule {filter_}", kind=kind, filter=filter_, use=use, options=options)
