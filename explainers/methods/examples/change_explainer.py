"""What the explainers by a change have in common."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from ...base import EVERY_KIND, Context, Explainer, Question, Reveals, Shown
from ...data.base import Case
from ...errors import BadParameters
from ...rendering import parts
from ...rendering.base import Drawer
from ..wrapping import tell
from .goals import Goal, goal_of, told_output
from .image_path import ImageFinder
from .selection import with_access
from .table_changes import TableFinder
from .text_changes import TextFinder
from .trails import Finder, Stop


@dataclass(frozen=True)
class ChangeExplainer(Explainer):
    """Shows changed cases up to one that the model answers differently.

    Parameters: `tell` says whether captions tell the new output (`briefly`: and nothing else). For tables,
    `values` of each number are tried first, and `plausibility` is what a unit of distance to the training
    rows costs beside a unit of change. For texts, `places` words are looked at, each with `words`
    replacements that fit its neighbours and `near` that are alike. For pictures, `layer` is where the
    nearest training picture is sought (empty: in pixels). `least` is how much a number must change to
    count, as a share of it (of the training truths' standard deviation, where the number reads as 0).
    `budget` bounds how many inputs the model is asked for each number of changes.
    """

    tell: bool | Literal["briefly"] = False
    values: int = 16
    plausibility: float = 0.5
    places: int = 12
    words: int = 30
    near: int = 20
    layer: str = ""
    through: Literal["blends", "real"] = "blends"
    least: float = 0.1
    budget: int = 20_000

    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-agnostic",
        "form": "counterfactual",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    none_found: ClassVar[str] = "No small change was found that alters the model's answer."

    def __post_init__(self) -> None:
        least = {"values": self.values, "places": self.places, "budget": self.budget}
        for name, value in least.items():
            if value < 1:
                raise BadParameters(f"{self.name}: {name} is {value}. Allowed: 1 or more.")
        if min(self.words, self.near, self.plausibility, self.least) < 0:
            raise BadParameters(
                f"{self.name}: words, near, plausibility and least are below zero. Allowed: 0 or more."
            )
        tell(self, taxonomy=with_access(self.taxonomy, self.layer))

    @property
    def reveals_output(self) -> Reveals:  # type: ignore[override]
        return "yes" if self.tell else "partly"  # in which direction things change tells something

    def normalisation(self, drawer: Drawer) -> str:
        return "None: changed cases are drawn as items are; in rows and texts, but not in pictures, changes are marked."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        finder = self.finder(context)
        for question in questions:
            yield self.shown(self.trail(question, context, finder), question.case, context)

    @abstractmethod
    def trail(self, question: Question, context: Context, finder: Finder) -> tuple[Stop, ...]:
        """The stops that are shown for one question; none where none are found."""

    @abstractmethod
    def shown(self, stops: Sequence[Stop], case: Case, context: Context) -> tuple[Shown, ...]:
        """The parts of one explanation."""

    def goal(self, question: Question, context: Context) -> Goal:
        """What counts as another answer."""
        return goal_of(question, context, self.least)

    def finder(self, context: Context) -> Finder:
        """What finds changes in data of that kind."""
        if self.layer and context.data.kind != "image":
            raise BadParameters(
                f'{self.name}: layer is "{self.layer}", but of a {context.data.kind} none is looked at. Allowed: empty.'
            )
        if context.data.kind == "image":
            return ImageFinder(context, self.layer, self.through)
        if context.data.kind == "text":
            return TextFinder(context, self.places, self.words, self.near, self.budget)
        return TableFinder(context, self.values, self.plausibility, self.budget)

    def told_change(self, context: Context) -> str:
        """What is said of a changed case that counts."""
        if context.data.labels:
            return "the model's answer is another one"
        return f"the model's answer has changed by {100 * self.least:g} % or more"

    def drawn(self, part: str, stop: Stop, caption: str, before: Case, context: Context) -> Shown:
        """One changed case; in a row or a text what is changed is marked, a picture is drawn as it is."""
        if self.tell:
            said = told_output(context.model, context, stop.case.input)
            caption = f"Says {said}" if self.tell == "briefly" else f"{caption}: the model says {said}"
        return Shown(
            part=part,
            content=context.drawer.change(before, stop.case, context.data),
            caption=caption,
            alt=self._alt(context),
            source_item=stop.source_item,
            checks={"flipped": int(stop.flipped), **stop.checks},
        )

    def missing(self, part: str, caption: str, why: str, flipped: bool, context: Context) -> Shown:
        """A sentence in place of a changed case. `flipped`: was a change found at all?"""
        return Shown(
            part=part,
            content=parts.text(why),
            caption=caption,
            alt=self._alt(context),
            checks={"flipped": int(flipped), "changes": 0},
        )

    def _alt(self, context: Context) -> str:
        return f"{context.drawer.input_alt}, changed"
