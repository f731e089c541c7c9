"""Bundles written by hand, as someone without our explainers would."""

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explainers import bundle
from explainers.bundle import Bundle, Item, Output, Stimulus


def png(width: int = 2, height: int = 2, shade: int = 0) -> bytes:
    """A grey picture of one shade."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + bytes([shade]) * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def shown(**fields: Any) -> bytes:
    """A JSON stimulus."""
    return json.dumps(fields).encode()


def model(name: str = "net", output: str = "class", **card: Any) -> dict[str, Any]:
    return {"name": name, "sha256": "", "output": output, "card": {"description": "A model.", **card}}


def explainer(name: str = "heat", parts: Sequence[str] = ("map",), **fields: Any) -> dict[str, Any]:
    return {
        "name": name,
        "version": "1",
        "parameters": {},
        "seed": None,
        "reveals_output": "no",
        "normalisation": "none",
        "taxonomy": {"stage": "post-hoc"},
        "parts": list(parts),
        "source": "A paper.",
        **fields,
    }


DATASET = {"name": "Pets", "origin": "our garden", "licence": "CC0-1.0"}


@dataclass
class Written:
    """What `bundle.write` takes."""

    manifest: dict[str, Any]
    items: list[Item] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    stimuli: list[tuple[Stimulus, bytes]] = field(default_factory=list)

    def write(self, folder: Path) -> Bundle:
        return bundle.write(folder, self.manifest, self.items, self.outputs, self.stimuli)


def pets(**fields: Any) -> dict[str, Any]:
    """A manifest for cats and dogs."""
    defaults = {"name": "pets", "dataset": DATASET, "labels": ["cat", "dog"], "models": [model()]}
    return {**defaults, "explainers": [explainer()], **fields}


def small() -> Written:
    """Two animals, one model, one explainer, one table: enough to break in every way."""
    written = Written(pets(checks=[check()], device="cpu", packages={"mine": "1.0"}))
    for place, (name, truth, output) in enumerate([("rex", "dog", "dog"), ("tom", "cat", "dog")]):
        written.items.append(Item(name, truth=truth, strata={"pool": "test"}))
        written.outputs.append(Output(name, "net", output, 0.75, (0.25, 0.75)))
        picture = Stimulus(name, "input", caption="The picture", alt="An animal")
        heat = Stimulus(
            name, "map", "net", "heat", "predicted", alt="The same, coloured", checks={"sum": 1.5}
        )
        written.stimuli += [(picture, png(shade=place)), (heat, png(3, 2, shade=place))]
    table = Stimulus("rex", "table")
    written.stimuli.append((table, shown(type="table", columns=["age"], rows=[[3]], emphasis=[[0.5]])))
    return written


def check(**fields: Any) -> dict[str, Any]:
    found = {"name": "sanity", "explainer": "heat", "model": "net", "value": 0.5, "passed": True}
    return {**found, "meaning": "It is sane.", **fields}
