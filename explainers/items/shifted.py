"""Cases from other circumstances than those that the models were trained for."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from torch import Tensor
from torch.nn import functional

from ..data.base import Case
from ..draws import small_seed
from ..errors import RecipeError
from .base import Given, ItemMaker
from .rows import free_rows
from .turns import in_turns

How = Literal["data", "rotated", "faint", "tagged"]
TAG = 4  # pixels at each side
LEVELS = 255  # what is shown has 8 bits


@dataclass(frozen=True)
class Shifted(ItemMaker):
    """Cases with a truth that the models may not know how to find.

    `data`: rows of the data's own shifted part, of any kind of data. Of held-out pictures, changed:
    `rotated` by `amount` degrees (30) to a drawn side, `faint` with the contrast divided by `amount` (4) about
    grey, `tagged` with a white square in a drawn corner. The labels take turns. Strata: `kind` is
    `shifted`, `shift` says how.
    """

    how: How = "data"
    count: int = 16
    amount: float = 0.0
    pool: str = "test"

    def make(self, given: Given) -> list[Case]:
        return self._from_data(given) if self.how == "data" else self._changed(given)

    @property
    def strata(self) -> dict[str, str]:
        """What is told of each item."""
        return {"pool": self.pool, "kind": "shifted", "shift": self.how}

    def _from_data(self, given: Given) -> list[Case]:
        data = given.data
        if data.shifted is None:
            raise RecipeError(
                "shifted: these data have no shifted part. Allowed: rotated, faint, tagged (pictures)."
            )
        rows = in_turns(data, data.shifted, range(len(data.shifted)), given.seed, "shifted")
        return [
            data.case(data.shifted, row, given.name(row, "-shifted"), strata=self.strata)
            for row in self._enough(rows)
        ]

    def _changed(self, given: Given) -> list[Case]:
        data = given.data
        if data.kind != "image":
            raise RecipeError(f"shifted: {self.how} is for pictures; the data are of kind {data.kind}.")
        rows = in_turns(data, data.test, free_rows(given), given.seed, f"shifted {self.how}")
        made = []
        for row in self._enough(rows):
            seed = small_seed(given.seed, f"shifted {self.how}", row)
            changed = CHANGES[self.how](data.test.inputs[row], self.amount, seed)
            picture = (changed * LEVELS).round() / LEVELS
            truth = data.truth_of(data.test, row)
            made.append(Case(given.name(row, f"-{self.how}"), picture, truth, self.strata))
        return made

    def _enough(self, rows: list[int]) -> list[int]:
        if self.count > len(rows):
            raise RecipeError(f"shifted: count is {self.count}. Allowed: 1 to {len(rows)}, what there is.")
        return rows[: self.count]


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
