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
        return cls(codes, codes @ codes.T)

    def classifiers(self, members: Tensor, others: Tensor, ridge: float) -> tuple[Tensor, Tensor, Tensor]:
        """Ridge classifiers between sets of examples: places (S, 2n), weights (S, 2n), accuracy (S,).

        `members` and `others` (S, n) are places in the pool. A classifier's direction is the sum of its
        examples' codes with these weights, of length 1; the penalty is `ridge` times the mean square of
        the centred codes. Accuracy is that of each example when it is left out (the mean held fixed).
        """
        places = torch.cat([members, others], dim=1)
        found = [self._solved(some, members.shape[1], ridge) for some in places.split(TOGETHER)]
        return places, torch.cat([one for one, _ in found]), torch.cat([one for _, one in found])

    def _solved(self, places: Tensor, count: int, ridge: float) -> tuple[Tensor, Tensor]:
        gram = self.gram[places.unsqueeze(2), places.unsqueeze(1)]  # (S, 2n, 2n)
        centred = (
            gram - gram.mean(1, keepdim=True) - gram.mean(2, keepdim=True) + gram.mean((1, 2), keepdim=True)
        )
        size = centred.diagonal(dim1=1, dim2=2).mean(dim=1).clamp_min(torch.finfo(gram.dtype).tiny)
        eye = torch.eye(2 * count, dtype=gram.dtype, device=gram.device)
        inverse = torch.linalg.inv(centred + ridge * size[:, None, None] * eye)
        sides = torch.cat([eye.new_ones(count), -eye.new_ones(count)])
        weights = inverse @ sides
        left_out = sides - weights / inverse.diagonal(dim1=1, dim2=2)
        length = (weights.unsqueeze(1) @ centred @ weights.unsqueeze(2)).flatten().clamp_min(0).sqrt()
        accuracy = ((left_out * sides) > 0).to(gram.dtype).mean(dim=1)
        return weights / length.clamp_min(torch.finfo(gram.dtype).tiny).unsqueeze(1), accuracy

    def scores(self, slopes: Tensor, places: Tensor, weights: Tensor) -> Tensor:
        """For each direction (S, 2n), the share of slopes (M, D) that rise along it: (S,); no slope counts half."""
        along = slopes @ self.codes.T  # (M, P)
        found = [
            torch.einsum("msk,sk->sm", along[:, some], weight)
            for some, weight in zip(places.split(TOGETHER), weights.split(TOGETHER), strict=True)
        ]
        rising = torch.cat(found)
        rising = torch.where(rising.abs() > 1e-12 * rising.abs().amax().clamp_min(1e-300), rising, 0)
        return (rising.sign() + 1).mean(dim=1) / 2


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
            with captured(model, layer) as seen:
                outputs = outputs_from(model, entered(model, batch).clone().requires_grad_())
            if len(seen) != 1:
                raise BadParameters(
                    f'Layer "{layer}" ran {len(seen)} times after the entry. Allowed: one that runs once.'
                )
            codes.append(seen[0].detach().flatten(1))
            if target is not None:
                chosen = chosen_sum(outputs, torch.full((len(batch),), target, device=outputs.device))
                gradient = torch.autograd.grad(chosen, seen[0], materialize_grads=True)[0]
                slopes.append(gradient.flatten(1))
    return torch.cat(codes), torch.cat(slopes) if slopes else None
