"""Recurrent networks that read characters and say which comes next."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from ..data.base import Data, Split
from ..errors import BadParameters
from ..recipe.schema import Training
from .base import Architecture
from .looking import outputs_of
from .staged import Staged
from .text_entry import at_end, embedding_of
from .training import repeatable

State = Tensor | tuple[Tensor, Tensor]
RECURRENT = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
SPECIAL = 2  # padding and unknown, the numbers before the first character's
NO_LABEL = -100  # a following character that is unknown: nothing is learned from it


class Reading(nn.Module):
    """A recurrent layer over embedded characters (N, L, E), and the labels from its state at the last one."""

    def __init__(self, cell: str, embedding: int, hidden: int, labels: int) -> None:
        super().__init__()
        self.recurrent = RECURRENT[cell](embedding, hidden, batch_first=True)
        self.labels = nn.Linear(hidden, labels)

    def forward(self, points: Tensor) -> Tensor:
        """Logits (N, labels) of the character after the last."""
        states, _ = self.recurrent(points)
        logits: Tensor = self.labels(at_end(states, points))
        return logits


class CharacterNet(Staged):
    """A staged model of characters that can be asked what its cells hold."""

    cell_layer: ClassVar[str] = "rest.recurrent"
    rest: Reading

    def cells(self, inputs: Tensor) -> Tensor:
        """What each cell holds after each character of inputs (N, L): (N, L, units), in [−1, 1].

        tanh(c) of an LSTM; the hidden state of the others.
        """
        points = self.entry(inputs)
        if not isinstance(self.rest.recurrent, nn.LSTM):
            states: Tensor = self.rest.recurrent(points)[0]
            return states
        held, state = [], None
        for place in range(points.shape[1]):  # the layer gives c for the last place only
            _, state = self.rest.recurrent(points[:, place : place + 1], state)
            held.append(state[1][-1])
        return torch.stack(held, dim=1).tanh()


@dataclass(frozen=True)
class CharRnn(Architecture):
    """One recurrent layer of `hidden` units: `lstm`, `gru` or plain `rnn` (tanh).

    Inputs (N, L), numbers of characters; outputs (N, characters), logits of the next one. Trained on the
    whole text in `training.batch` streams beside each other, read in steps of `unroll` characters: the
    state is handed on from step to step, gradients are not, and their norm is cut at `clip`.
    Source: Hochreiter and Schmidhuber (1997), "Long Short-Term Memory"; Cho et al. (2014), "Learning
    Phrase Representations using RNN Encoder–Decoder"; Elman (1990), "Finding Structure in Time".
    """

    cell: Literal["lstm", "gru", "rnn"] = "lstm"
    embedding: int = 24
    hidden: int = 96
    unroll: int = 64
    clip: float = 1.0

    def build(self, data: Data) -> nn.Module:
        if data.vocabulary is None or data.outputs != len(data.vocabulary.tokens) - SPECIAL:
            raise BadParameters('Architecture "char-rnn" needs data whose labels are the characters.')
        rest = Reading(self.cell, self.embedding, self.hidden, data.outputs)
        return CharacterNet(embedding_of(data, self.embedding, spread=1.0), rest)

    def steps(self, data: Data, training: Training) -> int:
        return training.epochs * len(list(self._chunks(data.train, training)))

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        """Train with Adam, its rate falling to zero along a half cosine; yields each step's loss."""
        assert isinstance(net, CharacterNet)
        if training.noise:
            raise BadParameters("Texts have no values to add noise to: `training.noise` must be 0.")
        repeatable()
        optimizer = torch.optim.Adam(net.parameters(), lr=training.learning_rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=self.steps(data, training))
        net.train()
        for _ in range(training.epochs):
            state = None
            for inputs, following in self._chunks(data.train, training):
                states, state = net.rest.recurrent(net.entry(inputs), state)
                state = _cut_off(state)
                logits = net.rest.labels(states).flatten(0, 1)
                truths = _labels(following).flatten()
                loss = nn.functional.cross_entropy(logits, truths, ignore_index=NO_LABEL)
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                nn.utils.clip_grad_norm_(net.parameters(), self.clip)
                optimizer.step()
                schedule.step()
                yield loss.item()
        optimizer.zero_grad(set_to_none=True)
        net.eval()

    def told(self, net: nn.Module, data: Data) -> dict[str, float]:
        """Bits per character: the mean of −log₂ of the probability that the held-out truths were given."""
        chances = outputs_of(net, data.test.inputs).double().log_softmax(1)
        mean = -float(chances.gather(1, data.test.truths.unsqueeze(1)).mean())
        return {"bits_per_character": round(mean / math.log(2), 4)}

    def _chunks(self, split: Split, training: Training) -> Iterator[tuple[Tensor, Tensor]]:
        """Characters (batch, unroll) and those that follow them, in reading order."""
        stream = split.inputs.flatten()
        length = (len(stream) - 1) // training.batch
        if length < 1:
            raise BadParameters(f"{len(stream)} characters do not fill {training.batch} streams.")
        places = torch.arange(training.batch).unsqueeze(1) * length
        for start in range(0, length, self.unroll):
            at = places + torch.arange(start, min(start + self.unroll, length))
            yield stream[at], stream[at + 1]


def _labels(following: Tensor) -> Tensor:
    return torch.where(following < SPECIAL, NO_LABEL, following - SPECIAL)


def _cut_off(state: State) -> State:
    return state.detach() if isinstance(state, Tensor) else (state[0].detach(), state[1].detach())
