"""Networks that answer through concepts that people can name."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..data.base import Data
from ..errors import BadParameters
from ..recipe.schema import Training
from .base import Architecture
from .concepts import Concept
from .encoder import Encoder
from .looking import BATCH, entered, undisturbed
from .staged import Staged
from .text_entry import embedding_of, is_token
from .training import loss_of, repeatable


class Bottleneck(nn.Module):
    """`trunk` tells how far each concept is there, `outputs` adds that up: nothing else reaches the outputs.

    Buffer `usual` (C,): the concepts' mean over the training examples.
    """

    usual: Tensor

    def __init__(self, trunk: nn.Module, names: tuple[str, ...], outputs: int) -> None:
        super().__init__()
        self.trunk, self.names = trunk, names
        self.outputs = nn.Linear(len(names), outputs)
        self.register_buffer("usual", torch.full((len(names),), 0.5))

    def concepts(self, points: Tensor) -> Tensor:
        """How far each concept is there, (N, C) in [0, 1], from what `entered` gives."""
        return self.trunk(points).sigmoid()

    def forward(self, points: Tensor) -> Tensor:
        """Outputs (N, K)."""
        found: Tensor = self.outputs(self.concepts(points))
        return found


@dataclass(frozen=True)
class ConceptBottleneck(Architecture):
    """A network whose last but one layer says how far each of the `concepts` is there, in [0, 1].

    Pictures go through two convolutions of 5 × 5 and a hidden layer, tables and texts (as the mean of
    their tokens' embeddings) through a hidden layer. Concepts and outputs are learnt together: the loss
    is the task's, plus `weight` times the concepts' cross-entropy with what the training examples have.
    Source: Koh, Nguyen, Tang, Mussmann, Pierson, Kim and Liang (2020), "Concept Bottleneck Models", ICML.
    """

    concepts: tuple[Concept, ...]
    hidden: int = 64
    weight: float = 1.0
    embedding: int = 16

    def __post_init__(self) -> None:
        if len({concept.name for concept in self.concepts}) < max(1, len(self.concepts)):
            raise BadParameters("concept-bottleneck needs one or more concepts, each with a name of its own.")

    def build(self, data: Data) -> nn.Module:
        names = tuple(concept.name for concept in self.concepts)
        if data.kind == "image":
            return Bottleneck(self._seeing(tuple(data.train.inputs.shape[1:])), names, data.outputs)
        if data.kind == "text":
            trunk = nn.Sequential(MeanToken(), *self._hidden(self.embedding))
            return Staged(embedding_of(data, self.embedding), Bottleneck(trunk, names, data.outputs))
        entry = Encoder(data.fields)
        return Staged(entry, Bottleneck(self._hidden(len(entry)), names, data.outputs))

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        """Learn concepts and outputs together; yields each batch's loss."""
        repeatable()
        if isinstance(net, Staged) and isinstance(net.entry, Encoder):
            net.entry.fit(data.train.inputs)
        truths = torch.stack([concept.holds(data, data.train) for concept in self.concepts], dim=1)
        generator = torch.Generator().manual_seed(training.seed)
        optimizer = torch.optim.Adam(net.parameters(), lr=training.learning_rate)
        steps = self.steps(data, training)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)
        net.train()
        for _ in range(training.epochs):
            for rows in torch.randperm(len(data.train), generator=generator).split(training.batch):
                inputs = data.train.inputs[rows]
                if training.noise:
                    inputs = inputs + training.noise * torch.randn(inputs.shape, generator=generator).to(
                        inputs
                    )
                loss = self._loss(net, inputs, data.train.truths[rows], truths[rows])
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
                schedule.step()
                yield loss.item()
        optimizer.zero_grad(set_to_none=True)
        net.eval()
        bottleneck_of(net).usual.copy_(concept_values(net, data.train.inputs).mean(dim=0))

    def _loss(self, net: nn.Module, inputs: Tensor, truths: Tensor, concepts: Tensor) -> Tensor:
        bottleneck = bottleneck_of(net)
        points = net.entry(inputs) if isinstance(net, Staged) else inputs
        logits = bottleneck.trunk(points)
        named = nn.functional.binary_cross_entropy_with_logits(logits, concepts.to(logits))
        return loss_of(bottleneck.outputs(logits.sigmoid()), truths) + self.weight * named

    def _hidden(self, width: int) -> nn.Sequential:
        return nn.Sequential(
            nn.Linear(width, self.hidden), nn.ReLU(), nn.Linear(self.hidden, len(self.concepts))
        )

    def _seeing(self, shape: tuple[int, ...]) -> nn.Sequential:
        channels, height, width = shape
        return nn.Sequential(
            nn.Conv2d(channels, 8, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            *self._hidden(16 * (height // 4) * (width // 4)),
        )


class MeanToken(nn.Module):
    """Mean of a text's embedded tokens (N, L, E) → (N, E)."""

    def forward(self, points: Tensor) -> Tensor:
        count = is_token(points).sum(dim=1, keepdim=True).clamp_min(1)
        mean: Tensor = points.sum(dim=1) / count
        return mean


def bottleneck_of(model: nn.Module) -> Bottleneck:
    """The part of the model that has concepts."""
    found = model.rest if isinstance(model, Staged) else model
    if not isinstance(found, Bottleneck):
        raise BadParameters(
            f"concept-bottleneck needs a model that answers through concepts; {type(model).__name__} does not. "
            "Allowed: the architecture concept-bottleneck, or your own Bottleneck."
        )
    return found


def concept_values(model: nn.Module, inputs: Tensor) -> Tensor:
    """How far each concept is there: (N, C) in [0, 1], for inputs (N, …)."""
    bottleneck = bottleneck_of(model)
    with undisturbed(model), torch.inference_mode():
        found = [bottleneck.concepts(entered(model, batch)) for batch in inputs.split(BATCH)]
    return torch.cat(found).clone()
