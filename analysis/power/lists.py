"""The lists of the command line: `40,80,160` and `0.10` or `map=0.10,placebo=0`."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

from analysis.power.errors import PowerError


def whole_numbers(given: str, what: str, minimum: int) -> list[int]:
    """Read whole numbers of at least `minimum` from `40,80,160`; each once, in rising order.

    Raises
    ------
    PowerError : a part is no such number; the message names it.
    """
    numbers = []
    for part in given.split(","):
        text = part.strip()
        if not text.isdecimal() or int(text) < minimum:
            raise PowerError(
                f"--{what} {given!r}: {text!r} is no whole number of at least {minimum}; "
                f"a list such as {minimum},{2 * minimum} is needed."
            )
        numbers.append(int(text))
    return sorted(set(numbers))


def by_group(given: str, what: str, groups: Sequence[str]) -> dict[str, float]:
    """Read one number for all of the groups, or one each from `map=0.10,placebo=0`; who is not named gets 0.

    Raises
    ------
    PowerError : a group is unknown or named twice, or a value is no number; the message names it.
    """
    if "=" not in given:
        return dict.fromkeys(groups, _number(given, given, what))
    return dict.fromkeys(groups, 0.0) | named_numbers(given, what, groups)


def named_numbers(given: str, what: str, names: Sequence[str]) -> dict[str, float]:
    """Read numbers from `participant=0.8,item=0.6`.

    Raises
    ------
    PowerError : a name is unknown or stands twice, or a value is no number; the message names it.
    """
    told: dict[str, float] = {}
    for part in given.split(","):
        name, _, value = (text.strip() for text in part.partition("="))
        if name not in names:
            raise PowerError(f"--{what} {given!r}: {name!r} is not known here. Allowed: {', '.join(names)}.")
        if name in told:
            raise PowerError(f"--{what} {given!r}: {name!r} is named twice.")
        told[name] = _number(value, given, what)
    return told


def _number(text: str, given: str, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = nan
    if not isfinite(number):
        raise PowerError(
            f"--{what} {given!r}: {text!r} is no number; a number such as 0.10, or name=0.10,other=0.05, is needed."
        )
    return number
