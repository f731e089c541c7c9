"""Whether a plan can be executed, found out before a single participant has come."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.errors import UnknownName
from analysis.metrics.registry import PER_TRIAL
from analysis.population.filters.registry import check_options
from protocol.schema.plan import Plan

Path = tuple[str | int, ...]


def plan_faults(plan: Plan) -> Iterator[tuple[Path, str]]:
    """Yield each fault of a plan as (where in the protocol, what is wrong and what is allowed)."""
    if plan.outcome not in PER_TRIAL:
        allowed = ", ".join(sorted(PER_TRIAL))
        yield ("analysis", "outcome"), f"no outcome is called {plan.outcome!r}. Known ones: {allowed}."
    for number, exclusion in enumerate(plan.exclusions):
        try:
            check_options(exclusion.filter, exclusion.options)
        except UnknownName as error:
            yield ("analysis", "exclusions", number), f"exclusion {exclusion.name!r}: {error}"
