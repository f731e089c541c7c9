"""Cases from other circumstances than those that the models were trained for."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np
from torch import Tensor
from torch.nn import functional

from ..data.base import PADDING, UNKNOWN, Case, Data
from ..data.tokens import numbered
from ..draws import shuffled, small_seed
from ..errors import RecipeError
from .base import Given, ItemMaker
from .misspelling import LEAST, can_be_misspelt, misspelt
from .rows import free_rows
from .table_changes import distances_to_train
from .turns import in_turns

How = Literal["data", "rotated", "faint", "tagged", "misspelt", "unusual"]
KINDS: dict[str, tuple[str, ...]] = {
    "image": ("rotated", "faint", "tagged"),
    "table": ("unusual",),
    "text": ("misspelt", "unusual"),
}
TAG = 4  # pixels at each side
LEVELS = 255  # what is shown has 8 bits


@dataclass(frozen=True)
class Shifted(ItemMaker):
    """Cases with a truth that the models may not know how to find.

    `data`: rows of the data's own shifted part, of any kind of data. Of held-out pictures, changed:
    `rotated` by `amount` degrees (30) to a drawn side, `faint` with the contrast divided by `amount` (4) about
    grey, `tagged` with a white square in a drawn corner. Of held-out texts, changed: `misspelt`, with a typing
    error in the share `amount` (0.3) of the words of four letters or more, so that the model reads some words as
    unknown ones. Of held-out texts and rows of tables, as they are: `unusual`, the share `amount` (0.1) that is
    least like the training data: texts with the largest share of unknown words, rows with the largest distance to
    the nearest training row. The labels take turns. Strata: `kind` is `shifted`, `shift` says how.
    """

    how: How = "data"
    count: int = 16
    amount: float = 0.0
    pool: str = "test"

    def make(self, given: Given) -> list[Case]:
        self._check(given)
        if self.how == "data":
            return self._from_data(given)
        if self.how == "unusual":
            return self._unusual(given)
        return self._misspelt(given) if self.how == "misspelt" else self._changed(given)

    @property
    def strata(self) -> dict[str, str]:
        """What is told of each item."""
        return {"pool": self.pool, "kind": "shifted", "shift": self.how}

    def _from_data(self, given: Given) -> list[Case]:
        data = given.data
        assert data.shifted is not None
        rows = in_turns(data, data.shifted, range(len(data.shifted)), given.seed, "shifted")
        return [
            data.case(data.shifted, row, given.name(row, "-shifted"), strata=self.strata)
            for row in self._enough(rows)
        ]

    def _changed(self, given: Given) -> list[Case]:
        data = given.data
        rows = in_turns(data, data.test, free_rows(given), given.seed, f"shifted {self.how}")
        made = []
        for row in self._enough(rows):
            seed = small_seed(given.seed, f"shifted {self.how}", row)
            changed = CHANGES[self.how](data.test.inputs[row], self.amount, seed)
            picture = (changed * LEVELS).round() / LEVELS
            truth = data.truth_of(data.test, row)
            made.append(Case(given.name(row, f"-{self.how}"), picture, truth, self.strata))
        return made

    def _misspelt(self, given: Given) -> list[Case]:
        data = given.data
        order = in_turns(data, data.test, free_rows(given), given.seed, "shifted misspelt")
        found = (case for row in order if (case := self._with_errors(given, row)) is not None)
        made = list(islice(found, self.count))
        if len(made) < self.count:
            raise RecipeError(
                f"shifted: only {len(made)} of {self.count} held-out texts have a word of {LEAST} letters or more "
                "that the model knows. Allowed: fewer, or unusual."
            )
        return made

    def _with_errors(self, given: Given, row: int) -> Case | None:
        """The text with typing errors; none where the model would read the same."""
        data, generator = given.data, _generator(given.seed, "misspelt", row)
        words = list(data.test.words[row])
        places = [place for place, word in enumerate(words) if can_be_misspelt(word)]
        count = math.ceil((self.amount or 0.3) * len(places))
        for place in sorted(generator.permutation(places)[:count].tolist()):
            words[place] = misspelt(words[place], generator)
        assert data.vocabulary is not None
        before = data.test.inputs[row]
        after = numbered([tuple(words)], data.vocabulary, len(before))[0]
        truth = data.truth_of(data.test, row)
        if bool((after == before).all()):
            return None
        return Case(given.name(row, "-misspelt"), after, truth, self.strata, words=tuple(words))

    def _unusual(self, given: Given) -> list[Case]:
        data, strangeness = given.data, _strangeness(given.data).tolist()
        drawn = shuffled(free_rows(given), given.seed, "shifted unusual")  # equals in a drawn order
        ordered = sorted(drawn, key=lambda row: -strangeness[row])
        few = ordered[: math.ceil((self.amount or 0.1) * len(ordered))]
        rows = in_turns(data, data.test, sorted(few), given.seed, "shifted unusual")
        return [
            data.case(data.test, row, given.name(row, "-unusual"), strata=self.strata)
            for row in self._enough(rows)
        ]

    def _check(self, given: Given) -> None:
        data = given.data
        own = KINDS.get(data.kind, ())
        if self.how == "data" and data.shifted is None:
            raise RecipeError(
                f"shifted: these data have no shifted part. Allowed for data of kind {data.kind}: {', '.join(own)}."
            )
        if self.how != "data" and self.how not in own:
            raise RecipeError(
                f"shifted: how is {self.how}, but the data are of kind {data.kind}. Allowed for it: {', '.join(own)}; "
                "and data, where these have a shifted part."
            )
        if self.how in ("misspelt", "unusual") and not 0 <= self.amount <= 1:
            raise RecipeError(
                f"shifted: amount is {self.amount:g}. Allowed for {self.how}: a share from 0 to 1."
            )

    def _enough(self, rows: list[int]) -> list[int]:
        if self.count > len(rows):
            raise RecipeError(f"shifted: count is {self.count}. Allowed: 1 to {len(rows)}, what there is.")
        return rows[: self.count]


def _strangeness(data: Data) -> Tensor:
    """How little each held-out case (N,) is like the training data: see `Shifted`."""
    inputs = data.test.inputs
    if data.kind == "table":
        return distances_to_train(data, inputs)
    return (inputs == UNKNOWN).sum(dim=1) / (inputs != PADDING).sum(dim=1).clamp_min(1)


def _generator(seed: int, how: str, row: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(small_seed(seed, f"shifted {how}", row)))


def rotated(picture: Tensor, amount: float, seed: int) -> Tensor:
    """The picture (C, H, W) turned about its middle, bilinear; black comes in at the corners."""
    angle = math.radians(amount or 30.0) * (1 if seed % 2 else -1)
    cos, sin = math.cos(angle), math.sin(angle)
    turn = picture.new_tensor([[[cos, -sin, 0.0], [sin, cos, 0.0]]])
    grid = functional.affine_grid(turn, [1, *picture.shape], align_corners=False)
    return functional.grid_sample(picture.unsqueeze(0), grid, align_corners=False).squeeze(0)


def faint(picture: Tensor, amount: float, seed: int) -> Tensor:
    """The picture with its contrast divided by `amount` about middle grey."""
    return 0.5 + (picture - 0.5) / (amount or 4.0)


def tagged(picture: Tensor, amount: float, seed: int) -> Tensor:
    """The picture with a white square, one pixel from a drawn corner."""
    made = picture.clone()
    rows = slice(1, TAG + 1) if seed % 2 else slice(-TAG - 1, -1)
    columns = slice(1, TAG + 1) if seed // 2 % 2 else slice(-TAG - 1, -1)
    made[:, rows, columns] = 1.0
    return made


CHANGES: dict[str, Callable[[Tensor, float, int], Tensor]] = {
    "rotated": rotated,
    "faint": faint,
    "tagged": tagged,
}
