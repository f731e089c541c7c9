"""Checks on what a caller chooses, shared by every room of the analysis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import pandas as pd

from analysis.errors import UnknownName

Kind = TypeVar("Kind")


def require_alpha(alpha: float) -> None:
    """Raise `UnknownName` unless alpha is a number between 0 and 0.5."""
    if isinstance(alpha, bool) or not isinstance(alpha, (int, float)) or not 0 < alpha < 0.5:
        raise UnknownName(f"alpha is {alpha!r}; it lies between 0 and 0.5.")


def require_draws(draws: int) -> None:
    """Raise `UnknownName` unless the number of random draws is a whole positive one."""
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 1:
        raise UnknownName(f"draws is {draws!r}; it is a whole number from 1 on.")


def require_choice(name: str, given: object, allowed: Iterable[str]) -> None:
    """Raise `UnknownName`, with what is allowed, unless the option `name` is one of them."""
    allowed = list(allowed)
    if given not in allowed:
        raise UnknownName(f"{name} is {given!r}; allowed are {', '.join(allowed)}.")


def require_margin(margin: float | None) -> None:
    """Raise `UnknownName` unless a margin is None or a positive finite number."""
    if margin is not None and not 0 < margin < float("inf"):
        raise UnknownName(f"The margin is {margin!r}; it is a positive number, in the outcome's unit.")


def made(kind: type[Kind], options: Mapping[str, Any]) -> Kind:
    """Make a dataclass of options, or raise `UnknownName` with those that it has."""
    known = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    if unknown := [name for name in options if name not in known]:
        raise UnknownName(f"There is no option {unknown[0]!r}. Options: {', '.join(known)}.")
    return kind(**options)


def listed(names: str | Sequence[Any]) -> list[Any]:
    """Return names as a list; a single text is one name, not its letters."""
    return [names] if isinstance(names, str) else list(names)


def levels_of(column: pd.Series, wanted: str | Sequence[Any] | None = None) -> list[Any]:
    """Return the wanted values; else those of the column, in the order of its categories or of appearance."""
    if wanted is not None:
        return listed(wanted)
    found = list(dict.fromkeys(column.dropna()))
    if isinstance(column.dtype, pd.CategoricalDtype):
        return [value for value in column.cat.categories if value in set(found)]
    return found
