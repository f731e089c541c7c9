"""When a changed input counts as answered differently."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ...base import Context, Question
from ...data.base import Data
from ...models.looking import outputs_of
from .selection import told_number

CLEAR = 1e-6  # more than the order of a sum can turn


@dataclass(frozen=True, eq=False)
class Goal:
    """What the model shall say instead: label number `towards`, or any but `own` where that is -1.

    For a model that gives a number: any number that lies more than `least` away from `value`.
    """

    own: int
    towards: int = -1
    value: float | None = None
    least: float = 0.0

    def margins(self, outputs: Tensor) -> Tensor:
        """How far each output (N, K) is past the goal, in the model's units: above zero where it is reached."""
        if self.value is not None:
            return (outputs.flatten() - self.value).abs() - self.least - CLEAR
        wanted, others = self._wanted(outputs.shape[1])
        return outputs[:, wanted].amax(dim=1) - outputs[:, others].amax(dim=1) - CLEAR

    def reached(self, model: nn.Module, inputs: Tensor) -> Tensor:
        """Margins (N,) of the model's outputs for these inputs."""
        return self.margins(outputs_of(model, inputs))

    def _wanted(self, labels: int) -> tuple[list[int], list[int]]:
        if self.towards < 0:
            return [label for label in range(labels) if label != self.own], [self.own]
        return [self.towards], [label for label in range(labels) if label != self.towards]


def goal_of(question: Question, context: Context, least: float) -> Goal:
    """Another output than the model's own; that of the question's target where it asks for another label.

    `least` is the smallest change of a number that counts, as a share of it; where the number reads as 0,
    so that any change would be many times as much, as a share of the training truths' standard deviation.
    """
    outputs = outputs_of(context.model, question.case.input.unsqueeze(0))
    if not context.data.labels:
        value = float(outputs[0, 0])
        return Goal(0, value=value, least=least * _size(value, context.data))
    own = int(outputs[0].argmax())
    if question.target in ("predicted", "none"):
        return Goal(own)
    asked = context.index_of(question.case, question.target)
    return Goal(own, towards=-1 if asked == own else asked)


def _size(value: float, data: Data) -> float:
    """What a share of the number is taken of."""
    if round(value, data.decimals):
        return abs(value)
    return float(data.train.truths.double().std(correction=0))


def told_output(model: nn.Module, context: Context, changed: Tensor) -> str:
    """What the model says of one input, as people read it."""
    output = outputs_of(model, changed.unsqueeze(0))[0]
    data = context.data
    if data.labels:
        return data.labels[int(torch.argmax(output))]
    return told_number(data, float(output[0]))
