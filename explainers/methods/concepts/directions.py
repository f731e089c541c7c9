"""Directions of concepts in a layer: linear classifiers, and how outputs change along them."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ...errors import BadParameters
from ...models.looking import (
    captured,
    chosen_sum,
    chunk_for,
    entered,
    layer_called,
    outputs_from,
    undisturbed,
)

TOGETHER = 500  # classifiers solved at once


@dataclass(frozen=True, eq=False)
class Layer:
    """A pool of examples as a layer sees them, ready for many classifiers between sets of them.

    `codes` (P, D): what the layer puts out, flattened. `gram` (P, P): their inner products.
    """

    codes: Tensor
    gram: Tensor

    @classmethod
    def of(cls, model: nn.Module, layer: str, inputs: Tensor) -> "Layer":
        """The layer's view of inputs (P, …)."""
        codes = _codes_and_slopes(model, layer, inputs, None)[0]
        codes = codes.double()
        return cls(codes, codes @ codes.T)

    def directions(self, members: Tensor, others: Tensor, ridge: float) -> Tensor:
        """Ridge classifiers between sets of examples, as weights of the pool: (S, P).

        `members` and `others` (S, n) are places in the pool. A classifier's direction is the sum of the
        pool's codes with its weights, and the longer, the better it tells the sets apart; the penalty is
        `ridge` times the mean square of the centred codes.
        """
        found = []
        members, others = members.to(self.codes.device), others.to(self.codes.device)
        for own, rest in zip(members.split(TOGETHER), others.split(TOGETHER), strict=True):
            places = torch.cat([own, rest], dim=1)
            root = self._penalised(places, ridge)
            weights = torch.cholesky_solve(_sides(own), root).squeeze(2)
            found.append(weights.new_zeros(len(own), len(self.codes)).scatter_add(1, places, weights))
        return torch.cat(found)

    def separability(self, members: Tensor, others: Tensor, ridge: float) -> float:
        """Share of examples that the classifiers place rightly when they are left out (the means held fixed)."""
        members, others = members.to(self.codes.device), others.to(self.codes.device)
        root = self._penalised(torch.cat([members, others], dim=1), ridge)
        inverse, sides = torch.cholesky_inverse(root), _sides(members)
        left_out = sides - inverse @ sides / inverse.diagonal(dim1=1, dim2=2).unsqueeze(2)
        return float(((left_out * sides) > 0).to(sides.dtype).mean())

    def along(self, slopes: Tensor, directions: Tensor) -> Tensor:
        """How fast the output of each slope (M, D) rises in each direction (S, P): (S, M)."""
        return directions @ (self.codes @ slopes.T)

    def _penalised(self, places: Tensor, ridge: float) -> Tensor:
        """Cholesky root of the centred examples' inner products with the penalty: (S, 2n, 2n)."""
        gram = self.gram[places.unsqueeze(2), places.unsqueeze(1)]
        means = gram.mean(1, keepdim=True)
        centred = gram - means - means.mT + gram.mean((1, 2), keepdim=True)
        size = centred.diagonal(dim1=1, dim2=2).mean(dim=1).clamp_min(torch.finfo(gram.dtype).tiny)
        eye = torch.eye(places.shape[1], dtype=gram.dtype, device=gram.device)
        return torch.linalg.cholesky(centred + ridge * size[:, None, None] * eye)


def _sides(members: Tensor) -> Tensor:
    """1 for each member, −1 for each of as many others: (S, 2n, 1)."""
    ones = torch.ones(*members.shape, 1, dtype=torch.float64, device=members.device)
    return torch.cat([ones, -ones], dim=1)


def slopes_at(model: nn.Module, layer: str, inputs: Tensor, target: int) -> Tensor:
    """Gradient of the target output with respect to the layer at inputs (M, …): (M, D)."""
    found = _codes_and_slopes(model, layer, inputs, target)[1]
    assert found is not None
    return found


def _codes_and_slopes(
    model: nn.Module, layer: str, inputs: Tensor, target: int | None
) -> tuple[Tensor, Tensor | None]:
    """What the layer puts out, flattened, and for a target the output's gradient with respect to it."""
    layer_called(model, layer)
    codes, slopes = [], []
    with undisturbed(model), torch.enable_grad():
        for batch in inputs.split(chunk_for(inputs)):
            points = entered(model, batch).clone().requires_grad_()
            with captured(model, layer) as seen:
                outputs = outputs_from(model, points)
            if len(seen) != 1:
                raise BadParameters(
                    f'Layer "{layer}" ran {len(seen)} times after the entry. Allowed: one that runs once.'
                )
            codes.append(seen[0].detach().flatten(1))
            if target is not None:
                chosen = chosen_sum(outputs, torch.full((len(batch),), target, device=outputs.device))
                gradient = torch.autograd.grad(chosen, seen[0], materialize_grads=True)[0]
                slopes.append(gradient.flatten(1).double())
    return torch.cat(codes), torch.cat(slopes) if slopes else None
