"""A model that answers by vote of the nearest training examples."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..data.base import Data, Split
from ..draws import shuffled
from ..errors import BadParameters
from ..recipe.schema import Training
from .base import Architecture
from .input_space import InputSpace
from .looking import chunk_for

FIRST = 1e-6  # of one vote: what breaks a tie for the nearer


class Neighbourhood(nn.Module):
    """Remembers points and their truths; answers as the `count` nearest do.

    Outputs are logarithms of each label's share of the votes (of equal shares the nearer neighbours' is
    larger by very little), or the neighbours' mean, for a number. `codes` (M, D) are the remembered
    points, `truths` (M,), `held` (M,) which of the M places are filled.
    """

    codes: Tensor
    truths: Tensor
    held: Tensor
    middle: Tensor
    axes: Tensor

    def __init__(self, data: Data, count: int, components: int, most: int) -> None:
        super().__init__()
        self.count, self.labels = count, len(data.labels)
        self.space = InputSpace(data)
        width = self.space(data.train.inputs[:1]).shape[1]
        places = min(most, len(data.train))
        if components > width or count > places:
            raise BadParameters(
                f"nearest-neighbours: allowed are at most {width} components and {places} neighbours; "
                f"components is {components}, count is {count}."
            )
        self.register_buffer("middle", torch.zeros(width))
        self.register_buffer("axes", torch.zeros(width, components))
        self.register_buffer("codes", torch.zeros(places, components or width))
        self.register_buffer("truths", torch.zeros(places, dtype=data.train.truths.dtype))
        self.register_buffer("held", torch.zeros(places, dtype=torch.bool))

    def code(self, inputs: Tensor) -> Tensor:
        """Points (N, D) of inputs (N, …), in the space where neighbours are sought."""
        points = self.space(inputs).to(self.codes)
        return (points - self.middle) @ self.axes if self.axes.shape[1] else points

    def neighbours(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Places among the remembered points (N, count), nearest first, and how far they are."""
        exact = "donot_use_mm_for_euclid_dist"
        distances = torch.cdist(self.code(inputs), self.codes, compute_mode=exact)
        distances = distances.masked_fill(~self.held, torch.inf)
        ordered = distances.sort(dim=1, stable=True)
        return ordered.indices[:, : self.count], ordered.values[:, : self.count]

    def forward(self, inputs: Tensor) -> Tensor:
        """Outputs (N, labels), or (N, 1) for a number."""
        votes = self.truths[self.neighbours(inputs)[0]]
        if not self.labels:
            return votes.mean(dim=1, keepdim=True).to(self.codes)
        weights = 1 + FIRST * torch.arange(self.count, 0, -1, device=votes.device).double() / self.count
        cast = nn.functional.one_hot(votes, self.labels) * weights.unsqueeze(1)
        shares = cast.sum(dim=1) / weights.sum()
        return shares.clamp_min(torch.finfo(torch.float32).tiny).log().to(self.codes)

    def remember(self, split: Split, rows: Tensor, components: int) -> None:
        """Take these rows of the split, and where components are wanted their principal axes."""
        points = self.space(split.inputs[rows])
        if components:
            middle = points.double().mean(dim=0)
            axes = torch.linalg.svd(points.double() - middle, full_matrices=False).Vh[:components].T
            self.middle.copy_(middle)
            self.axes[:, : axes.shape[1]] = axes.to(self.axes)
        filled = len(rows)
        chunks = rows.split(chunk_for(split.inputs))
        self.codes[:filled] = torch.cat([self.code(split.inputs[chunk]) for chunk in chunks])
        self.truths[:filled], self.held[:filled] = split.truths[rows], True


@dataclass(frozen=True)
class NearestNeighbours(Architecture):
    """Vote of the `count` nearest training examples, or their mean where the truth is a number.

    Distances are Euclidean between inputs (see `InputSpace`), or, where `components` is not 0, in the latent
    space of that many principal components of the training inputs. At most `most` training examples are
    remembered, drawn from the training seed: they are the model's weights.
    """

    count: int = 5
    components: int = 0
    most: int = 2000

    def __post_init__(self) -> None:
        if min(self.count, self.most) < 1 or self.components < 0:
            raise BadParameters(
                "nearest-neighbours: allowed are count and most of 1 or more, and components of 0 or more."
            )

    def build(self, data: Data) -> nn.Module:
        return Neighbourhood(data, self.count, self.components, self.most)

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        """Remember; yields one loss of 0, because nothing is optimised."""
        if not isinstance(net, Neighbourhood):
            raise BadParameters(f"nearest-neighbours cannot fit a {type(net).__name__}.")
        kept = shuffled(range(len(data.train)), training.seed, "neighbours")[: len(net.held)]
        net.remember(data.train, torch.tensor(sorted(kept)), self.components)
        net.eval()
        yield 0.0

    def steps(self, data: Data, training: Training) -> int:
        return 1
