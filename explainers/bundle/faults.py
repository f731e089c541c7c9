"""What can be wrong with a bundle, and how it is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where, what, and what is allowed instead."""

    file: str
    message: str
    row: int | None = None  # line of the file, from 1
    field: str = ""
    allowed: str = ""

    def __str__(self) -> str:
        line = f", line {self.row}" if self.row else ""
        field = f', field "{self.field}"' if self.field else ""
        allowed = f" Allowed: {self.allowed}." if self.allowed else ""
        return f"{self.file}{line}{field}: {self.message}.{allowed}"


class BundleError(Exception):
    """The bundle cannot be used; `faults` holds every reason."""

    def __init__(self, folder: Path, faults: Iterable[Fault]) -> None:
        self.folder = folder
        self.faults = tuple(faults)
        count = f"{len(self.faults)} fault" + ("s" if len(self.faults) != 1 else "")
        super().__init__("\n".join([f"{folder}: {count} in this bundle.", *map(str, self.faults)]))


class BundleExists(Exception):
    """The folder to write to is there already and holds something else."""


def known(names: Iterable[str], most: int = 12) -> str:
    """List what exists, shortened, for the end of a message."""
    ordered = sorted(names)
    more = f" and {len(ordered) - most} more" if len(ordered) > most else ""
    return (", ".join(ordered[:most]) or "none, as there is none") + more
