"""The neighbours that vote in a nearest-neighbour model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ...base import EVERY_KIND, Context, Explainer, Question, Reveals, Shown
from ...errors import BadParameters
from ...models.looking import undisturbed
from ...models.nearest_neighbours import Neighbourhood
from ...rendering.base import Drawer
from .selection import example, nearest, told_number


@dataclass(frozen=True)
class NearestNeighbours(Explainer):
    """The `count` nearest neighbours of the item with what each votes for: how the model comes to its output.

    Serves models of the architecture `nearest-neighbours` only; for others, `nearest-examples`. The vote is
    the label that the model remembers, which is the example's truth unless its labels were drawn anew.
    Checks: the neighbour's `distance` in the model's space, and `votes_alike`, how many of all that vote
    vote as this one does.
    Source: Cover and Hart (1967), "Nearest neighbor pattern classification".
    """

    count: int = 5
    caption: str = "Votes for: {vote}"

    name: ClassVar[str] = "nearest-neighbours"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Cover and Hart (1967), Nearest neighbor pattern classification, IEEE Transactions on Information "
        "Theory 13 (1)"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "intrinsic",
        "scope": "local",
        "access": "model-specific",
        "form": "examples",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "yes"

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(f"neighbour-{number}" for number in range(1, self.count + 1))

    def normalisation(self, drawer: Drawer) -> str:
        return "None: examples are drawn as items are."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        model = self._voting(context)
        codes = model.code(context.data.train.inputs)
        for question in questions:
            with undisturbed(model):
                places, distances = model.neighbours(question.case.input.unsqueeze(0))
            votes = model.truths[places[0]]
            alike = (votes.unsqueeze(0) == votes.unsqueeze(1)).sum(dim=1).tolist()
            rows = [int(nearest(codes, model.codes[place], 1)[0]) for place in places[0][: self.count]]
            told = [self._told(context, vote) for vote in votes.tolist()]
            found = zip(self.parts, rows, told, distances[0].tolist(), alike, strict=False)
            yield tuple(
                example(context, part, row, caption, {"distance": distance, "votes_alike": same})
                for part, row, caption, distance, same in found
            )

    def _voting(self, context: Context) -> Neighbourhood:
        if not isinstance(context.model, Neighbourhood):
            raise BadParameters(
                f"nearest-neighbours explains models of the architecture nearest-neighbours only; this one is a "
                f"{type(context.model).__name__}. Allowed for others: nearest-examples."
            )
        if context.model.count < self.count:
            raise BadParameters(
                f"nearest-neighbours: count is {self.count}, but only {context.model.count} neighbours vote."
            )
        return context.model

    def _told(self, context: Context, vote: float) -> str:
        data = context.data
        told = data.labels[int(vote)] if data.labels else told_number(data, vote)
        return self.caption.replace("{vote}", told)
