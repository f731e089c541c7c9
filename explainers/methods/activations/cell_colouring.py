"""Colouring a text by what one cell of a recurrent network holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ...base import Context, Explainer, Question, Reveals, Shown
from ...data.base import Case
from ...draws import shuffled
from ...errors import BadParameters
from ...models.looking import layer_called, undisturbed
from ...rendering import parts
from ...rendering.base import Drawer


@dataclass(frozen=True)
class CellColouring(Explainer):
    """Each token of a text in the colour of what one unit holds after reading it, from −1 to +1.

    For an item that is a unit of a network: `windows` held-out texts, drawn from the seed, the same for
    every unit. With a number for `unit`, for an item that is a text: that unit over the text. What a unit
    holds is given by the model's own `cells(inputs)`, (N, L, units): tanh(c) of an LSTM, the hidden state of
    the others. Colours are the values themselves, not stretched, so that units can be compared.
    Source: Karpathy, Johnson and Fei-Fei (2015), "Visualizing and Understanding Recurrent Networks".
    """

    windows: int = 4
    unit: int | None = None
    low: str = "−1"
    high: str = "+1"
    caption: str = "What the cell holds after each character"

    name: ClassVar[str] = "cell-colouring"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Karpathy, Johnson and Fei-Fei (2015), Visualizing and Understanding Recurrent Networks, ICLR Workshop"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "global",
        "access": "model-specific",
        "form": "activations",
    }
    data_kinds: ClassVar[tuple[str, ...]] = ("text",)
    reveals_output: ClassVar[Reveals] = "no"
    is_random: ClassVar[bool] = True  # which texts are shown

    def __post_init__(self) -> None:
        if self.windows < 1 or (self.unit is not None and self.unit < 0):
            given = f"windows {self.windows}, unit {self.unit}"
            raise BadParameters(f"cell-colouring: {given}. Allowed: windows from 1, a unit's number from 0.")

    @property
    def item_kinds(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("unit",) if self.unit is None else ("instance", "pair")

    @property
    def parts(self) -> tuple[str, ...]:
        if self.unit is not None:
            return ("tokens",)
        return tuple(f"window-{number}" for number in range(1, self.windows + 1))

    def normalisation(self, drawer: Drawer) -> str:
        return "None: colours are what the cell holds, from −1 to +1, on one scale for all texts and cells."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        if self.unit is not None:
            yield from self._over_items(questions, context)
            return
        cases = self.shown_cases(context)
        held = held_by(context.model, torch.stack([case.input for case in cases]))
        for question in questions:
            number = _number(question.case, context, held.shape[2])
            rows = zip(self.parts, cases, held[:, :, number], strict=True)
            yield tuple(self._shown(part, case, values, context, context.seed) for part, case, values in rows)

    def shown_cases(self, context: Context) -> list[Case]:
        """The held-out texts that every unit is shown over."""
        test = context.data.test
        rows = shuffled(range(len(test)), context.seed, "windows")[: self.windows]
        if len(rows) < self.windows:
            raise BadParameters(f"cell-colouring: {self.windows} windows, but {len(test)} held-out texts.")
        return [context.data.case(test, row) for row in rows]

    def _over_items(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        for question in questions:
            held = held_by(context.model, question.case.input.unsqueeze(0))
            values = held[0, :, within(self.unit or 0, held.shape[2])]
            yield (self._shown("tokens", question.case, values, context, None),)

    def _shown(self, part: str, case: Case, values: Tensor, context: Context, seed: int | None) -> Shown:
        vocabulary = context.data.vocabulary
        content = parts.tokens(
            case.words,
            values[: len(case.words)].tolist(),
            scale=(self.low, self.high),
            joined_by=vocabulary.joined_by if vocabulary else " ",
        )
        return Shown(part, content, self.caption, context.drawer.relevance_alt, seed=seed)


def held_by(model: torch.nn.Module, inputs: Tensor) -> Tensor:
    """What each unit holds after each token: (N, L, units), in [−1, 1]."""
    cells = getattr(model, "cells", None)
    if not callable(cells):
        raise BadParameters(
            "cell-colouring needs a model with a method cells(inputs) that gives (N, L, units) in [−1, 1]; "
            f"{type(model).__name__} has none. Allowed here: char-rnn, or your own."
        )
    with undisturbed(model), torch.no_grad():
        held: Tensor = cells(inputs)
    return held


def within(number: int, units: int) -> int:
    """The number, if there is such a unit."""
    if not 0 <= number < units:
        raise BadParameters(f"cell-colouring: there is no unit {number}. Allowed: 0 to {units - 1}.")
    return number


def _number(case: Case, context: Context, units: int) -> int:
    """Number of the unit that the case is, among those that `cells` tells of."""
    layer, number = case.unit or ("", -1)
    layer_called(context.model, layer)
    told = getattr(context.model, "cell_layer", layer)
    if layer != told:
        raise BadParameters(f'cell-colouring: item "{case.item}" is of layer "{layer}". Allowed: "{told}".')
    return within(number, units)
