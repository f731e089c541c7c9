"""Ordered lists of rules, as torch modules: the first rule that fits a row gives its output."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from ..data.base import Data, Field
from ..errors import BadParameters
from ..recipe.schema import Training
from .base import Architecture
from .tabular import require_fields
from .variations import only_fields

INFINITE = float("inf")


class Condition(NamedTuple):
    """A claim about one input: it is this level, or (level −1) it lies in [low, high]."""

    field: int
    level: int = -1
    low: float = -INFINITE
    high: float = INFINITE

    def told(self, fields: Sequence[Field]) -> str:
        """The claim as people read it: `Age ≤ 25 years`, `Sex is Male`."""
        field = fields[self.field]
        if self.level >= 0:
            return f"{field.name} is {field.levels[self.level]}"
        if self.low == -INFINITE:
            return f"{field.name} ≤ {field.told(self.high)}"
        if self.high == INFINITE:
            return f"{field.name} ≥ {field.told(self.low)}"
        return f"{field.name} from {field.told(self.low)} to {field.told(self.high)}"


class Rule(NamedTuple):
    """All `conditions` hold (none: every row left) → `value`: probabilities of the labels, or the number.

    `support` is how many training rows came to the rule and fitted it.
    """

    conditions: tuple[Condition, ...]
    value: tuple[float, ...]
    support: int


class RuleListModel(nn.Module):
    """An ordered list of rules: inputs (N, F) → (N, outputs). The last row has no condition: all others.

    Buffers, (rules + 1, conditions): `field` the number of the tested input, −1 for no condition; `level`
    the level that it must be, −1 for a range; `low`, `high` the range, both ends included. `value`
    (rules + 1, outputs): logarithms of probabilities, or the number. `support` (rules + 1,).
    """

    field: Tensor
    level: Tensor
    low: Tensor
    high: Tensor
    value: Tensor
    support: Tensor

    def __init__(self, rules: int, conditions: int, outputs: int) -> None:
        super().__init__()
        shape = (rules + 1, conditions)
        self.register_buffer("field", torch.full(shape, -1))
        self.register_buffer("level", torch.full(shape, -1))
        self.register_buffer("low", torch.full(shape, -INFINITE))
        self.register_buffer("high", torch.full(shape, INFINITE))
        self.register_buffer("value", torch.zeros(rules + 1, outputs))
        self.register_buffer("support", torch.zeros(rules + 1, dtype=torch.long))

    def forward(self, inputs: Tensor) -> Tensor:
        """Outputs (N, K) of the first rule that fits each row."""
        return self.value[self.first(inputs)]

    def first(self, inputs: Tensor) -> Tensor:
        """Number (N,) of the first rule that fits each row."""
        return self.fits(inputs).to(torch.uint8).argmax(dim=1)

    def fits(self, inputs: Tensor) -> Tensor:
        """(N, rules + 1) booleans: do all of the rule's conditions hold? Always for the last."""
        values = inputs[:, self.field.clamp_min(0)]
        in_range = (values >= self.low) & (values <= self.high)
        holds = torch.where(self.level < 0, in_range, values.round() == self.level)
        return (holds | (self.field < 0)).all(dim=2)

    def rules(self) -> list[Rule]:
        """The rules in their order; the last has no conditions."""
        is_number = self.value.shape[1] == 1
        values = self.value if is_number else self.value.exp()
        return [
            Rule(self._conditions(place), tuple(values[place].tolist()), int(self.support[place]))
            for place in range(len(self.value))
            if self.support[place] > 0 or place == len(self.value) - 1
        ]

    def take(self, rules: Sequence[Rule]) -> None:
        """Use these rules, of which the last has no conditions; rows that are not needed never fit."""
        empty = RuleListModel(len(self.value) - 1, self.field.shape[1], self.value.shape[1])
        for name, buffer in self.state_dict().items():
            buffer.copy_(empty.state_dict()[name])
        self.field[len(rules) - 1 : -1, 0], self.low[len(rules) - 1 : -1, 0] = 0, INFINITE
        for place, rule in zip([*range(len(rules) - 1), -1], rules, strict=True):
            for number, condition in enumerate(rule.conditions):
                self.field[place, number], self.level[place, number] = condition.field, condition.level
                self.low[place, number], self.high[place, number] = condition.low, condition.high
            value = torch.tensor(rule.value, dtype=torch.float64)
            self.value[place] = value if len(value) == 1 else value.log()
            self.support[place] = rule.support

    def _conditions(self, place: int) -> tuple[Condition, ...]:
        columns = (self.field, self.level, self.low, self.high)
        rows = zip(*(column[place].tolist() for column in columns), strict=True)
        return tuple(Condition(*row) for row in rows if row[0] >= 0)


