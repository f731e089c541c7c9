"""How people flow through a study: before allocation, by arm and phase, and against the quotas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from protocol.schema import Protocol
from studyapp.console.charts import Bar, bar
from studyapp.console.counts import AWAY, HERE, ArmCount, Standing
from studyapp.console.labels import phase_label


@dataclass(frozen=True)
class Stage:
    """One row of the table before allocation."""

    label: str
    reached: int
    stopped: int | None = None
    how: str = ""
    still_there: int | None = None


@dataclass(frozen=True)
class Cell:
    """People of an arm who reached a phase, as a share of those allocated."""

    people: int
    bar: Bar


@dataclass(frozen=True)
class ArmFlow:
    """One arm's row, or all arms together."""

    label: str
    allocated: int
    reached: list[Cell]
    finished: int
    finished_bar: Bar
    left: int
    away: int
    here: int

    @property
    def share_left(self) -> float | None:
        """Of those allocated; None before anyone is."""
        return self.left / self.allocated if self.allocated else None

    @property
    def percent_left(self) -> float | None:
        return None if self.share_left is None else 100 * self.share_left


@dataclass(frozen=True)
class Flow:
    """The table by arm and phase."""

    phases: list[str]
    arms: list[ArmFlow]
    total: ArmFlow

    @property
    def has_away(self) -> bool:
        return self.total.away > 0


@dataclass(frozen=True)
class ArmBalance:
    """One arm's places against its quota."""

    label: str
    allocated: int
    finished: int
    quota: int | None
    bar: Bar


def stages(protocol: Protocol, counts: Mapping[str, ArmCount], standings: Iterable[Standing]) -> list[Stage]:
    """Return who went how far before allocation. Who neither went on nor is there any more left."""
    everyone = sum(counts.values(), ArmCount())
    waiting = [group for group in standings if not group.arm and group.state in (HERE, AWAY)]
    at_consent = sum(group.people for group in waiting if group.page.kind == "consent")
    at_gate = sum(group.people for group in waiting) - at_consent
    decided = everyone.screened_out + everyone.allocated
    gone_at_consent = everyone.arrived - everyone.consented - at_consent
    left_at_consent = gone_at_consent - everyone.declined
    how = ", ".join(
        f"{people} {word}"
        for people, word in ((everyone.declined, "declined"), (left_at_consent, "left"))
        if people
    )
    left_before_gate = everyone.consented - decided - at_gate
    rows = [
        Stage("Arrived", everyone.arrived, gone_at_consent, how, at_consent),
        Stage("Consented", everyone.consented, left_before_gate, "left" if left_before_gate else "", at_gate),
    ]
    if any(phase.kind == "gate" for phase in protocol.phases):
        screened_out = "screened out" if everyone.screened_out else ""
        rows.append(Stage("Finished the gate", decided, everyone.screened_out, screened_out, 0))
    return [*rows, Stage("Allocated", everyone.allocated)]


def flow(protocol: Protocol, counts: Mapping[str, ArmCount], standings: list[Standing]) -> Flow:
    """Return how many people of each arm reached each phase, left, or are here."""
    numbers = _arm_phases(protocol)
    arms = [
        _arm_flow(
            arm.label, counts.get(arm.name, ArmCount()), [s for s in standings if s.arm == arm.name], numbers
        )
        for arm in protocol.arms
    ]
    in_arms = sum((counts.get(name, ArmCount()) for name in protocol.arm_names), ArmCount())
    total = _arm_flow("All arms", in_arms, [s for s in standings if s.arm in protocol.arm_names], numbers)
    return Flow([phase_label(protocol, number) for number in numbers], arms, total)


def balance(protocol: Protocol, counts: Mapping[str, ArmCount], has_quotas: bool) -> list[ArmBalance]:
    """Return each arm's places and finished people, drawn on one axis for all arms."""
    quotas = {name: protocol.quota(name) if has_quotas else None for name in protocol.arm_names}
    longest = max(
        [*(quota or 0 for quota in quotas.values()), *(count.allocated for count in counts.values()), 1]
    )
    top = longest * 1.25 if has_quotas else longest
    rows = []
    for arm in protocol.arms:
        count, quota = counts.get(arm.name, ArmCount()), quotas[arm.name]
        drawn = bar(count.finished, top, tick=quota)
        rows.append(ArmBalance(arm.label, count.allocated, count.finished, quota, drawn))
    return rows


def describe_balance(protocol: Protocol, counts: Mapping[str, ArmCount], has_quotas: bool) -> str:
    """Return how far apart the allocated counts are, and how far a running block may take them."""
    places = [counts.get(arm.name, ArmCount()).allocated / arm.weight for arm in protocol.arms]
    spread = max(places) - min(places)
    bound = max(protocol.block_sizes) // protocol.total_weight
    per = " per unit of weight" if protocol.total_weight > len(protocol.arms) else ""
    tick = " The tick is the quota." if has_quotas and protocol.quota_per_arm else ""
    beyond = "; full or closed arms give their places to the others" if spread > bound else ""
    return (
        f"Allocated counts differ by {spread:.3g}{per}; the running block allows up to {bound}{beyond}.{tick}"
    )


def target(protocol: Protocol) -> int | None:
    """Return the sum of the quotas; None where an arm has none."""
    quotas = [protocol.quota(name) for name in protocol.arm_names]
    return None if any(quota is None for quota in quotas) else sum(quota or 0 for quota in quotas)


def _arm_phases(protocol: Protocol) -> list[int]:
    """The phases after allocation but for the debrief, whose readers have finished."""
    kinds = [phase.kind for phase in protocol.phases]
    start = kinds.index("allocation") + 1
    return [number for number in range(start, len(kinds)) if kinds[number] != "debrief"]


def _arm_flow(label: str, count: ArmCount, standings: list[Standing], phases: list[int]) -> ArmFlow:
    reached = [
        count.walked + sum(s.people for s in standings if s.page.phase_number >= number) for number in phases
    ]
    if reached:
        reached[0] = count.allocated  # also those whose answers are erased
    here, away = (sum(s.people for s in standings if s.state == state) for state in (HERE, AWAY))
    return ArmFlow(
        label=label,
        allocated=count.allocated,
        reached=[Cell(people, bar(people, count.allocated)) for people in reached],
        finished=count.finished,
        finished_bar=bar(count.finished, count.allocated),
        left=count.allocated - count.finished - here - away,
        away=away,
        here=here,
    )
