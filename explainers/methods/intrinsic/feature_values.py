"""The values that a model's tests ask for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn

from ...base import Context, Explainer, Question, Reveals, Shown
from ...data.base import Case, Data, Field
from ...errors import BadParameters
from ...models.decision_tree import TreeModel
from ...models.staged import Staged
from ...rendering import parts
from ...rendering.base import Drawer
from ...rendering.png import png
from .numbered_picture import numbered


@dataclass(frozen=True)
class FeatureValues(Explainer):
    """The item's value of every feature that the model looks at, as the model reads it.

    With them a person can execute a decision tree by hand. Of a tree only the features that it tests
    anywhere are told, in their natural order, so that the table tells nothing of the item's way. With
    `numbered` a picture is also drawn large with its rows and columns numbered: for models that test
    single pixels.
    Source: executing a shown model by hand as a measure of its simulatability: Lipton (2018), "The
    Mythos of Model Interpretability"; Slack, Friedler, Scheidegger and Dutta Roy (2019), "Assessing the
    Local Interpretability of Machine Learning Models".
    """

    numbered: bool = False

    name: ClassVar[str] = "feature-values"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Lipton (2018), The Mythos of Model Interpretability, Queue 16 (3); Slack, Friedler, Scheidegger and "
        "Dutta Roy (2019), Assessing the Local Interpretability of Machine Learning Models, arXiv:1902.03501"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "intrinsic",
        "scope": "local",
        "access": "model-specific",
        "form": "feature values",
    }
    data_kinds: ClassVar[tuple[str, ...]] = ("image", "table")
    reveals_output: ClassVar[Reveals] = "no"

    @property
    def parts(self) -> tuple[str, ...]:
        return ("features", "numbered") if self.numbered else ("features",)

    def normalisation(self, drawer: Drawer) -> str:
        return "None: values in their own units, rounded as the model rounds them."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        measured = measured_by(context.model, context.data)
        asked = asked_by(context.model, len(measured.fields))
        for question in questions:
            table = Shown(
                part="features",
                content=_table(measured, asked, question.case),
                caption="What the model measures",
                alt="A table of the values that the model measures",
                checks={"features": len(asked)},
            )
            yield (table, _numbered(question.case, context.data)) if self.numbered else (table,)


@dataclass(frozen=True, eq=False)
class Measured:
    """What the model reads off an input: fields, and what turns an input into their values (nothing: they are)."""

    fields: Sequence[Field]
    entry: nn.Module | None = None

    def values(self, case: Case) -> list[float]:
        """The case's value of each field."""
        if self.entry is None:
            return case.input.tolist()
        with torch.no_grad():
            return self.entry(case.input.unsqueeze(0)).flatten().tolist()


def measured_by(model: nn.Module, data: Data) -> Measured:
    """The fields of a table, or what the first stage of a model measures of a picture.

    Raises
    ------
    BadParameters : what it measures has no names.
    """
    if data.fields:
        return Measured(data.fields)
    entry = model.entry if isinstance(model, Staged) else None
    fields = getattr(entry, "fields", None)
    if not isinstance(fields, Sequence) or not fields:
        raise BadParameters(
            "feature-values: this model measures nothing that has a name. Allowed: a table, or a Staged "
            "model whose entry has `fields`, such as a picture-tree."
        )
    return Measured(fields, entry)


def asked_by(model: nn.Module, count: int) -> list[int]:
    """Numbers of the features that the model looks at: those that a tree tests, else all."""
    tree = model.rest if isinstance(model, Staged) else model
    if not isinstance(tree, TreeModel):
        return list(range(count))
    tested = tree.feature[tree.support > 0]
    return sorted(set(tested[tested >= 0].tolist()))


def _table(measured: Measured, asked: Sequence[int], case: Case) -> bytes:
    fields, values = measured.fields, measured.values(case)
    rows = [[fields[number].name, fields[number].told(values[number])] for number in asked]
    return parts.table(["Feature", "Value"], rows)


def _numbered(case: Case, data: Data) -> Shown:
    if data.kind != "image":
        raise BadParameters(
            f"feature-values: numbered is for pictures; the data are of kind {data.kind}. Allowed: numbered: false."
        )
    pixels = (case.input.double().mean(dim=0).clamp(0, 1) * 255).round().byte().cpu().numpy()
    return Shown(
        part="numbered",
        content=png(numbered(pixels)),
        caption="The picture with its rows and columns numbered",
        alt="The same picture, enlarged, its rows and columns numbered from 1",
    )
