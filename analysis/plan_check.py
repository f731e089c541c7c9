"""Whether a plan can be executed, found out before a single participant has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.errors import AnalysisError, ModelError
from analysis.metrics.registry import METRICS, PER_TRIAL, describe_metric
from analysis.mixed.random import parse_random
from analysis.population.filters.registry import check_exclusion
from analysis.reading.standard import FROM_EXPORT
from protocol.doors.export import ITEMS, PARTICIPANTS, TRIALS
from protocol.schema import Protocol
from protocol.schema.phases import Practice, Test
from protocol.schema.plan import Plan

Path = tuple[str | int, ...]
NUMERIC = ("integer", "number", "boolean")  # kinds of columns that a linear model can hold
STRATUM = ITEMS.open_prefix  # which strata there are is known to the bundle alone


def plan_faults(protocol: Protocol) -> Iterator[tuple[Path, str]]:
    """Yield each fault of a protocol's plan as (where in the protocol, what is wrong and what is allowed)."""
    plan = protocol.analysis
    if plan.outcome not in PER_TRIAL:
        yield ("analysis", "outcome"), f"no outcome is called {plan.outcome!r}. {_known(PER_TRIAL)}"
    elif plan.non_inferiority_margin is not None and describe_metric(plan.outcome).better == "neither":
        why = f"of {plan.outcome!r} neither higher nor lower values are better, so nothing is inferior"
        yield ("analysis", "non_inferiority_margin"), f"{why}; equivalence_margin is allowed"
    else:
        yield from _outcome_faults(protocol)
    if plan.contrasts == "trend" and (
        absent := [arm for arm in protocol.arm_names if arm not in plan.scores]
    ):
        yield ("analysis", "scores"), f"scores lack {', '.join(absent)}; a trend needs one for each arm"
    phases = [phase.kind for phase in protocol.phases if isinstance(phase, (Practice, Test))]
    for field, phase in (("phase", plan.phase), ("baseline_phase", plan.baseline_phase)):
        if phase is not None and phase not in phases:
            yield ("analysis", field), f"no phase with trials is called {phase!r}. {_known(phases)}"
    if plan.exposure != "arm":
        yield ("analysis", "exposure"), 'people are in one arm from start to end here; "arm" is allowed'
    for number, name in enumerate(plan.secondary):
        if name not in METRICS:
            yield ("analysis", "secondary", number), f"no metric is called {name!r}. {_known(METRICS)}"
    yield from _random_effect_faults(plan)
    columns = covariate_columns()
    for number, name in enumerate(plan.covariates):
        if name not in columns and not name.startswith(STRATUM):
            why = f"no column of numbers or booleans is called {name!r}. {_known(columns)}"
            yield ("analysis", "covariates", number), f"{why} An item's stratum begins with {STRATUM}."
    for number, exclusion in enumerate(plan.exclusions):
        try:
            check_exclusion(exclusion)
        except AnalysisError as error:
            yield ("analysis", "exclusions", number), f"exclusion {exclusion.name!r}: {error}"


def _outcome_faults(protocol: Protocol) -> Iterator[tuple[Path, str]]:
    """Yield what the outcome needs and the tasks of the protocol never record."""
    card = describe_metric(protocol.analysis.outcome)
    phases = (protocol.analysis.phase, protocol.analysis.baseline_phase)
    tasks = {
        phase.task.kind
        for phase in protocol.phases
        if isinstance(phase, (Practice, Test)) and phase.kind in phases
    }
    told = ", ".join(sorted(tasks))
    if card.tasks and tasks and not tasks & set(card.tasks):
        yield ("analysis", "outcome"), f"{card.name!r} is about {', '.join(card.tasks)}; the task is {told}"
        return
    recorded = {*FROM_EXPORT, "chance", "leaks", "answer_number", "output_number", "truth_number"}
    for task in tasks:
        recorded |= set(OF_TASK.get(task, ()))
    if tasks and (absent := [name for name in card.needs if name not in recorded]):
        yield (
            ("analysis", "outcome"),
            f"{card.name!r} needs {', '.join(absent)}, which the task {told} does not record",
        )


OF_TASK = {  # columns that only some tasks fill
    "advice": [
        f"{answer}{end}"
        for answer in ("first", "final")
        for end in ("", "_correct", "_confidence", "_number")
    ],
    "feature-naming": ["features_marked", "features_true"],
    "model-choice": ["pair"],
}


def _random_effect_faults(plan: Plan) -> Iterator[tuple[Path, str]]:
    """Yield what is wrong with the random effects: no formula, or a variable that the model does not have."""
    allowed = {"condition", *plan.covariates}
    allowed |= {"period"} if plan.baseline_phase is not None else set()
    allowed |= {"model_correct"} if plan.items == "natural" else set()
    for factor, formula in plan.random_effects.items():
        try:
            (terms,) = parse_random({factor: formula}).values()
        except ModelError as error:
            yield ("analysis", "random_effects", factor), str(error)
            continue
        used = {name for term in terms for name in term.variables}
        if unknown := sorted(used - allowed):
            why = f"no variable of the model is called {unknown[0]!r}. {_known(allowed)}"
            yield ("analysis", "random_effects", factor), why


def covariate_columns() -> list[str]:
    """Return the columns of an export that a plan may adjust for."""
    columns = [column for table in (TRIALS, PARTICIPANTS) for column in table.columns]
    return sorted({column.name for column in columns if column.kind in NUMERIC})


def _known(names: Iterable[str]) -> str:
    return f"Known ones: {', '.join(sorted(set(names))) or 'none'}."
