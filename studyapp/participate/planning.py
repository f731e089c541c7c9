"""The steps of a session, as a pure function of protocol, bundle, arm, seed and place: an audit can replay it."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from protocol.schema import Protocol
from protocol.schema import phases as ph
from studyapp.allocation.draws import choose, shuffled
from studyapp.catalog import Catalog
from studyapp.participate.questions import asked_by
from studyapp.tasks.registry import get_task


@dataclass(frozen=True)
class PlannedStep:
    """One step before it is stored; the fields are those of `models.Step`."""

    phase: str
    phase_number: int
    kind: str
    position: int = 0
    task: str = ""
    item: str = ""
    model: str = ""
    compared_model: str = ""
    target: str = ""
    condition: str = ""
    number: int = 0
    detail: dict[str, Any] = field(default_factory=dict)
    questions: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Draws:
    """What the random parts of one participant's plan depend on."""

    seed: str
    source: str
    place: int

    def order(self, items: list[str], purpose: str) -> list[str]:
        return shuffled(items, self.seed, f"order/{purpose}/{self.source}/{self.place}")

    def choose(self, options: list[str], purpose: str, n: int) -> str:
        return choose(options, self.seed, f"{purpose}/{self.source}/{self.place}", n)


def plan_common(protocol: Protocol, catalog: Catalog) -> list[PlannedStep]:
    """Plan what everyone does before allocation: consent, instructions, the first attempt at the gate."""
    steps: list[PlannedStep] = []
    for number, phase in enumerate(protocol.phases):
        if isinstance(phase, ph.Allocation):
            break
        steps += _common_steps(phase, number)
    return _finished(steps, protocol, catalog, arm="", first=1)


def plan_gate_attempt(protocol: Protocol, catalog: Catalog, attempt: int, position: int) -> PlannedStep:
    """Plan a further attempt at the gate."""
    number = next(n for n, phase in enumerate(protocol.phases) if isinstance(phase, ph.Gate))
    step = PlannedStep("gate", number, "gate", detail={"attempt": attempt})
    return _finished([step], protocol, catalog, arm="", first=position)[0]


def plan_arm(protocol: Protocol, catalog: Catalog, arm: str, draws: Draws, first: int) -> list[PlannedStep]:
    """Plan everything after allocation, from position `first`."""
    start = next(n for n, phase in enumerate(protocol.phases) if isinstance(phase, ph.Allocation))
    steps: list[PlannedStep] = []
    for number, phase in enumerate(protocol.phases):
        if number > start:
            steps += _arm_steps(phase, number, protocol, catalog, arm, draws)
    return _finished([replace(step, condition=arm) for step in steps], protocol, catalog, arm, first)


@functools.lru_cache(maxsize=64)
def longest_walk(protocol_sha256: str, fetch: _Fetch) -> int:
    """The number of steps of the longest walk, for a progress bar that is the same in every arm."""
    protocol, catalog = fetch.protocol, fetch.catalog
    rest = max(
        len(plan_arm(protocol, catalog, arm, Draws("0", "preview", 1), 1)) for arm in protocol.arm_names
    )
    return len(plan_common(protocol, catalog)) + rest


class _Fetch:
    """Carries protocol and catalog past the cache above, whose key is the hash alone."""

    def __init__(self, protocol: Protocol, catalog: Catalog):
        self.protocol, self.catalog = protocol, catalog

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Fetch)


def walk_length(protocol_sha256: str, protocol: Protocol, catalog: Catalog) -> int:
    """Return `longest_walk`, kept in memory by the protocol's hash."""
    return longest_walk(protocol_sha256, _Fetch(protocol, catalog))


def _finished(
    steps: Iterable[PlannedStep], protocol: Protocol, catalog: Catalog, arm: str, first: int
) -> list[PlannedStep]:
    """Number the steps from `first` and note what each asks."""
    numbered = (replace(step, position=first + n) for n, step in enumerate(steps))
    return [
        replace(step, questions=[[q.name, q.role] for q in asked_by(step, protocol, catalog, arm)])
        for step in numbered
    ]


def _common_steps(phase: ph.Phase, number: int) -> list[PlannedStep]:
    match phase:
        case ph.Consent():
            return [PlannedStep("consent", number, "consent")]
        case ph.Instructions():
            return _pages("instructions", number, len(phase.pages))
        case ph.Gate():
            return [PlannedStep("gate", number, "gate", detail={"attempt": 1})]
    raise TypeError(f"{phase.kind} cannot stand before allocation")


