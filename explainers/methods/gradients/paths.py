"""Gradients summed along straight paths."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import torch
from torch import Tensor, nn

from ...errors import BadParameters
from ...models.affine_start import answering, beginnings, is_affine_start
from ...models.batch_norms import plain_batch_norms
from ...models.looking import chosen_sum, outputs_from, undisturbed

RULES = ("gauss-legendre", "midpoint")


@lru_cache
def places_and_weights(rule: str, steps: int) -> tuple[Tensor, Tensor]:
    """Where on [0, 1] the gradient is taken, and how much each place counts; the weights sum to 1."""
    if rule == "midpoint":
        return (torch.arange(steps, dtype=torch.float64) + 0.5) / steps, torch.full(
            (steps,), 1 / steps
        ).double()
    places, weights = np.polynomial.legendre.leggauss(steps)
    return torch.from_numpy((places + 1) / 2), torch.from_numpy(weights / 2)


@dataclass(frozen=True, eq=False)
class PathGradient:
    """The weighted mean gradient along a path (1, …), and the change of the output from start to end."""

    gradient: Tensor
    change: float


@dataclass(frozen=True, eq=False)
class _Way:
    """A straight way through what the model works on: points, or what its affine start makes of them.

    `given` is a context in which the model takes the tensor (k, …) for what stands there; `back` brings
    a gradient with respect to it back to the points.
    """

    start: Tensor
    end: Tensor
    given: Callable[[Tensor], AbstractContextManager[None]]
    back: Callable[[Tensor], Tensor]
    is_points: bool


def along_path(
    model: nn.Module, start: Tensor, end: Tensor, target: int, places: Tensor, weights: Tensor
) -> PathGradient:
    """Gradient of the target's output, summed with weights over places of the path from start to end.

    Parameters
    ----------
    start, end : (1, …), of what `entered` gives.
    places, weights : (steps,), as `places_and_weights` gives them.

    The first layer of most networks is affine: its values are then reckoned once for both ends, mixed
    for the places between, and its gradient is taken once of the sum. Nothing is left out by that, and
    where the graph of a pass does not prove it, every place goes through the whole model.
    """
    with undisturbed(model), plain_batch_norms(model), torch.enable_grad():
        ends = torch.cat([start, end]).detach().requires_grad_()
        with beginnings(model) as seen:
            outputs = outputs_from(model, ends.clone())
        chosen_sum(outputs, torch.tensor([target, target], device=outputs.device))
        way = _way(ends, seen, outputs)
        total = torch.zeros_like(way.start)
        for some in torch.arange(len(places)).split(chunk_on_path(way.start, way.is_points)):
            total += _summed(model, way, ends, target, places[some], weights[some])
        change = float(outputs[1, target].detach() - outputs[0, target].detach())
        return PathGradient(way.back(total), change)


def chunk_on_path(point: Tensor, is_points: bool) -> int:
    """How many places at once, from the shape alone: fewer of large ones, so that they stay in the caches."""
    values = point.numel() * (4 if is_points else 1)  # what the layers after the first take, roughly
    return max(1, min(64 if values > 1000 else 1000, (1 << 21) // values))


def _way(ends: Tensor, seen: list[tuple[nn.Module, Tensor]], outputs: Tensor) -> _Way:
    if seen and is_affine_start(seen[0][0], seen[0][1], seen, ends, outputs):
        layer, features = seen[0]
        values = _fast(features.detach())
        return _Way(
            values[:1],
            values[1:],
            given=partial(answering, layer),
            back=lambda summed: torch.autograd.grad(features[1:], ends, summed)[0][1:],
            is_points=False,
        )
    values = _fast(ends.detach())
    return _Way(values[:1], values[1:], lambda _: nullcontext(), back=lambda summed: summed, is_points=True)


def _summed(
    model: nn.Module, way: _Way, ends: Tensor, target: int, places: Tensor, weights: Tensor
) -> Tensor:
    """Weighted sum of the gradients at some places, of the shape of the way's start."""
    shape = (-1, *[1] * (way.start.ndim - 1))
    start = way.start.clone().requires_grad_()
    # the gradient of the one start sums over the places by itself, and is right after changes in place
    points = torch.addcmul(start, places.to(start).reshape(shape), way.end - way.start)
    with way.given(points):
        outputs = outputs_from(
            model, points if way.is_points else ends[:1].detach().expand(len(places), *ends.shape[1:])
        )
    counts = torch.zeros_like(outputs)
    counts[:, target] = weights.to(counts)
    return torch.autograd.grad(outputs, start, counts)[0]


def _fast(values: Tensor) -> Tensor:
    """Pictures with their channels last in memory, which convolutions are quicker with."""
    return values.contiguous(memory_format=torch.channels_last) if values.ndim == 4 else values


def check_rule(name: str, rule: str, steps: int) -> None:
    """`BadParameters` where there is no such rule or no step."""
    if steps < 1 or rule not in RULES:
        raise BadParameters(
            f"{name}: rule {rule!r} with {steps} steps. Allowed: {', '.join(RULES)}; 1 or more."
        )
