"""What every explainer promises, and what it is given."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn

from .data.base import Case, Data
from .errors import BadParameters
from .rendering.base import Drawer

Reveals = Literal["yes", "partly", "no"]
EVERY_KIND = ("image", "table", "text")


@dataclass(frozen=True)
class Prediction:
    """One model's output for one item: the label, its number among the labels, all probabilities.

    For a model that gives a number: the number as text, 0, no probabilities, and the number itself.
    """

    label: str
    index: int
    probabilities: tuple[float, ...] = ()
    value: float | None = None

    @property
    def runner_up(self) -> int:
        """Number of the label with the second highest probability; 0 for a model that gives a number."""
        others = (n for n in range(len(self.probabilities)) if n != self.index)
        return max(others, key=lambda n: (self.probabilities[n], -n), default=0)


@dataclass(frozen=True, eq=False)
class Context:
    """What stands around a question: one model, its outputs for all items, the data, the drawing.

    `seed` is the explainer's own. An explanation may depend on all that stands here, but not on
    which questions are asked together: a run that was interrupted asks only those that are left.
    `others` are the bundle's other models, for explainers that compare or pool models.
    """

    model: nn.Module
    data: Data
    cases: tuple[Case, ...]
    predictions: Mapping[str, Prediction]  # by item
    drawer: Drawer
    seed: int = 0
    model_name: str = ""
    others: Mapping[str, nn.Module] = field(default_factory=dict)

    def index_of(self, case: Case, target: str) -> int:
        """Number of the output that `target` (as in `stimuli.csv`) means for the case.

        A model that gives a number has one output, number 0, whatever the target.

        Raises
        ------
        BadParameters : `none`, or anything else that means no output of this model for this case.
        """
        if target in ("predicted", "runner-up") and self.data.labels:
            prediction = self.predictions[case.item]
            return prediction.index if target == "predicted" else prediction.runner_up
        label = case.truth if target == "truth" else target.removeprefix("class:")
        if target == "none" or (self.data.labels and label not in self.data.labels):
            known = ", ".join(
                ["predicted", "runner-up", "truth", *(f"class:{one}" for one in self.data.labels)]
            )
            told = f' whose truth is "{case.truth}"' if target == "truth" else ""
            raise BadParameters(
                f'Item "{case.item}"{told} has no output for target "{target}". Allowed here: {known}.'
            )
        return self.data.labels.index(label) if self.data.labels else 0


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

    Adding one: a file with a subclass that writes `explain` (or, for relevance of an input's parts,
    `attribute` or `relevance_of` of `MapExplainer`), and a line in `registry.py`. The model is given
    back as it was found: no gradient, hook or mode is left behind on it.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    source: ClassVar[str]  # the paper
    taxonomy: ClassVar[Mapping[str, str]]  # stage, scope, access, form
    data_kinds: ClassVar[tuple[str, ...]]
    reveals_output: ClassVar[Reveals]
    item_kinds: ClassVar[tuple[str, ...]] = ("instance", "pair")
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

    Parts are an image's values, a table's fields, a text's tokens. All maps are drawn by the bundle's
    one drawer, so that colours, opacity and normalisation are equal across explainers, and with one
    caption, because only the map may differ.

    A method that needs nothing but the model writes `attribute`; one that draws at random or needs the
    data writes `relevance_of`.
    """

    caption: ClassVar[str] = "What mattered most"

    @property
    def parts(self) -> tuple[str, ...]:
        return ("map",)

    def normalisation(self, drawer: Drawer) -> str:
        return drawer.normalisation

    def attribute(self, model: nn.Module, inputs: Tensor, target: Tensor) -> Tensor:
        """Relevance of each input value for an output.

        Parameters
        ----------
        inputs : (N, …), in the model's own units.
        target : (N,), whole numbers: which of the model's outputs is explained.

        Returns
        -------
        (N, …), of the inputs' shape, in units of the model's output (or per unit of input where the
        explainer says so). Above zero speaks for the target, below zero against it; a method without
        signs gives nothing below zero. Only the proportions within one input are shown.

        Raises
        ------
        BadParameters : this method needs the data or a seed too.
        """
        raise BadParameters(
            f"{self.name}: a model, inputs and a target are not enough, it needs the data or a seed. "
            "Allowed: relevance_of, or explainers.calling.explain."
        )

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        for question in questions:
            yield (self.drawn(question.case, self.relevance_of(question, context), context),)

    def relevance_of(self, question: Question, context: Context) -> Tensor:
        """Relevance of one case's input, in the input's shape."""
        index = torch.tensor(
            [context.index_of(question.case, question.target)], device=question.case.input.device
        )
        return self.attribute(context.model, question.case.input.unsqueeze(0), index).squeeze(0)

    def drawn(self, case: Case, relevance: Tensor, context: Context) -> Shown:
        """The map over the case's input."""
        content = context.drawer.relevance(case, relevance, context.data)
        return Shown(part="map", content=content, caption=self.caption, alt=context.drawer.relevance_alt)
