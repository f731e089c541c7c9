"""What differs between two values that were read from JSON or YAML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from protocol.lines import Path


class Change(NamedTuple):
    """One value that differs: where it stands, what it was, what it is now."""

    path: Path
    before: Any
    after: Any


def changes(old: Any, new: Any, path: Path = ()) -> Iterator[Change]:
    """Yield each value that differs, as deep as the two have the same shape."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from changes(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from changes(before, after, (*path, number))
    elif old != new:
        yield Change(path, old, new)
