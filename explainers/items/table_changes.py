"""Changing a few fields of a table's rows to values of other real rows, without asking any model."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ..data.base import Data
from ..draws import shuffled, small_seed
from ..errors import RecipeError
from ..models.encoder import Encoder

CHUNK = 256  # rows whose distances are taken at once


@dataclass(frozen=True, eq=False)
class Changed:
    """A held-out row, and its input (F,) after `fields` (their numbers) were changed."""

    row: int
    input: Tensor
    fields: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Changer:
    """Draws changes of a table's held-out rows.

    A real training row is drawn from the seed, then so many of the fields in which it differs; their
    values are taken over, and no model is asked. What comes of it must not lie farther from the nearest
    training row than nine in ten held-out rows do (Euclidean distance, numbers in standard deviations,
    another level counts √2): it is as plausible as a real case.
    """

    data: Data
    seed: int
    change_fixed: bool = False

    def changes(self, row: int, count: int, draws: int) -> list[Changed]:
        """Different changes of `count` fields of a held-out row, at most as many as are drawn; some may be absurd."""
        found: dict[tuple[float, ...], Changed] = {}
        for number in range(draws):
            changed = self._changed(row, count, f"{row} {count} {number}")
            if changed is not None:
                found.setdefault(tuple(changed.input.tolist()), changed)
        return list(found.values())

    @property
    def open_fields(self) -> list[int]:
        """Numbers of the fields that may be changed: those that vary, and are not fixed unless that is allowed."""
        return [
            place
            for place, field in enumerate(self.data.fields)
            if field.high > field.low and (self.change_fixed or not field.fixed)
        ]

    def plausible(self, changes: list[Changed]) -> list[Changed]:
        """Those that lie as near to the training rows as nine in ten held-out rows."""
        if not changes:
            return []
        limit = distances_to_train(self.data, self.data.test.inputs).quantile(0.9)
        near = distances_to_train(self.data, torch.stack([one.input for one in changes])) <= limit
        return [one for one, is_near in zip(changes, near.tolist(), strict=True) if is_near]

    def _changed(self, row: int, count: int, draw: str) -> Changed | None:
        """One drawn change; none if the drawn rows are alike in too many fields."""
        donor = small_seed(self.seed, "donor", draw) % len(self.data.train)
        before, other = self.data.test.inputs[row], self.data.train.inputs[donor]
        differing = [place for place in self.open_fields if before[place] != other[place]]
        if len(differing) < count:
            return None
        fields = sorted(shuffled(differing, self.seed, f"fields {draw}")[:count])
        after = before.clone()
        after[fields] = other[fields]
        return Changed(row, after, tuple(fields))


def distances_to_train(data: Data, inputs: Tensor) -> Tensor:
    """(N,) from each row (N, F) of a table to the nearest training row, as `Changer` says."""
    encoder = Encoder(data.fields).to(inputs)  # its device and precision
    encoder.fit(data.train.inputs)
    train = encoder(data.train.inputs)
    exact = "donot_use_mm_for_euclid_dist"
    parts = [torch.cdist(encoder(part), train, compute_mode=exact) for part in inputs.split(CHUNK)]
    return torch.cat([part.min(dim=1).values for part in parts])


def require_table(data: Data, maker: str) -> None:
    """Refuse data that are no table with labels."""
    if not data.fields or not data.labels:
        raise RecipeError(f"{maker} needs a table with labels; the data are of kind {data.kind}.")
