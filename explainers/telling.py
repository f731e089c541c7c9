"""Faults that pydantic finds, in the words of this project."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from .bundle.manifest import NAME, NAME_IN_WORDS
from .errors import Steps

LONGEST = 80  # characters of a received value
ALLOWED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "dataclass_type": "a mapping, as {key: value}",
    "dict_type": "a mapping, as {key: value}",
    "float_parsing": "a number",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list, as [one, two]",
    "model_type": "a mapping, as {key: value}",
    "string_type": "text; a number, true or false in quotes",
    "tuple_type": "a list, as [one, two]",
}


def faults_of(error: ValidationError, given: Any) -> Iterator[tuple[Steps, Any]]:
    """Each fault with the steps that lead to it in what was given, without those that only follow from others."""
    faults = [(_steps(one["loc"], given), one) for one in error.errors()]
    for steps, one in faults:
        follows = one["type"] == "too_short" and any(
            len(other) > len(steps) and other[: len(steps)] == steps for other, _ in faults
        )
        if not follows:
            yield steps, one


def dotted(steps: Sequence[str | int]) -> str:
    """Steps as they are written: `models[0].name`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def told(field: str, fault: Any) -> str:
    """What a fault of a value says: the field, what was received, what is allowed."""
    received = f'"{field}" is {_short(fault["input"])}'
    if fault["type"] == "string_pattern_mismatch" and fault["ctx"]["pattern"] == NAME:
        return f"{received}. Allowed: {NAME_IN_WORDS}."
    if fault["type"] in ALLOWED:
        return f"{received}. Allowed: {ALLOWED[fault['type']]}."
    return f"{received}: {fault['msg'][:1].lower()}{fault['msg'][1:]}."


def _steps(location: Sequence[str | int], given: Any) -> Steps:
    """The steps of a location that are in what was given; pydantic also names branches of unions and keys."""
    found: list[str | int] = []
    for place, step in enumerate(location):
        is_in = step in given if isinstance(given, Mapping) else _is_entry(given, step)
        if is_in:
            given = given[step]
        if is_in or (place == len(location) - 1 and isinstance(given, Mapping) and step != "[key]"):
            found.append(step)
    return tuple(found)


def _is_entry(given: Any, step: str | int) -> bool:
    return isinstance(given, list | tuple) and isinstance(step, int) and step < len(given)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
