"""The weights of linear models, read off them, as rows that people can be told."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ...data.base import Data
from ...errors import BadParameters
from ...models.linear import LinearModel, Term
from ...models.looking import entered, outputs_from, undisturbed
from ...rendering import parts

CLOSE = 1e-4  # of the outputs' size: a model farther than this from its tangent is not linear
ROWS = 16  # training rows on which that is tried
NOT_LINEAR = (
    "linear-weights needs a linear model; {}. Allowed: the architectures linear, logistic, bag-of-words."
)
BEGIN, TOGETHER, OTHERS = "To begin with", "Together", "All other words"


class Line(NamedTuple):
    """A row: what it is about, the item's value where there is one, what it adds, and the size of its bar."""

    about: str
    adds: float
    here: str = ""
    bar: float | None = None


def slope(model: nn.Module, points: Tensor, index: int) -> Tensor:
    """How much output `index` (of labels: minus the mean of all) grows with each of the points (N, …); their shape."""
    with undisturbed(model), torch.enable_grad():
        watched = points.detach().clone().requires_grad_()
        outputs = centred(outputs_from(model, watched), index).sum()
        if not outputs.requires_grad:
            raise BadParameters(NOT_LINEAR.format("this model has no gradients"))
        return torch.autograd.grad(outputs, watched)[0]


def centred(outputs: Tensor, index: int) -> Tensor:
    """Output `index` of (…, K) minus the mean of all; of a single number, the number."""
    return outputs[..., index] - (outputs.mean(dim=-1) if outputs.shape[-1] > 1 else 0)


def require_linear(model: nn.Module, data: Data) -> None:
    """Refuse a model whose outputs are not those of its tangent on training rows."""
    points = entered(model, data.train.inputs[:ROWS])
    for index in range(data.outputs):
        weights = slope(model, points[:1], index)
        with undisturbed(model), torch.no_grad():
            outputs = centred(outputs_from(model, points), index)
        expected = outputs[0] + ((points - points[:1]) * weights).flatten(1).sum(dim=1)
        if float((outputs - expected).abs().max()) > CLOSE * max(1.0, float(outputs.abs().max())):
            raise BadParameters(NOT_LINEAR.format("this one bends"))


def of_fields(model: nn.Module, data: Data, index: int) -> list[Line]:
    """What each field adds for each unit more, or for a level instead of the first."""
    model = _table_model(model)
    spread = data.train.inputs.double().std(dim=0, correction=0).tolist()
    lines = [Line(BEGIN, float(centred(model.intercept, index)))]
    for term in model.terms(data.fields):
        weight = float(centred(torch.tensor(term.weights), index))
        reach = 1.0 if term.level else spread[data.fields.index(term.field)]
        lines.append(Line(_about(term), weight, bar=weight * reach))
    return lines


def of_row(model: nn.Module, data: Data, index: int, row: Tensor) -> list[Line]:
    """What each field of a row (F,) adds, and all of them together."""
    model = _table_model(model)
    weights = [(term, float(centred(torch.tensor(term.weights), index))) for term in model.terms(data.fields)]
    lines = [Line(BEGIN, float(centred(model.intercept, index)))]
    for field, value in zip(data.fields, row.tolist(), strict=True):
        own = [(term, weight) for term, weight in weights if term.field is field]
        if own:
            adds = sum(weight * _measure(term, value) for term, weight in own)
            lines.append(Line(field.name, adds, field.told(value), adds))
    return [*lines, Line(TOGETHER, sum(line.adds for line in lines))]


def of_words(model: nn.Module, data: Data, index: int, count: int) -> list[Line]:
    """The words of the vocabulary with the largest weights, the highest weight first."""
    tokens = data.vocabulary.tokens if data.vocabulary else ()
    weights = word_weights(
        model, torch.arange(2, len(tokens), device=data.train.inputs.device), index
    ).tolist()  # 0 and 1 are no words
    lines = [Line(f"“{token}”", one, bar=one) for token, one in zip(tokens[2:], weights, strict=True)]
    largest = sorted(lines, key=lambda line: -abs(line.adds))[:count]
    return sorted(largest, key=lambda line: -line.adds)


def of_text(
    model: nn.Module, data: Data, index: int, numbers: Tensor, words: Sequence[str], count: int
) -> list[Line]:
    """What each word of a text adds, wherever it stands, the weightiest first; the rest; all together."""
    sums: dict[str, float] = {}
    for word, weight in zip(words, word_weights(model, numbers[: len(words)], index).tolist(), strict=True):
        sums[word] = sums.get(word, 0.0) + weight
    ordered = sorted(sums.items(), key=lambda pair: -abs(pair[1]))
    empty = torch.zeros_like(entered(model, numbers[None]))
    with undisturbed(model), torch.no_grad():
        begin = Line(BEGIN, float(centred(outputs_from(model, empty), index)[0]))
    lines = [begin, *(Line(f"“{word}”", adds, bar=adds) for word, adds in ordered[:count])]
    if rest := ordered[count:]:
        lines.append(Line(OTHERS, sum(adds for _, adds in rest)))
    return [*lines, Line(TOGETHER, sum(line.adds for line in lines))]


def word_weights(model: nn.Module, numbers: Tensor, index: int) -> Tensor:
    """What one token of each number (N,) adds to the output, wherever it stands: (N,)."""
    if not len(numbers):
        return torch.zeros(0, device=numbers.device)
    vectors = entered(model, numbers[:, None])  # (N, 1, E)
    slopes = slope(model, vectors[:1].expand(1, 2, -1), index)[0]
    if vectors.ndim != 3 or not torch.allclose(slopes[0], slopes[1]):
        raise BadParameters(
            "linear-weights: in this model a word does not count the same wherever it stands. "
            "Allowed: the architecture bag-of-words, or one that is as simple."
        )
    return vectors[:, 0] @ slopes[0]


def table(lines: Sequence[Line], data: Data, headings: Sequence[str]) -> bytes:
    """The rows as a stimulus; three headings where the item's values are shown."""
    largest = max((abs(line.bar) for line in lines if line.bar is not None), default=0.0) or 1.0
    unit, digits = ("points", 2) if data.labels else (data.unit, 3)
    rows = [
        [line.about, *[line.here] * (len(headings) - 2), f"{amount(line.adds, digits)} {unit}".strip()]
        for line in lines
    ]
    bars = [None if line.bar is None else line.bar / largest for line in lines]
    return parts.table(
        headings,
        rows,
        emphasis=[[*[None] * (len(headings) - 1), bar] for bar in bars],
        scale=("against", "for") if data.labels else ("less", "more"),
    )


def amount(number: float, digits: int = 3) -> str:
    """A number with its sign and at least so many significant digits: `+0.0123`, `−4,321`."""
    if not number:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(number))))
    return f"{number:+,.{decimals}f}".replace("-", "−")


def _table_model(model: nn.Module) -> LinearModel:
    if not isinstance(model, LinearModel):
        raise BadParameters(
            f"linear-weights of a table does not know the weights of a {type(model).__name__}. "
            "Allowed: the architectures linear and logistic."
        )
    return model


def _about(term: Term) -> str:
    if term.level:
        return f"{term.field.name}: {term.level} instead of {term.field.levels[0]}"
    return f"{term.field.name}, in {term.field.unit}" if term.field.unit else term.field.name


def _measure(term: Term, value: float) -> float:
    """How many times a term's weight counts for a value."""
    return float(term.field.levels[round(value)] == term.level) if term.level else value
