"""The rows of a bundle's tables, and the bundle itself."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .manifest import Manifest

SUFFIXES = {"image/png": "png", "image/webp": "webp", "application/json": "json"}


@dataclass(frozen=True)
class Item:
    """What a question is about. `truth` is text as in the file: a label, a number or a JSON list."""

    item: str
    kind: str = "instance"
    parent: str = ""
    change: Mapping[str, Any] | None = None
    members: tuple[str, ...] = ()
    truth: str = ""
    strata: Mapping[str, str] = field(default_factory=dict)  # without the prefix: {"pool": "test"}


@dataclass(frozen=True)
class Output:
    """One model's answer to one item. `output` is a label, or a number in decimal notation."""

    item: str
    model: str
    output: str
    probability: float | None = None
    probabilities: tuple[float, ...] = ()


@dataclass(frozen=True)
class Stimulus:
    """One thing that can be shown of an item."""

    item: str
    part: str
    model: str = ""
    explainer: str = ""
    target: str = "none"
    file: str = ""
    media_type: str = ""
    width: int | None = None
    height: int | None = None
    caption: str = ""
    alt: str = ""
    source_item: str = ""
    seed: int | None = None
    checks: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Bundle:
    """A bundle without faults, in the order of its files."""

    folder: Path = field(compare=False)
    manifest: Manifest
    items: tuple[Item, ...]
    outputs: tuple[Output, ...]
    stimuli: tuple[Stimulus, ...]

    @property
    def sha256(self) -> str:
        """The bundle's identity: it covers every byte but `timings.json`."""
        return self.manifest.sha256

    def path(self, stimulus: Stimulus) -> Path:
        """Where the stimulus's file lies."""
        return self.folder / "stimuli" / stimulus.file


def file_name(content: bytes, media_type: str) -> str:
    """Name of a stimulus's file: the hash of what it holds."""
    return f"{hashlib.sha256(content).hexdigest()}.{SUFFIXES[media_type]}"
