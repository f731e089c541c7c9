"""What a simple predictor is given of an explanation: its words, and its colours or pixels."""

import io
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from PIL import Image

from ...bundle import strict_json
from ...bundle.pictures import picture_of
from .base import Part

SIDE = 12  # pictures are looked at in so many by so many tiles
COLOURED = 12  # difference of a pixel's channels, of 255, from which it counts as coloured
WORD = re.compile(r"\w+")


def features(explanations: Sequence[Sequence[Part]]) -> np.ndarray:
    """One row for each explanation (N, D): counts of words, weights of words and fields, tiles of pictures.

    Columns that are the same in all rows are left out; the others have mean 0 and standard deviation 1.
    """
    rows = [_told(parts) for parts in explanations]
    names = sorted({name for row in rows for name in row})
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows]).reshape(len(rows), len(names))
    spread = table.std(axis=0)
    kept = spread > 1e-9
    return (table[:, kept] - table[:, kept].mean(axis=0)) / spread[kept]


def is_coloured(content: bytes) -> np.ndarray:
    """Which pixels (H, W) of a picture have a colour: where a map lies over a picture in grey."""
    channels = pixels(content)
    return channels.max(axis=2) - channels.min(axis=2) > COLOURED


def pixels(content: bytes) -> np.ndarray:
    """A picture's red, green and blue (H, W, 3), 0 to 255."""
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGB"), dtype=float)


def words_of(value: Any) -> Iterator[str]:
    """All text in a JSON stimulus but the names of its fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from words_of(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name != "type":
                yield from words_of(one)


def _told(parts: Sequence[Part]) -> dict[str, float]:
    """Named numbers of one explanation."""
    found: dict[str, float] = defaultdict(float)
    for place, part in enumerate(parts):
        for word in WORD.findall(part.caption.lower()):
            found[f"{place} caption {word}"] += 1
        if picture_of(part.content):
            tiles = _tiles(part.content)
            found.update({f"{place} tile {number}": float(value) for number, value in enumerate(tiles)})
        else:
            found.update(_of_json(place, strict_json.parse(part.content.decode())))
    return found


def _of_json(place: int, value: Any) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    if (
        value["type"] == "tokens" and value["weights"]
    ):  # the text is the item's own; its weights are the explanation
        for word, weight in zip(value["tokens"], value["weights"], strict=True):
            found[f"{place} weight {word.lower()}"] += weight or 0.0
        return found
    if value["type"] == "table" and value.get("emphasis"):
        for row, weights in zip(value["rows"], value["emphasis"], strict=True):
            found[f"{place} weight {row[0]}"] += sum(weight or 0.0 for weight in weights)
        return found
    for text in words_of(value):
        for word in WORD.findall(text.lower()):
            found[f"{place} word {word}"] += 1
    return found


def _tiles(content: bytes) -> np.ndarray:
    """Tiles (SIDE²,) of the colours laid over a picture; of the picture itself where it has none."""
    channels = pixels(content)
    colour = channels.max(axis=2) - channels.min(axis=2)
    seen = colour if (colour > COLOURED).any() else channels.mean(axis=2)
    small = Image.fromarray(seen.astype(np.float32)).resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(small, dtype=float).flatten() / 255
