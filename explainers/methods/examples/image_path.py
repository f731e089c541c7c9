"""From a picture towards the nearest training picture that the model answers differently."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from ...base import Context
from ...data.base import Case
from ...models.looking import outputs_of
from .goals import Goal
from .selection import codes_of, nearest
from .trails import Finder, Stop

SCAN, HALVINGS = 32, 12  # how finely the way is looked through, and then the boundary's place
BETWEEN = 50  # training pictures near a point of the way that are looked at


class ImageFinder(Finder):
    """The training picture that reaches the goal and is nearest in the output of `layer`, or in pixels.

    `blends`: the way is straight, pixel by pixel: x + t (z - x). Its first crossing of the model's boundary is
    sought in 32 parts and then by halving; the stops lie at equal distances up to just beyond it. Pictures are
    rounded to the 256 levels that are shown, so what is shown is what the model was asked.
    `real`: the stops are training pictures, each the nearest to its place on the straight way between the
    two codes, answered by the model as the item is; the last is the nearest picture that reaches the goal.
    """

    def __init__(self, context: Context, layer: str, through: str) -> None:
        self.context, self.layer, self.through = context, layer, through
        train = context.data.train.inputs
        self.outputs = outputs_of(context.model, train)
        self.codes = codes_of(context.model, context.data, train, layer)

    def trail(self, case: Case, goal: Goal, most: int, steps: int) -> tuple[Stop, ...]:
        reached = (goal.margins(self.outputs) > 0).nonzero().flatten()
        if not len(reached):
            return ()
        own = codes_of(self.context.model, self.context.data, case.input.unsqueeze(0), self.layer)
        row = int(reached[nearest(self.codes[reached], own, 1)[0][0]])
        if self.through == "real":
            return self._real(case, goal, own, row, steps)
        return self._blended(case, goal, row, steps)

    def _blended(self, case: Case, goal: Goal, row: int, steps: int) -> tuple[Stop, ...]:
        goes_to = self.context.data.train.inputs[row]
        crossing = self._crossing(case.input, goes_to, goal)
        shares = [crossing * step / steps for step in range(1, steps)] + [crossing]
        pictures = blends(case.input, goes_to, shares)
        past = (goal.reached(self.context.model, pictures) > 0).tolist()
        if True not in past:
            return ()
        last = past.index(True)  # rounding may bring the crossing forward
        return tuple(
            Stop(replace(case, input=picture), number == last, measured(case.input, picture), f"train:{row}")
            for number, picture in enumerate(pictures[: last + 1])
        )

    def _crossing(self, start: Tensor, end: Tensor, goal: Goal) -> float:
        """The smallest share of the way that was found to reach the goal; 1 reaches it."""
        shares = [part / SCAN for part in range(1, SCAN + 1)]
        reached = (goal.reached(self.context.model, blends(start, end, shares)) > 0).tolist()
        beyond = shares[reached.index(True)] if any(reached) else 1.0
        before = beyond - 1 / SCAN
        for _ in range(HALVINGS):
            middle = (before + beyond) / 2
            if float(goal.reached(self.context.model, blends(start, end, [middle]))[0]) > 0:
                beyond = middle
            else:
                before = middle
        return beyond

    def _real(self, case: Case, goal: Goal, own: Tensor, row: int, steps: int) -> tuple[Stop, ...]:
        as_item = goal.margins(self.outputs) <= 0
        rows: list[int] = []
        for step in range(1, steps):
            point = own + (self.codes[row] - own) * step / steps
            near, _ = nearest(self.codes, point, BETWEEN)
            fit = [one for one in near.tolist() if as_item[one] and one not in rows]
            rows += fit[:1]
        inputs = self.context.data.train.inputs
        return tuple(
            Stop(
                replace(case, input=inputs[one]),
                one == row,
                measured(case.input, inputs[one]),
                f"train:{one}",
            )
            for one in [*rows, row]
        )


def blends(start: Tensor, end: Tensor, shares: Sequence[float]) -> Tensor:
    """Pictures on the straight way, in the 256 levels that can be shown: (len(shares), C, H, W)."""
    pictures = torch.stack([start + (end - start) * share for share in shares])
    return (pictures.clamp(0, 1) * 255).round() / 255


def measured(before: Tensor, after: Tensor) -> dict[str, float]:
    """How many pixels differ by half a level or more, and the root of the mean squared difference."""
    gaps = (after - before).abs()
    changes = int((gaps.amax(dim=0) * 255 >= 0.5).sum())
    return {"changes": changes, "distance": round(float(gaps.square().mean().sqrt()), 6)}
