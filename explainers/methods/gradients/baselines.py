"""What integrated gradients start from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from ...data.base import PADDING, UNKNOWN, Data
from ...errors import BadParameters
from ...models.looking import entered
from ..blurring import blurred

Baseline = Literal["natural", "black", "blur", "uniform", "expected", "mean", "empty"]
NATURAL: dict[str, Baseline] = {"image": "black", "table": "mean", "text": "empty"}
EMPTIED = 1e-6  # of a token's embedding: nothing of it, but still a place with a token
ENOUGH = 1000  # training texts for a mean embedding


@dataclass(frozen=True, eq=False)
class Start:
    """What a baseline is made for: one input (1, …), what the model's entry makes of it, and the data."""

    model: nn.Module
    inputs: Tensor
    points: Tensor
    data: Data | None
    draws: int
    seed: int
    blur: float

    def known(self, baseline: str) -> Data:
        """The data, which this baseline needs."""
        if self.data is None:
            raise BadParameters(
                f'integrated-gradients: baseline "{baseline}" needs the data. Allowed without: black, blur, empty.'
            )
        return self.data


def baselines(baseline: Baseline, start: Start) -> Tensor:
    """Where the paths start: (1 or draws, …), of the shape of what `entered` gives.

    Raises
    ------
    BadParameters : the kind of data has no such baseline, or it needs the data and there are none.
    """
    kind = start.data.kind if start.data else _kind_by_shape(start.inputs)
    chosen = NATURAL[kind] if baseline == "natural" else baseline
    make, kinds = MAKERS[chosen]
    if kind not in kinds:
        allowed = ", ".join(name for name, (_, some) in MAKERS.items() if kind in some)
        raise BadParameters(f'integrated-gradients: baseline "{chosen}" of a {kind}. Allowed: {allowed}.')
    return make(start)


def _kind_by_shape(inputs: Tensor) -> str:
    if inputs.ndim == 4:
        return "image"
    return "table" if inputs.is_floating_point() else "text"


def _black(start: Start) -> Tensor:
    return torch.zeros_like(start.points)


def _mean(start: Start) -> Tensor:
    data = start.known("mean")
    if data.kind != "text":
        return entered(start.model, data.train.inputs).mean(dim=0, keepdim=True)
    tokens = data.train.inputs[:ENOUGH]
    mean = entered(start.model, tokens)[tokens != PADDING].mean(dim=0)
    return torch.where((start.inputs != PADDING).unsqueeze(-1), mean, start.points)


def _empty(start: Start) -> Tensor:
    nothing = entered(start.model, torch.full_like(start.inputs, PADDING))
    return nothing + EMPTIED * (start.points - nothing)


def _blur(start: Start) -> Tensor:
    return blurred(start.inputs, start.blur * max(start.inputs.shape[2:]))


def _expected(start: Start) -> Tensor:
    train = start.known("expected").train.inputs
    rows = torch.randint(len(train), (start.draws,), generator=_generator(start.seed))
    return entered(start.model, train[rows])


def _uniform(start: Start) -> Tensor:
    generator = _generator(start.seed)
    shape = (start.draws, *start.inputs.shape[1:])
    if start.inputs.ndim == 4:
        return torch.rand(shape, generator=generator, dtype=torch.float64).to(start.inputs)
    data = start.known("uniform")
    if data.kind == "table":
        return entered(start.model, _rows_anywhere(data, start.draws, generator).to(start.inputs))
    words = len(data.vocabulary.tokens) if data.vocabulary else UNKNOWN + 1
    drawn = torch.randint(UNKNOWN, words, shape, generator=generator)
    return entered(start.model, torch.where(start.inputs != PADDING, drawn, start.inputs))


def _rows_anywhere(data: Data, count: int, generator: torch.Generator) -> Tensor:
    """Rows (count, F) whose numbers lie anywhere in their ranges, and whose categories are any level."""
    shares = torch.rand((count, len(data.fields)), generator=generator, dtype=torch.float64)
    columns = [
        (shares[:, place] * len(field.levels)).floor()
        if field.kind == "category"
        else field.low + shares[:, place] * (field.high - field.low)
        for place, field in enumerate(data.fields)
    ]
    return torch.stack(columns, dim=1)


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


MAKERS: dict[str, tuple[Callable[[Start], Tensor], tuple[str, ...]]] = {
    "black": (_black, ("image", "table", "text")),
    "blur": (_blur, ("image",)),
    "uniform": (_uniform, ("image", "table", "text")),
    "expected": (_expected, ("image", "table", "text")),
    "mean": (_mean, ("image", "table", "text")),
    "empty": (_empty, ("text",)),
}