@dataclass(frozen=True)
class RuleList(Architecture):
    """At most `rules` rules of at most `conditions` conditions each, then "otherwise".

    Grown from the top: each time the rule that best divides the rows left (log-likelihood of a label,
    squared error of a number, of the rows that fit and those that do not) until none gains more than
    `least_gain` for each training row. Numbers are cut at `cuts` quantiles. A rule has the
    (rows of the label + 1) / (rows + labels) of the rows that reach it and fit. With `features` (names
    of fields) only these are tested.

    Source: the model is the decision list of Rivest (1987), "Learning Decision Lists"; growing it rule
    by rule follows Clark and Niblett (1989), "The CN2 Induction Algorithm".
    """

    rules: int = 5
    conditions: int = 2
    cuts: int = 8
    smallest_rule: int = 50
    least_gain: float = 0.001
    features: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.conditions not in (1, 2):
            raise BadParameters(
                f"A rule has {self.conditions} conditions. Allowed: 1 or 2, so that it is read."
            )

    def build(self, data: Data) -> nn.Module:
        require_fields(data, "rule-list")
        return RuleListModel(self.rules, self.conditions, data.outputs)

    def steps(self, data: Data, training: Training) -> int:
        return 1

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        assert isinstance(net, RuleListModel)
        train = only_fields(data, self.features).train
        inputs, truths = train.inputs.double(), train.truths
        conditions = candidates(data.fields, inputs, self.cuts)
        tried, fits = _antecedents(conditions, inputs, self.conditions)
        targets = (
            truths.double()[:, None].numpy() if not data.labels else np.eye(data.outputs)[truths.numpy()]
        )
        net.take(self._grown(tried, fits, targets))
        yield 0.0

    def _grown(self, tried: list[tuple[Condition, ...]], fits: np.ndarray, targets: np.ndarray) -> list[Rule]:
        left = np.ones(len(targets), dtype=bool)
        rules: list[Rule] = []
        while len(rules) < self.rules:
            gains = _gains(fits[:, left], targets[left], self.smallest_rule)
            best = int(gains.argmax())
            if gains[best] <= self.least_gain * _unit(targets):
                break
            caught = left & fits[best]
            rules.append(Rule(tried[best], _value(targets[caught]), int(caught.sum())))
            left &= ~fits[best]
        return [*rules, Rule((), _value(targets[left]), int(left.sum()))]


def candidates(fields: Sequence[Field], inputs: Tensor, cuts: int) -> list[Condition]:
    """The conditions that are tried: each level, and each number at most, or at least, a quantile that occurs."""
    found = []
    for place, field in enumerate(fields):
        values = inputs[:, place].numpy()
        if values.min() == values.max():
            continue
        if field.kind == "category":
            found += [Condition(place, level) for level in range(len(field.levels))]
            continue
        shares = np.arange(1, cuts + 1) / (cuts + 1)
        for low in np.unique(np.quantile(values, shares, method="lower")):
            if (above := values[values > low]).size:
                found += [Condition(place, high=float(low)), Condition(place, low=float(above.min()))]
    return found


def _antecedents(
    conditions: Sequence[Condition], inputs: Tensor, most: int
) -> tuple[list[tuple[Condition, ...]], np.ndarray]:
    """Single conditions, and pairs about two fields; with (antecedents, N) booleans where they fit."""
    tried: list[tuple[Condition, ...]] = [(one,) for one in conditions]
    if most == 2:
        tried += [pair for pair in combinations(conditions, 2) if pair[0].field != pair[1].field]
    holds = {one: _holds(one, inputs.numpy()) for one in conditions}
    return tried, np.stack([np.logical_and.reduce([holds[one] for one in each]) for each in tried])


def _holds(condition: Condition, inputs: np.ndarray) -> np.ndarray:
    values = inputs[:, condition.field]
    if condition.level >= 0:
        return np.rint(values) == condition.level
    return (values >= condition.low) & (values <= condition.high)


def _gains(fits: np.ndarray, targets: np.ndarray, smallest: int) -> np.ndarray:
    """How much better each antecedent and its rest tell the targets than all rows together do."""
    inside = fits.astype(float) @ targets
    count = fits.sum(axis=1)
    square = fits.astype(float) @ (targets**2)
    whole, total, squares = targets.sum(axis=0), len(targets), (targets**2).sum(axis=0)
    parts = _fit(inside, count, square) + _fit(whole - inside, total - count, squares - square)
    gains = parts - _fit(whole[None], np.array([total]), squares[None])
    return np.where((count >= smallest) & (total - count >= smallest), gains, -np.inf)


def _fit(sums: np.ndarray, counts: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Log-likelihood of labels (targets in one-hot form), or minus the squared error of a number."""
    counts = np.maximum(counts, 1)
    if sums.shape[1] == 1:
        return sums[:, 0] ** 2 / counts - squares[:, 0]
    shares = sums / counts[:, None]
    return (sums * np.log(np.maximum(shares, 1e-300))).sum(axis=1)


def _unit(targets: np.ndarray) -> float:
    """What a gain is measured in: the rows, or the sum of squares around the mean."""
    spread = ((targets - targets.mean(axis=0)) ** 2).sum()
    return float(len(targets) if targets.shape[1] > 1 else spread)


def _value(targets: np.ndarray) -> tuple[float, ...]:
    if targets.shape[1] == 1:
        return (float(targets.mean()),)
    counts = targets.sum(axis=0)
    return tuple(((counts + 1) / (counts.sum() + len(counts))).tolist())
