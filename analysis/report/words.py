"""How numbers and arms are told to a reader: units, minus signs, lists, the name of the measure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.metrics.registry import describe_metric
from analysis.reading.study import Study

NOTHING = "–"
SIMULATION_TASKS = {"forward-simulation", "counterfactual-simulation", "parameter-change-simulation"}
FORETOLD = {"simulation-accuracy", "accuracy-model-right", "accuracy-model-wrong"}


@dataclass(frozen=True)
class Measure:
    """What the outcome is called, and how its values and differences are written."""

    column: str
    verb: str
    of: str
    unit: str
    is_share: bool

    def value(self, value: float) -> str:
        return percent(value) if self.is_share else number(value, 2)

    def difference(self, value: float) -> str:
        return points(value) if self.is_share else signed(value, 2)

    def size(self, value: float) -> str:
        """Return a difference without its sign and with its unit."""
        return f"{abs(value) * 100:.1f} points" if self.is_share else f"{abs(value):.2f} {self.unit}"

    def margin(self, value: float) -> str:
        """Return a margin, which is a round number, with its unit."""
        return f"{value * 100:g} points" if self.is_share else f"{value:g} {self.unit}"

    def interval(self, low: float, high: float) -> str:
        """Return the interval of a value."""
        return span(low, high, lambda x: number(x * 100, 1)) if self.is_share else span(low, high, two_digits)

    def difference_interval(self, low: float, high: float) -> str:
        """Return the interval of a difference, with signs."""
        return span(low, high, points) if self.is_share else span(low, high, lambda x: signed(x, 2))


def measure_of(study: Study) -> Measure:
    """Return the words for the outcome of the study's plan."""
    card = describe_metric(study.plan.outcome)
    if card.unit != "share":
        return Measure(card.label, "reached", f"in {card.label.lower()}", card.unit, False)
    tasks = set(study.trials["task"].dropna()) if "task" in study.trials.columns else set()
    if study.plan.outcome in FORETOLD and tasks and tasks <= SIMULATION_TASKS:
        return Measure("Foretold", "foretold", "of the model’s outputs", "points", True)
    if study.plan.outcome in FORETOLD:
        return Measure("Correct", "answered", "of the trials correctly", "points", True)
    return Measure(card.label, "reached", f"in {card.label.lower()}", "points", True)


def number(value: float | None, digits: int = 1) -> str:
    """Return a number with a true minus sign; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return NOTHING
    text = f"{value:,.{digits}f}"
    return text.replace("-", "−") if float(text.replace(",", "")) else text.replace("-", "")


def signed(value: float | None, digits: int = 1) -> str:
    """Return a number with its sign, zero without."""
    text = number(value, digits)
    is_above = value is not None and math.isfinite(value) and round(value, digits) > 0
    return f"+{text}" if is_above else text


def percent(value: float | None, digits: int = 1) -> str:
    """Return a share as a percentage."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return f"{number(value * 100, digits)} %"


def points(value: float | None, digits: int = 1) -> str:
    """Return a difference of shares in percentage points, with its sign."""
    return NOTHING if value is None else signed(value * 100, digits)


def span(low: float, high: float, tell: Callable[[float], str]) -> str:
    """Return `low to high`; a dash where there is no interval."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return NOTHING
    return f"{tell(low)} to {tell(high)}"


def p_value(value: float) -> str:
    """Return a p-value without its leading zero; `< .001` below that."""
    if not math.isfinite(value):
        return NOTHING
    if value < 0.001:
        return "< .001"
    text = f"{value:.3f}" if value < 0.1 else f"{value:.2f}"
    return text.removeprefix("0")


def count(value: float, noun: str, plural: str = "") -> str:
    """Return a count with its noun: `1 person`, `2,581 trials`."""
    return f"{int(value):,} {noun if value == 1 else plural or noun + 's'}"


def listed(names: Sequence[str]) -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else "".join(names)


def short_hash(text: str) -> str:
    """Return the two ends of a hash."""
    return f"{text[:4]}…{text[-4:]}" if len(text) > 12 else text or NOTHING


def level(alpha: float) -> str:
    """Return the level of the intervals: `95 %`."""
    return f"{100 * (1 - alpha):g} %"


def two_digits(value: float) -> str:
    """Return a number with two digits behind the point."""
    return number(value, 2)
