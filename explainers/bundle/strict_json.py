"""JSON that says one thing: no repeated keys, no NaN; and its canonical form for hashing."""

import hashlib
import json
from typing import Any, NoReturn


def parse(text: str) -> Any:
    """Parse JSON; `ValueError` says what is wrong with it."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_without_repeats)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def canonical(value: Any) -> bytes:
    """UTF-8, keys sorted, no spaces, no escapes for non-ASCII, no trailing newline."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def identity(manifest: dict[str, Any]) -> str:
    """SHA-256 of a manifest without its own `sha256`."""
    rest = {key: value for key, value in manifest.items() if key != "sha256"}
    return hashlib.sha256(canonical(rest)).hexdigest()


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
