"""A small tree that answers as the model does, as well as it can."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ...base import EVERY_KIND, Context, Explainer, Question, Reveals, Shown
from ...data.base import Data, Split
from ...errors import BadParameters
from ...models.decision_tree import grown
from ...models.looking import outputs_of
from ...models.rows import evenly
from ...rendering.base import Drawer
from ..intrinsic.decision_tree import check_depth
from ..intrinsic.drawn_trees import ReadableTree, drawn, size_of, stimulus
from ..intrinsic.plain import fidelity_told
from .readable_features import Pictures, columns, readable_entry


@dataclass(frozen=True, eq=False)
class Surrogate:
    """A tree fitted to a model's answers, and how well it follows them on held-out cases.

    `fidelity` is the share of equal labels, or the share of variance of the model's numbers that the tree
    accounts for (R², below 0 where a constant would do better); `floor` is that of the best constant.
    """

    tree: ReadableTree
    fidelity: float
    floor: float

    @property
    def checks(self) -> dict[str, float]:
        """The numbers that travel with each stimulus."""
        measured = {"fidelity": round(self.fidelity, 6), "fidelity_floor": round(self.floor, 6)}
        return measured | size_of(self.tree.tree)


@dataclass(frozen=True)
class SurrogateTree(Explainer):
    """A small tree of questions, fitted to the model's own answers to the training cases.

    It has at most `depth` questions in a row and is fitted to the answers for at most `rows` training
    cases, on what people can name: a table's fields; which of the `words` commonest words a text has; a
    picture's brightness in nine regions, or (`pictures: hand`) hand-made features. Its fidelity, measured
    on as many held-out cases, is told below it and travels with it, beside that of the best constant
    answer (`fidelity_floor`). It describes the model roughly: item by item it may be wrong.
    Source: Craven and Shavlik (1996), "Extracting Tree-Structured Representations of Trained Networks".
    """

    depth: int = 3
    smallest_leaf: int = 20
    rows: int = 2000
    words: int = 1000
    pictures: Pictures = "regions"

    name: ClassVar[str] = "surrogate-tree"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Craven and Shavlik (1996), Extracting Tree-Structured Representations of Trained Networks, NeurIPS 8"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "global",
        "access": "model-agnostic",
        "form": "tree",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "partly"

    def __post_init__(self) -> None:
        check_depth(self.name, self.depth)
        for what, number in (
            ("smallest_leaf", self.smallest_leaf),
            ("rows", self.rows),
            ("words", self.words),
        ):
            if number < 1:
                raise BadParameters(f"{self.name}: {what} is {number}. Allowed: 1 or more.")

    @property
    def parts(self) -> tuple[str, ...]:
        return ("tree",)

    def normalisation(self, drawer: Drawer) -> str:
        return "None: the tree's own questions; shares are those of the training cases, of 100."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        found = self.fitted(context)
        told = fidelity_told("This simple tree", found.fidelity, found.floor, context.data)
        of_what = "Of 100: to how many of a hundred such past cases the model says so."
        note = f"{told} {of_what}" if context.data.labels else told
        shown = Shown(
            part="tree",
            content=stimulus(drawn(found.tree, context.data, self.depth), note),
            caption="How the model decides, roughly",
            alt="A tree of questions that roughly tells how the model decides",
            checks=found.checks,
        )
        for _ in questions:
            yield (shown,)

    def fitted(self, context: Context) -> Surrogate:
        """The tree for the context's model."""
        data, entry = context.data, readable_entry(context.data, self.pictures, self.words)
        few = data.train.rows(evenly(len(data.train), self.rows))
        answers = answers_of(outputs_of(context.model, few.inputs), data)
        features = entry(few.inputs) if entry is not None else few.inputs
        tree = grown(
            Split(features.double(), answers),
            columns(data, entry),
            data.outputs,
            self.depth,
            self.smallest_leaf,
        )
        tree = tree.double().to(features.device)
        readable = ReadableTree(tree, entry.fields if entry is not None else data.fields, entry)
        return measured(readable, context, self.rows)


def measured(tree: ReadableTree, context: Context, rows: int) -> Surrogate:
    """The tree with its fidelity to the context's model on at most `rows` held-out cases."""
    data = context.data
    inputs = data.test.inputs[evenly(len(data.test), rows)]
    own = answers_of(outputs_of(context.model, inputs), data)
    with torch.no_grad():
        given = answers_of(tree.outputs(inputs), data)
    return Surrogate(tree, agreement(given, own), _floor(own, data))


def answers_of(outputs: Tensor, data: Data) -> Tensor:
    """Answers (N,): numbers of labels, or the number itself."""
    return outputs.argmax(dim=1) if data.labels else outputs[:, 0].double()


def agreement(given: Tensor, own: Tensor) -> float:
    """Share of equal labels (N,); of numbers the share of their variance that is accounted for (R²)."""
    if not own.is_floating_point():
        return float((given == own).double().mean())
    gaps, spread = (given - own).square().sum(), (own - own.mean()).square().sum()
    return float(1 - gaps / spread) if spread > 0 else float(gaps == 0)


def _floor(own: Tensor, data: Data) -> float:
    return float(torch.bincount(own).max() / len(own)) if data.labels else 0.0
