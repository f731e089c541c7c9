"""Conditions and conclusions in plain words."""

import math
from collections.abc import Callable, Sequence

from ...data.base import Data, Field

SO_MANY = 100  # shares are told as so many of a hundred


def at_most(field: Field, threshold: float) -> str:
    """`Age is at most 25 years`: the largest value of the field that is not above; `is 0` at its lowest."""
    value = _onto_grid(field, threshold, math.floor)
    return f"{field.name} is {'' if value <= field.low else 'at most '}{field.told(value)}"


def at_least(field: Field, threshold: float) -> str:
    """`Age is at least 26 years`: the smallest value of the field that is not below; `is 9` at its highest."""
    value = _onto_grid(field, threshold, math.ceil)
    return f"{field.name} is {'' if value >= field.high else 'at least '}{field.told(value)}"


def more_than(field: Field, threshold: float) -> str:
    """What holds where `at_most` does not: `Age is more than 25 years`."""
    return f"{field.name} is more than {field.told(_onto_grid(field, threshold, math.floor))}"


def is_level(field: Field, level: int) -> str:
    """`Sex is Male`."""
    return f"{field.name} is {field.levels[level]}"


def conclusion(values: Sequence[float], data: Data) -> str:
    """What a leaf or rule says: its likeliest label, or its number with the unit."""
    if not data.labels:
        return with_unit(values[0], data)
    return data.labels[max(range(len(values)), key=lambda n: (values[n], -n))]


def how_often(values: Sequence[float], data: Data) -> str:
    """`87 of 100`: how often the likeliest label was right in training; nothing for a number."""
    return f"{of_hundred(max(values))}" if data.labels else ""


def of_hundred(share: float) -> str:
    """`87 of 100`; what is not quite all or none is not rounded to it."""
    count = round(share * SO_MANY)
    if count == SO_MANY and share < 1:
        return "more than 99 of 100"
    if count == 0 and share > 0:
        return "fewer than 1 of 100"
    return f"{count} of {SO_MANY}"


def with_unit(value: float, data: Data) -> str:
    """A number of the data's truth as people read it: `180,000 dollars`."""
    return f"{value:,.{data.decimals}f} {data.unit}".strip()


def listed(things: Sequence[str], joined: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} {joined} {things[-1]}"


def fidelity_told(who: str, fidelity: float, floor: float, data: Data) -> str:
    """How well a simple model follows the model on new cases, as people are told it.

    `floor` is the fidelity of always giving the commonest answer: a simple model that is no better says so.
    """
    if not data.labels:
        share = max(0, math.floor(fidelity * SO_MANY))
        return f"{who} accounts for {share} % of the differences between the model's answers to new cases."
    told = f"{who} gives the same answer as the model in {of_hundred(fidelity)} new cases."
    return (
        told if fidelity > floor else f"{told} Always giving the commonest answer would do as well or better."
    )


def _onto_grid(field: Field, threshold: float, to: Callable[[float], int]) -> float:
    """The nearest value that the field can take, in the direction of `to`."""
    step = field.step or 10.0**-field.decimals
    return to(round(threshold / step, 6)) * step  # a threshold that is on the grid stays there
