"""Training text models: few texts and many words ask for more restraint than pictures do."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..data.base import PADDING, UNKNOWN, Data, Split
from ..errors import BadParameters
from ..recipe.schema import Training
from .base import Architecture
from .rescaled import Rescaled
from .training import loss_of, repeatable


@dataclass(frozen=True)
class TextArchitecture(Architecture):
    """A model of texts, trained with words left out at random and weights that shrink.

    `words_dropped` is the share of tokens that a training text has replaced by the unknown token, each
    time anew; `decay` is how fast weights shrink (AdamW).
    """

    words_dropped: float = 0.2
    decay: float = 0.01

    def __post_init__(self) -> None:
        if not 0 <= self.words_dropped < 1 or self.decay < 0:
            given = f"words_dropped {self.words_dropped}, decay {self.decay}"
            raise BadParameters(f"text model: {given}. Allowed: from 0 to below 1, and from 0.")

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        """Train with AdamW, its rate falling to zero along a half cosine; yields each batch's loss."""
        if training.noise:
            raise BadParameters("Texts have no values to add noise to: `training.noise` must be 0.")
        repeatable()
        _fit_unit(net, data)
        generator = torch.Generator().manual_seed(training.seed)
        optimizer = torch.optim.AdamW(net.parameters(), lr=training.learning_rate, weight_decay=self.decay)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=self.steps(data, training))
        net.train()
        for rows in _batches(data.train, training, generator):
            inputs = without_some(data.train.inputs[rows], self.words_dropped, generator)
            loss = loss_of(net(inputs), data.train.truths[rows])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            yield loss.item()
        optimizer.zero_grad(set_to_none=True)
        net.eval()


def without_some(inputs: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Token numbers (N, L), each token but padding replaced by the unknown one with chance `share`."""
    dropped = torch.rand(inputs.shape, generator=generator) < share
    return inputs.masked_fill(dropped & (inputs != PADDING), UNKNOWN)


def _fit_unit(net: nn.Module, data: Data) -> None:
    """Let the last step, where there is one, take mean and spread of the training texts' numbers."""
    for module in net.modules():
        if isinstance(module, Rescaled):
            module.fit(data.train.truths)


def _batches(split: Split, training: Training, generator: torch.Generator) -> Iterator[Tensor]:
    for _ in range(training.epochs):
        yield from torch.randperm(len(split), generator=generator).split(training.batch)
