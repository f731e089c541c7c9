"""What every explainer promises, and what it is given."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn

from .data.base import Data
from .rendering.base import Drawer

Reveals = Literal["yes", "partly", "no"]


@dataclass(frozen=True)
class Prediction:
    """One model's output for one item: the label, its number among the labels, all probabilities."""

    label: str
    index: int
    probabilities: tuple[float, ...]

    @property
    def runner_up(self) -> int:
        """Number of the label with the second highest probability."""
        others = (n for n in range(len(self.probabilities)) if n != self.index)
        return max(others, key=lambda n: (self.probabilities[n], -n))


@dataclass(frozen=True, eq=False)
class Case:
    """One item as an explainer sees it."""

    item: str
    input: Tensor  # without a batch axis, e.g. (C, H, W)
    truth: str
    strata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Context:
    """What stands around a question: one model, its outputs for all items, the data, the drawing.

    `seed` is the explainer's own. An explanation may depend on all that stands here, but not on
    which questions are asked together: a run that was interrupted asks only those that are left.
    """

    model: nn.Module
    data: Data
    cases: tuple[Case, ...]
    predictions: Mapping[str, Prediction]  # by item
    drawer: Drawer
    seed: int = 0

    def index_of(self, case: Case, target: str) -> int:
        """Number of the label that `target` (as in `stimuli.csv`) means for the case; -1 for `none`."""
        if target == "none":
            return -1
        if target == "truth":
            return self.data.labels.index(case.truth)
        if target.startswith("class:"):
            return self.data.labels.index(target.removeprefix("class:"))
        prediction = self.predictions[case.item]
        return prediction.index if target == "predicted" else prediction.runner_up


@dataclass(frozen=True, eq=False)
class Question:
    """What an explainer is asked: why this output (or that label) for this item?"""

    case: Case
    target: str = "predicted"
    seed: int = 0  # for explainers that draw at random


@dataclass(frozen=True)
class Shown:
    """One part of an explanation, ready to be shown, with where it comes from."""

    part: str
    content: bytes
    caption: str
    alt: str
    source_item: str = ""
    seed: int | None = None
    checks: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Explainer(ABC):
    """A method that explains a model's outputs. Its dataclass fields are its parameters.

    Adding one: a file with a subclass that writes `explain` (or, for relevance maps, `attribute` of
    `MapExplainer`), and a line in `registry.py`. The model is given back as it was found: no
    gradient, hook or mode is left behind on it.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    source: ClassVar[str]  # the paper
    taxonomy: ClassVar[Mapping[str, str]]  # stage, scope, access, form
    data_kinds: ClassVar[tuple[str, ...]]
    reveals_output: ClassVar[Reveals]
    is_random: ClassVar[bool] = False  # is the seed used?

    @property
    @abstractmethod
    def parts(self) -> tuple[str, ...]:
        """Names of the parts that one explanation has."""

    @abstractmethod
    def normalisation(self, drawer: Drawer) -> str:
        """How numbers become what is seen, in one sentence."""

    @abstractmethod
    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        """Answer the questions in their order, each with all its parts.

        What is costly and common to all goes before the loop; each question is computed on its own,
        so that its answer is the same whichever others are asked.
        """

    @property
    def parameters(self) -> dict[str, Any]:
        """The settings, as the manifest tells them."""
        return asdict(self)


@dataclass(frozen=True)
class MapExplainer(Explainer):
    """An explainer that gives each part of an input a relevance, drawn over the input.

    All maps are drawn by the bundle's one drawer, so that colours, opacity and normalisation are
    equal across explainers, and with one caption, because only the map may differ.
    """

    caption: ClassVar[str] = "What mattered most"

    @property
    def parts(self) -> tuple[str, ...]:
        return ("map",)

    def normalisation(self, drawer: Drawer) -> str:
        return drawer.normalisation

    @abstractmethod
    def attribute(self, model: nn.Module, inputs: Tensor, target: Tensor) -> Tensor:
        """Relevance of each input value for a label.

        Parameters
        ----------
        inputs : (N, C, H, W), in the model's own units.
        target : (N,), whole numbers: which of the model's outputs is explained.

        Returns
        -------
        (N, C, H, W), not below zero, in units of the model's output per unit of input unless the
        explainer says otherwise. Only its proportions within one input are shown.
        """

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        for question in questions:
            relevance = self.relevance_of(question.case, question.target, context)
            yield (self.drawn(question.case, relevance, context),)

    def relevance_of(self, case: Case, target: str, context: Context) -> Tensor:
        """Relevance of one case's input, in the input's shape."""
        index = torch.tensor([context.index_of(case, target)])
        return self.attribute(context.model, case.input.unsqueeze(0), index).squeeze(0)

    def drawn(self, case: Case, relevance: Tensor, context: Context) -> Shown:
        """The map over the case's input."""
        content = context.drawer.relevance(case.input, relevance)
        return Shown(part="map", content=content, caption=self.caption, alt=context.drawer.relevance_alt)