def _arm_steps(
    phase: ph.Phase, number: int, protocol: Protocol, catalog: Catalog, arm: str, draws: Draws
) -> list[PlannedStep]:
    match phase:
        case ph.Instructions():
            return _pages("instructions", number, len(phase.pages))
        case ph.Tutorial():
            return _tutorial(phase, number, arm)
        case ph.Practice():
            return _practice(phase, number, protocol, catalog, draws)
        case ph.Learning():
            return _learning(phase, number, protocol, catalog, draws)
        case ph.Test():
            return _test(phase, number, protocol, catalog, draws)
        case ph.Ratings():
            return _ratings(phase, number, arm)
        case ph.Demographics():
            return [PlannedStep("demographics", number, "demographics")]
        case ph.Debrief():
            return [PlannedStep("debrief", number, "debrief")]
    raise TypeError(f"{phase.kind} cannot stand after allocation")


def _pages(phase: str, number: int, count: int) -> list[PlannedStep]:
    return [PlannedStep(phase, number, "page", detail={"page": page}) for page in range(count)]


def _intro(phase: str, number: int, page: ph.Page | None) -> list[PlannedStep]:
    return [] if page is None else [PlannedStep(phase, number, "intro")]


def _tutorial(phase: ph.Tutorial, number: int, arm: str) -> list[PlannedStep]:
    steps = _pages("tutorial", number, len(phase.arms[arm].pages))
    if phase.arms[arm].check is not None:
        steps += [PlannedStep("tutorial", number, "check"), PlannedStep("tutorial", number, "check-feedback")]
    return steps


def _chosen(items: ph.Items, catalog: Catalog, draws: Draws, phase: str) -> list[str]:
    """The items of a phase in the participant's order."""
    names = catalog.items_with(items.strata)
    if len(names) > items.count:
        names = draws.order(names, f"sample/{phase}") if items.sample == "each" else names
        chosen = set(names[: items.count])
        names = [name for name in catalog.items_with(items.strata) if name in chosen]
    return draws.order(names, phase) if items.order == "random" else names


def _trials(
    phase: ph.Practice | ph.Test, number: int, protocol: Protocol, items: list[str]
) -> list[PlannedStep]:
    use = phase.task
    return [
        PlannedStep(
            phase.kind, number, "trial", task=use.kind, item=item, model=use.model or protocol.model,
            compared_model=use.compared_model or "", number=n,
        )
        for n, item in enumerate(items, start=1)
    ]  # fmt: skip


def _practice(
    phase: ph.Practice, number: int, protocol: Protocol, catalog: Catalog, draws: Draws
) -> list[PlannedStep]:
    steps = []
    for trial in _trials(phase, number, protocol, _chosen(phase.items, catalog, draws, "practice")):
        steps += [trial, replace(trial, kind="feedback", task="")]
    return steps


def _learning(
    phase: ph.Learning, number: int, protocol: Protocol, catalog: Catalog, draws: Draws
) -> list[PlannedStep]:
    items = _chosen(phase.items, catalog, draws, "learning")
    return _intro("learning", number, phase.intro) + [
        PlannedStep("learning", number, "learning", item=item, model=phase.model or protocol.model, number=n)
        for n, item in enumerate(items, start=1)
    ]


def _test(
    phase: ph.Test, number: int, protocol: Protocol, catalog: Catalog, draws: Draws
) -> list[PlannedStep]:
    trials = _trials(phase, number, protocol, _chosen(phase.items, catalog, draws, "test"))
    count = phase.attention_checks.count
    gaps = draws.order([str(gap) for gap in range(1, len(trials))], "attention-places")[
        :count
    ]  # never first or last
    steps: list[PlannedStep] = []
    for trial in trials:
        steps.append(trial)
        if str(trial.number) in gaps:
            steps.append(_attention_check(phase, number, catalog, draws, gaps.index(str(trial.number))))
    return _intro("test", number, phase.intro) + steps


def _attention_check(phase: ph.Test, number: int, catalog: Catalog, draws: Draws, n: int) -> PlannedStep:
    asked = get_task(phase.task.kind).main_question
    wanted = {asked: draws.choose(list(catalog.labels), "attention-answer", n)}
    if phase.task.confidence is not None:
        steps = [str(step) for step in phase.task.confidence.steps]
        wanted["confidence"] = draws.choose(steps, "attention-confidence", n)
    return PlannedStep("test", number, "attention", detail={"wanted": wanted})


def _ratings(phase: ph.Ratings, number: int, arm: str) -> list[PlannedStep]:
    steps = [] if phase.estimate is None else [PlannedStep("ratings", number, "estimate")]
    for n, use in enumerate(phase.instruments):
        if use.arms is None or arm in use.arms:
            steps.append(PlannedStep("ratings", number, "scale", detail={"instrument": n}))
    return steps
