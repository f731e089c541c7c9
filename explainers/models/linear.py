"""Linear models for tables: least squares for a number, logistic regression for classes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ..data.base import Data, Field
from ..errors import BadParameters
from ..recipe.schema import Training
from .base import Architecture
from .encoder import Encoder
from .staged import Staged
from .tabular import require_fields
from .variations import only_fields


@dataclass(frozen=True)
class Term:
    """One weight: of a number, for each unit more; of a category's level, against its first level.

    `weights` has one entry for each output: in the number's unit, or in log-odds (natural logarithm).
    """

    field: Field
    level: str  # empty for a number
    weights: tuple[float, ...]


class LinearModel(Staged):
    """outputs = intercept + Σ weight × value; `entry` is an `Encoder` with reference levels, `rest` is linear."""

    def __init__(self, fields: Sequence[Field], outputs: int) -> None:
        entry = Encoder(fields, reference=True)
        super().__init__(entry, nn.Linear(len(entry), outputs))

    @property
    def weights(self) -> Tensor:
        """(outputs, columns) in the fields' own units; columns as `entry.field` and `entry.level` tell."""
        return self._linear.weight.detach() * self._encoder.gain

    @property
    def intercept(self) -> Tensor:
        """(outputs,): the outputs where every number is 0 and every category at its first level."""
        return self._linear.bias.detach() - self.weights @ self._encoder.centre

    def terms(self, fields: Sequence[Field]) -> list[Term]:
        """The weights of all that the model sees, in the fields' order, as people can be told them."""
        found = []
        for column, (place, level) in enumerate(zip(*self._places, strict=True)):
            if self._encoder.gain[column] != 0:
                told = fields[place].levels[level] if level >= 0 else ""
                found.append(Term(fields[place], told, tuple(self.weights[:, column].tolist())))
        return found

    def take(self, weights: Tensor, intercept: Tensor) -> None:
        """Use these weights (outputs, columns) and this intercept (outputs,), both in the fields' own units."""
        gain = self._encoder.gain.double()
        inside = torch.where(gain != 0, weights / gain, torch.zeros_like(weights))
        with torch.no_grad():
            self._linear.weight.copy_(inside)
            self._linear.bias.copy_(intercept + weights @ self._encoder.centre.double())

    @property
    def _encoder(self) -> Encoder:
        assert isinstance(self.entry, Encoder)
        return self.entry

    @property
    def _linear(self) -> nn.Linear:
        assert isinstance(self.rest, nn.Linear)
        return self.rest

    @property
    def _places(self) -> tuple[list[int], list[int]]:
        return self._encoder.field.tolist(), self._encoder.level.tolist()


@dataclass(frozen=True)
class LeastSquares(Architecture):
    """A number as the weighted sum of the fields, by least squares (the shortest weights where many fit).

    With `features` (names of fields) only these have weights. With `digits` the weights are rounded to so
    many significant digits, in the fields' own units, so that what people are told is the model itself;
    the intercept is then moved so that the mean of the training rows stays, and rounded as well.
    """

    features: tuple[str, ...] = ()
    digits: int | None = None

    def build(self, data: Data) -> nn.Module:
        require_fields(data, "linear")
        if data.labels:
            raise BadParameters('Architecture "linear" gives a number; for labels use "logistic".')
        return LinearModel(data.fields, 1)

    def steps(self, data: Data, training: Training) -> int:
        return 1

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        assert isinstance(net, LinearModel)
        train = only_fields(data, self.features).train
        net._encoder.fit(train.inputs)
        columns, truths = _columns(net, train.inputs), train.truths.double().numpy()
        design = np.column_stack([columns, np.ones(len(columns))])
        found = np.linalg.lstsq(design, truths, rcond=None)[0]
        _standardised(net, found[None, :-1], found[-1:])
        if self.digits is not None:
            _round(net, train.inputs, truths, self.digits)
        yield float(((net(train.inputs).detach().double().squeeze(1).numpy() - truths) ** 2).mean())


@dataclass(frozen=True)
class LogisticRegression(Architecture):
    """The log-odds of the labels as weighted sums of the fields, with a quadratic penalty on the weights.

    `strength` is the inverse of the penalty. With two labels their logits are minus and plus half the
    log-odds. With `features` (names of fields) only these have weights. Fitted by scikit-learn (L-BFGS).
    """

    features: tuple[str, ...] = ()
    strength: float = 1.0

    def build(self, data: Data) -> nn.Module:
        require_fields(data, "logistic")
        if not data.labels:
            raise BadParameters('Architecture "logistic" gives labels; for a number use "linear".')
        return LinearModel(data.fields, len(data.labels))

    def steps(self, data: Data, training: Training) -> int:
        return 1

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        from sklearn.linear_model import LogisticRegression as Fitter

        assert isinstance(net, LinearModel)
        train = only_fields(data, self.features).train
        net._encoder.fit(train.inputs)
        fitter = Fitter(C=self.strength, max_iter=1000, tol=1e-8)
        fitter.fit(_columns(net, train.inputs), train.truths.numpy())
        weights, intercept = fitter.coef_, fitter.intercept_
        if len(weights) == 1:
            weights, intercept = np.stack([-weights[0], weights[0]]) / 2, np.array([-1, 1]) * intercept / 2
        if len(weights) != len(data.labels):
            raise BadParameters("Logistic regression needs each label in the training rows.")
        _standardised(net, weights, intercept)
        with torch.no_grad():
            yield float(nn.functional.cross_entropy(net(train.inputs), train.truths))


def _columns(net: LinearModel, inputs: Tensor) -> np.ndarray:
    return net.entry(inputs).double().numpy()


def _standardised(net: LinearModel, weights: np.ndarray, intercept: np.ndarray) -> None:
    with torch.no_grad():
        net._linear.weight.copy_(torch.from_numpy(weights))
        net._linear.bias.copy_(torch.from_numpy(intercept))


def _round(net: LinearModel, inputs: Tensor, truths: np.ndarray, digits: int) -> None:
    weights = torch.tensor([[rounded(one, digits) for one in net.weights[0].tolist()]], dtype=torch.float64)
    without = net._encoder.raw(inputs).double() @ weights[0]
    intercept = rounded(float(truths.mean() - without.mean()), digits)
    net.take(weights, torch.tensor([intercept], dtype=torch.float64))


def rounded(number: float, digits: int) -> float:
    """The number with so many significant digits."""
    return round(number, digits - 1 - math.floor(math.log10(abs(number)))) if number else 0.0
