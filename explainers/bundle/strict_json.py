"""JSON that says one thing: no repeated keys, no NaN."""

import hashlib
import json
from typing import Any, NoReturn

from protocol.freezing import canonical_json


def parse(text: str) -> Any:
    """Parse JSON; `ValueError` says what is wrong with it."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_without_repeats)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def identity(manifest: dict[str, Any]) -> str:
    """SHA-256 of a manifest without its own `sha256`."""
    rest = {key: value for key, value in manifest.items() if key != "sha256"}
    return hashlib.sha256(canonical_json(rest)).hexdigest()


def is_number(value: Any) -> bool:
    """Is it a JSON number? (In Python, `True` is an int.)"""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"holds {name}, which is not JSON")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise ValueError(f"has a key twice: {', '.join(twice)}")
    return found
