"""Whether a plan can be executed, found out before a single participant has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.errors import UnknownName
from analysis.metrics.registry import PER_TRIAL
from analysis.population.filters.registry import check_options
from protocol.doors.export import ITEMS, PARTICIPANTS, TRIALS
from protocol.schema import Protocol
from protocol.schema.phases import Practice, Test

Path = tuple[str | int, ...]
NUMERIC = ("integer", "number", "boolean")  # kinds of columns that a linear model can hold
STRATUM = ITEMS.open_prefix  # which strata there are is known to the bundle alone


def plan_faults(protocol: Protocol) -> Iterator[tuple[Path, str]]:
    """Yield each fault of a protocol's plan as (where in the protocol, what is wrong and what is allowed)."""
    plan = protocol.analysis
    if plan.outcome not in PER_TRIAL:
        yield ("analysis", "outcome"), f"no outcome is called {plan.outcome!r}. {_known(PER_TRIAL)}"
    phases = [phase.kind for phase in protocol.phases if isinstance(phase, (Practice, Test))]
    if plan.phase not in phases:
        yield ("analysis", "phase"), f"no phase with trials is called {plan.phase!r}. {_known(phases)}"
    columns = covariate_columns()
    for number, name in enumerate(plan.covariates):
        if name not in columns and not name.startswith(STRATUM):
            why = f"no column of numbers or booleans is called {name!r}. {_known(columns)}"
            yield ("analysis", "covariates", number), f"{why} An item's stratum begins with {STRATUM}."
    for number, exclusion in enumerate(plan.exclusions):
        try:
            check_options(exclusion.filter, exclusion.options)
        except UnknownName as error:
            yield ("analysis", "exclusions", number), f"exclusion {exclusion.name!r}: {error}"


def covariate_columns() -> list[str]:
    """Return the columns of an export that a plan may adjust for."""
    columns = [column for table in (TRIALS, PARTICIPANTS) for column in table.columns]
    return sorted({column.name for column in columns if column.kind in NUMERIC})


def _known(names: Iterable[str]) -> str:
    return f"Known ones: {', '.join(sorted(set(names))) or 'none'}."
