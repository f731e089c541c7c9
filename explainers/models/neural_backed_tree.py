"""A network whose labels are reached through a tree over its last layer's weights."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from ..data.base import Data
from ..errors import BadParameters
from ..recipe.schema import Training
from .base import Architecture
from .staged import Staged
from .training import train

Inference = Literal["soft", "hard"]
LEAST = 1e-12  # probability of a label that hard inference does not reach, before it is made to sum to 1


class Hierarchy(nn.Module):
    """A binary tree over labels. Number k < K is label k; number K + j joins the two of row j of `joined`.

    A number's weight vector is the mean of its labels' weights, so that its score for an input is the
    mean of their logits. Each step goes to the branch of the higher score (hard), or to both with the
    softmax of the two scores (soft).

    Buffer: `joined` (K − 1, 2), whole numbers; the last row is the root.
    """

    joined: Tensor

    def __init__(self, labels: int) -> None:
        super().__init__()
        pairs = [(place if place == 0 else labels + place - 1, place + 1) for place in range(labels - 1)]
        self.register_buffer("joined", torch.tensor(pairs, dtype=torch.long))

    @property
    def labels(self) -> int:
        return len(self.joined) + 1

    @property
    def root(self) -> int:
        return 2 * len(self.joined)

    def branches(self, number: int) -> tuple[int, int] | None:
        """The two that are joined there; None for a label."""
        if number < self.labels:
            return None
        one, other = self.joined[number - self.labels].tolist()
        return one, other

    def members(self, number: int) -> list[int]:
        """The labels below, in the tree's order."""
        below = self.branches(number)
        return [number] if below is None else [label for one in below for label in self.members(one)]

    def steps(self, logits: Tensor) -> Tensor:
        """For each joined pair and row of logits (N, K) the probability of its first branch: (N, K − 1)."""
        scores = torch.stack([logits[:, self.members(n)].mean(dim=1) for n in range(self.root + 1)], dim=1)
        return torch.sigmoid(scores[:, self.joined[:, 0]] - scores[:, self.joined[:, 1]])

    def forward(self, logits: Tensor) -> Tensor:
        """Probabilities of the labels (N, K) by soft inference."""
        return self._spread(self.steps(logits))

    def hard(self, logits: Tensor) -> Tensor:
        """The label (N,) that is reached by always taking the branch of the higher score."""
        return self._spread((self.steps(logits) >= 0.5).to(logits.dtype)).argmax(dim=1)

    def take(self, weights: Tensor) -> None:
        """Join the labels by Ward's method, by their weights (K, D) scaled to length 1."""
        from scipy.cluster.hierarchy import linkage

        directions = nn.functional.normalize(weights.detach().double(), dim=1).cpu().numpy()
        self.joined.copy_(torch.from_numpy(linkage(directions, method="ward")[:, :2].astype(np.int64)))

    def _spread(self, first: Tensor) -> Tensor:
        shares: dict[int, Tensor] = {self.root: torch.ones_like(first[:, 0])}
        for place in reversed(range(len(self.joined))):
            one, other = self.joined[place].tolist()
            above = shares[self.labels + place]
            shares[one], shares[other] = above * first[:, place], above * (1 - first[:, place])
        return torch.stack([shares[label] for label in range(self.labels)], dim=1)


class NeuralBackedTree(nn.Module):
    """`net` gives logits (N, K); `hierarchy` makes of them the logarithms of the tree's probabilities (N, K)."""

    def __init__(self, net: nn.Module, labels: int, inference: Inference = "soft") -> None:
        super().__init__()
        self.net, self.hierarchy, self.inference = net, Hierarchy(labels), inference

    def forward(self, inputs: Tensor) -> Tensor:
        logits = self.net(inputs)
        if self.inference == "soft":
            return self.hierarchy(logits).clamp_min(LEAST).log()
        reached = nn.functional.one_hot(self.hierarchy.hard(logits), self.hierarchy.labels)
        return reached.to(logits.dtype).clamp_min(LEAST).log()


@dataclass(frozen=True)
class NeuralBackedTrees(Architecture):
    """A network of another architecture, trained as ever; then its labels are joined into a tree and tuned.

    `network` names the architecture, `settings` its parameters. After the training, the labels are joined
    by their weights in the last linear layer, and the whole is trained for `tuning` more epochs (0: none)
    through the tree's soft probabilities, at a tenth of the learning rate. `inference` decides how it
    answers: hard is a tree as people know it, soft weighs all ways.
    Source: Wan et al. (2021), "NBDT: Neural-Backed Decision Tree", ICLR.
    """

    network: str
    settings: dict[str, Any] = field(default_factory=dict)
    inference: Inference = "soft"
    tuning: int = 2

    def build(self, data: Data) -> nn.Module:
        if len(data.labels) < 2:
            raise BadParameters('Architecture "neural-backed-tree" needs two labels or more.')
        net = self._network.build(data)
        if isinstance(net, Staged):  # its entry stays the entry, so that gradient methods work as before
            return Staged(net.entry, NeuralBackedTree(net.rest, len(data.labels), self.inference))
        return NeuralBackedTree(net, len(data.labels), self.inference)

    def steps(self, data: Data, training: Training) -> int:
        tuning = self.tuning * -(-len(data.train) // training.batch)
        return self._network.steps(data, training) + tuning

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        tree = backed(net)
        plain = Staged(net.entry, tree.net) if isinstance(net, Staged) else tree.net
        yield from self._network.fit(plain, data, training)
        tree.hierarchy.take(last_weights(tree.net))
        if self.tuning:
            tree.inference = "soft"  # hard inference has no gradient
            gently = {"epochs": self.tuning, "learning_rate": training.learning_rate / 10}
            yield from train(net, data.train, training.model_copy(update=gently))
            tree.inference = self.inference

    @property
    def _network(self) -> Architecture:
        from ..registry import build

        found: Architecture = build("architecture", self.network, self.settings)
        return found


def backed(model: nn.Module) -> NeuralBackedTree:
    """The tree inside a model of this architecture."""
    found = model.rest if isinstance(model, Staged) else model
    if not isinstance(found, NeuralBackedTree):
        raise BadParameters(f"This model is a {type(found).__name__}, no neural-backed tree.")
    return found


def last_weights(model: nn.Module) -> Tensor:
    """Weights (K, D) of the model's last linear layer."""
    layers = [module for module in model.modules() if isinstance(module, nn.Linear)]
    if not layers:
        raise BadParameters(
            f"A neural-backed tree needs the weights of a last linear layer; {type(model).__name__} has none. "
            "Allowed: networks that end in one."
        )
    return layers[-1].weight
