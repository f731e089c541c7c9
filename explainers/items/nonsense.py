"""Inputs of which nothing right can be said: "I don't know" is the right answer."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from ..data.base import Case, Data
from ..draws import shuffled, small_seed
from ..errors import RecipeError
from ..spectra import arranged, phases_of
from .base import Given, ItemMaker
from .table_changes import distances_to_train

BOLD = 1.0  # pixels from a stroke's middle to its edge
FEWEST = 3  # strokes: one alone may be a digit
PICTURES = 1000  # of the training pictures, whose amplitudes are averaged
ROWS = 200  # drawn for each item of a table, of which the first that does not fit together is taken


@dataclass(frozen=True)
class Nonsense(ItemMaker):
    """Inputs that look like the data in numbers and mean nothing. They have no truth.

    Each is made after a held-out case of its own:
    pictures: `scrambled` has the case's values at other places: where a picture with the training
    pictures' mean amplitudes and drawn phases has its darkest to brightest (the case's own amplitudes would
    bring thin figures back); `strokes` has three or more curved strokes at random places, until there is as much
    white as the case has (some may look like a sign: look at them).
    Texts: as many words as the case has, each drawn from all words of the training texts.
    Tables: each field's value drawn from the training rows by itself, until they do not fit together: the row
    lies farther from the nearest training row than nine in ten held-out rows do.
    Strata: `kind` is `nonsense`, `right_answer` is `unknown`.
    """

    count: int = 16
    how: Literal["scrambled", "strokes"] = "scrambled"
    pool: str = "test"

    def make(self, given: Given) -> list[Case]:
        data = given.data
        if self.count > len(data.test):
            raise RecipeError(
                f"nonsense: count is {self.count}. Allowed: 1 to {len(data.test)}, what is held out."
            )
        how = self.how if data.kind == "image" else "nonsense"
        rows = shuffled(range(len(data.test)), given.seed, f"nonsense {how}")[: self.count]
        strata = {"pool": self.pool, "kind": "nonsense", "right_answer": "unknown"}
        far = _far(data) if data.kind == "table" else 0.0
        return [
            Case(
                given.name(row, f"-{how}"), truth="", strata=strata, **self._made(data, row, given.seed, far)
            )
            for row in rows
        ]

    def _made(self, data: Data, row: int, seed: int, far: float) -> dict[str, Any]:
        generator = np.random.Generator(np.random.PCG64(small_seed(seed, "nonsense", row)))
        if data.kind == "text":
            return words_at_random(data, row, generator)
        if data.kind == "table":
            return {"input": fields_apart(data, far, generator)}
        like = data.test.inputs[row]
        if self.how == "strokes":
            return {"input": strokes(like, generator)}
        return {"input": scrambled(like, mean_amplitudes(data), generator)}


def scrambled(picture: Tensor, amplitudes: np.ndarray, generator: np.random.Generator) -> Tensor:
    """The values of a picture (C, H, W) at places given by these amplitudes (C, H, W) with drawn phases."""
    channels = [
        arranged(values, spectrum, phases_of(generator.standard_normal(spectrum.shape)))
        for values, spectrum in zip(picture.cpu().double().numpy(), amplitudes, strict=True)
    ]
    return torch.from_numpy(np.stack(channels)).to(picture)


def mean_amplitudes(data: Data) -> np.ndarray:
    """Amplitudes of the training pictures' two-dimensional Fourier transforms, averaged: (C, H, W)."""
    return np.abs(np.fft.fft2(data.train.inputs[:PICTURES].cpu().double().numpy())).mean(axis=0)


def strokes(picture: Tensor, generator: np.random.Generator) -> Tensor:
    """Curved strokes on black, so many that there is as much white as in a picture (C, H, W)."""
    height, width = picture.shape[1:]
    drawn, wanted = np.zeros((height, width)), float(picture.mean()) * height * width
    count = 0
    while count < FEWEST or drawn.sum() < min(wanted, 0.5 * height * width):
        drawn, count = np.maximum(drawn, _stroke(height, width, generator)), count + 1
    return torch.from_numpy(np.rint(drawn * 255) / 255).to(picture).expand_as(picture).clone()


def words_at_random(data: Data, row: int, generator: np.random.Generator) -> dict[str, Any]:
    """As many words as a held-out text has, each from any place of any training text."""
    length = len(data.test.words[row])
    words, numbers = [], torch.zeros_like(data.test.inputs[row])
    ends = np.cumsum([len(text) for text in data.train.words])
    for place, drawn in enumerate(generator.integers(0, int(ends[-1]), length).tolist()):
        text = int(np.searchsorted(ends, drawn, side="right"))
        at = drawn - (int(ends[text - 1]) if text else 0)
        words.append(data.train.words[text][at])
        numbers[place] = data.train.inputs[text, at]
    return {"input": numbers, "words": tuple(words)}


def fields_apart(data: Data, far: float, generator: np.random.Generator) -> Tensor:
    """A row (F,), each field from another training row, that is farther from all of these than `far`."""
    rows = data.train.inputs
    drawn = torch.from_numpy(generator.integers(0, len(rows), (ROWS, rows.shape[1])))
    made = rows[drawn, torch.arange(rows.shape[1])]
    apart = (distances_to_train(data, made) > far).nonzero().flatten()
    if not len(apart):
        raise RecipeError(
            "nonsense: whatever values are drawn for the fields of this table, they fit together as real rows do. "
            "Allowed: the maker shifted."
        )
    return made[apart[0]].clone()


def _far(data: Data) -> float:
    """The distance to the nearest training row that nine in ten held-out rows of a table do not exceed."""
    return float(distances_to_train(data, data.test.inputs).quantile(0.9))


def _stroke(height: int, width: int, generator: np.random.Generator) -> np.ndarray:
    """A curve through three drawn points of the picture's inner part, soft at its edge: (H, W) in [0, 1]."""
    size = np.array([height, width])
    first, bend, last = (0.15 + 0.7 * generator.random((3, 2))) * size
    along = np.linspace(0, 1, 64)[:, None]
    curve = (1 - along) ** 2 * first + 2 * along * (1 - along) * bend + along**2 * last
    pixels = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1) + 0.5
    distance = np.linalg.norm(pixels[:, :, None] - curve, axis=-1).min(axis=-1)
    return np.clip(BOLD + 0.5 - distance, 0, 1)
