"""A network for tables that is trained to answer as a small decision tree could."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ..data.base import Data, Split
from ..errors import BadParameters
from ..recipe.schema import Training
from .decision_tree import Columns, as_columns
from .encoder import columns_of
from .mlp import TableMlp
from .rows import evenly
from .staged import Staged
from .tabular import fit_entry
from .training import loss_of, repeatable
from .variations import only_fields

SHAKEN = 0.3  # standard deviation of the noise on known weights, as a share of their spread
GUESSER = 25  # hidden units of the network that guesses path lengths


class TreeLikeNetwork(Staged):
    """A network for tables that `TreeRegularised` has trained, or will; it is known by this class."""


@dataclass(frozen=True)
class TreeRegularised(TableMlp):
    """A network with hidden layers whose loss also has `strength` × the average path length of its tree.

    The tree is a decision tree (with at least `smallest_leaf` rows in a leaf) fitted to the network's own
    answers to at most `rows` training rows, and its average path length the mean number of questions
    that these rows come by. That has no gradient: a second network guesses it from the weights, and its
    guess is what is added. Before each epoch the guesser learns from the true lengths of the weights so
    far, and of `shaken` copies of them with noise. The first `warm_up` epochs go without.
    Source: Wu, Hughes, Parbhoo, Zazzi, Roth and Doshi-Velez (2018), "Beyond Sparsity: Tree
    Regularization of Deep Models for Interpretability", AAAI.
    """

    hidden: tuple[int, ...] = (16,)
    strength: float = 0.05
    smallest_leaf: int = 25
    rows: int = 1000
    shaken: int = 8
    warm_up: int = 2

    def __post_init__(self) -> None:
        if self.strength < 0:
            raise BadParameters(f"tree-regularised: strength is {self.strength}. Allowed: 0 or more.")
        if min(self.smallest_leaf, self.rows) < 1 or min(self.shaken, self.warm_up) < 0:
            raise BadParameters(
                "tree-regularised: smallest_leaf and rows are 1 or more, shaken and warm_up 0 or more."
            )

    def build(self, data: Data) -> nn.Module:
        if not data.labels:
            raise BadParameters('Architecture "tree-regularised" gives labels; for a number use "mlp".')
        plain = super().build(data)
        assert isinstance(plain, Staged)
        return TreeLikeNetwork(plain.entry, plain.rest)

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        assert isinstance(net, Staged)
        if training.noise:
            raise BadParameters("training.noise has no meaning for a table's categories. Allowed: 0.")
        repeatable()
        data = only_fields(data, self.features)
        fit_entry(net, data)
        yield from self._trained(net, data, training)

    def _trained(self, net: Staged, data: Data, training: Training) -> Iterator[float]:
        generator = torch.Generator().manual_seed(training.seed)
        lengths = PathLengths(net, data, self.smallest_leaf, self.rows, generator)
        batches = -(-len(data.train) // training.batch)
        optimizer = torch.optim.Adam(net.parameters(), lr=training.learning_rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=training.epochs * batches)
        for epoch in range(training.epochs):
            is_regular = bool(self.strength) and epoch >= self.warm_up
            if self.strength:
                lengths.learn(net, self.shaken)
            net.train()
            for rows in torch.randperm(len(data.train), generator=generator).split(training.batch):
                loss = loss_of(net(data.train.inputs[rows]), data.train.truths[rows])
                penalty = self.strength * lengths.guess(net) if is_regular else 0
                optimizer.zero_grad(set_to_none=True)
                (loss + penalty).backward()
                optimizer.step()
                schedule.step()
                yield loss.item()
        optimizer.zero_grad(set_to_none=True)
        net.eval()


class PathLengths:
    """What is known of the path lengths of networks with these weights and those, and a guess for any."""

    def __init__(
        self, net: nn.Module, data: Data, smallest_leaf: int, rows: int, generator: torch.Generator
    ) -> None:
        self.split, self.columns = data.train.rows(evenly(len(data.train), rows)), columns_of(data.fields)
        self.smallest_leaf, self.generator = smallest_leaf, generator
        self.known: list[Tensor] = []
        self.lengths: list[float] = []
        self.guesser = _guesser(flat_weights(net), generator)

    def guess(self, net: nn.Module) -> Tensor:
        """The guessed average path length of the network's tree; its gradient reaches the weights."""
        found: Tensor = self.guesser(flat_weights(net)).squeeze()
        return found

    def learn(self, net: nn.Module, shaken: int) -> None:
        """Measure the network and shaken copies of it, and teach the guesser all that is known."""
        for number in range(shaken + 1):
            other = copy.deepcopy(net)
            if number:
                self._shake(other)
            self.known.append(flat_weights(other).detach())
            self.lengths.append(average_path_length(other, self.split, self.columns, self.smallest_leaf))
        self._teach()

    def _shake(self, net: nn.Module) -> None:
        with torch.no_grad():
            for weights in net.parameters():
                noise = torch.randn(weights.shape, generator=self.generator, dtype=weights.dtype)
                weights.add_(noise * SHAKEN * weights.std(correction=0))

    def _teach(self, steps: int = 100) -> None:
        weights = torch.stack(self.known)
        lengths = torch.tensor(self.lengths, dtype=weights.dtype)
        optimizer = torch.optim.Adam(self.guesser.parameters(), lr=0.01, weight_decay=1e-4)
        for _ in range(steps):
            loss = nn.functional.mse_loss(self.guesser(weights).squeeze(1), lengths)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()


def average_path_length(net: nn.Module, split: Split, columns: Columns, smallest_leaf: int) -> float:
    """Mean number of questions that the rows come by in a tree fitted to the network's own answers to them."""
    from sklearn.tree import DecisionTreeClassifier

    with torch.no_grad():
        answers = net(split.inputs).argmax(dim=1).numpy()
    inputs = as_columns(split.inputs.numpy(), columns)
    tree = DecisionTreeClassifier(min_samples_leaf=smallest_leaf, random_state=0).fit(inputs, answers)
    return float(np.asarray(tree.decision_path(inputs).sum(axis=1)).mean() - 1)


def flat_weights(net: nn.Module) -> Tensor:
    """All trained weights in a row (P,)."""
    return torch.cat([weights.flatten() for weights in net.parameters()])


def _guesser(weights: Tensor, generator: torch.Generator) -> nn.Module:
    """A network from weights (…, P) to a length (…, 1), never below zero."""
    net = nn.Sequential(nn.Linear(len(weights), GUESSER), nn.ReLU(), nn.Linear(GUESSER, 1), nn.Softplus())
    with torch.no_grad():
        for parameter in net.parameters():
            spread = parameter.shape[-1] ** -0.5
            parameter.copy_(spread * torch.randn(parameter.shape, generator=generator))
    return net.to(weights.dtype)
