"""SmoothGrad."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor, nn

from ...base import EVERY_KIND, Context, Question, Reveals, Shown
from ...errors import BadParameters
from ...models.looking import chunk_for, entered, input_gradient
from .sizes import SizeExplainer, sizes


@dataclass(frozen=True)
class SmoothGrad(SizeExplainer):
    """Size of the gradient's mean over copies of the input with Gaussian noise.

    The noise's standard deviation is `noise` times a range: of a picture or a text, between the
    smallest and the largest value of what the model's entry makes of it, as in the paper; of a table,
    of each of its columns over the training rows. Sizes are made as for saliency. The same seed draws
    the same noise, for every row of a batch alike.
    Source: Smilkov, Thorat, Kim, Viégas and Wattenberg (2017), "SmoothGrad".
    """

    samples: int = 50
    noise: float = 0.15

    name: ClassVar[str] = "smooth-grad"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Smilkov, Thorat, Kim, Viégas and Wattenberg (2017), SmoothGrad: Removing Noise by Adding Noise, "
        "ICML Workshop on Visualization for Deep Learning"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-specific",
        "form": "relevance map",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "partly"  # where the target's evidence lies tells which target
    is_random: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.samples < 1 or self.noise < 0:
            given = f"samples {self.samples}, noise {self.noise}"
            raise BadParameters(f"smooth-grad: {given}. Allowed: at least 1 sample, noise not below 0.")

    def attribute(self, model: nn.Module, inputs: Tensor, target: Tensor) -> Tensor:
        """As for every map; the noise is that of seed 0."""
        points = entered(model, inputs)
        return self._smoothed(model, points, target, spread_of_rows(points), seed=0)

    def relevance_of(self, question: Question, context: Context) -> Tensor:
        points = entered(context.model, question.case.input.unsqueeze(0))
        spread = spread_of_rows(points)
        if context.data.kind == "table":
            spread = spread_of_columns(entered(context.model, context.data.train.inputs))
        target = torch.tensor([context.index_of(question.case, question.target)], device=points.device)
        return self._smoothed(context.model, points, target, spread, question.seed).squeeze(0)

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        for question in questions:
            shown = self.drawn(question.case, self.relevance_of(question, context), context)
            yield (replace(shown, seed=question.seed),)

    def _smoothed(
        self, model: nn.Module, points: Tensor, target: Tensor, spread: Tensor, seed: int
    ) -> Tensor:
        noise = drawn_noise(self.samples, points[:1], seed) * self.noise
        total = torch.zeros_like(points)
        for some in noise.split(chunk_for(points)):
            for row in range(len(points)):
                noisy = points[row] + some * spread[row if len(spread) > 1 else 0]
                targets = target[row].expand(len(some))
                total[row] += input_gradient(model, noisy, targets).sum(dim=0)
        return sizes(model, total / self.samples)


def drawn_noise(samples: int, point: Tensor, seed: int) -> Tensor:
    """Standard normal noise (samples, …) of the shape of one point (1, …)."""
    generator = torch.Generator().manual_seed(seed)
    shape = (samples, *point.shape[1:])
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(point)


def spread_of_rows(points: Tensor) -> Tensor:
    """Largest less smallest value of each row: (N, 1, …)."""
    flat = points.flatten(1)
    return (flat.amax(1) - flat.amin(1)).reshape(-1, *[1] * (points.ndim - 1))


def spread_of_columns(points: Tensor) -> Tensor:
    """Largest less smallest value of each column over all rows: (1, …)."""
    return points.amax(dim=0, keepdim=True) - points.amin(dim=0, keepdim=True)
