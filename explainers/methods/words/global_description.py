"""A model described in a few sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ...base import Context, Question, Reveals, Shown
from ...data.base import Data, Field
from ...models.decision_tree import TreeModel
from ...rendering import parts
from ...rendering.base import Drawer
from ..intrinsic.drawn_trees import ReadableTree, values_of
from ..intrinsic.plain import at_most, conclusion, fidelity_told, is_level, listed, more_than, of_hundred
from ..surrogates.surrogate_tree import SurrogateTree


@dataclass(frozen=True)
class GlobalDescription(SurrogateTree):
    """What the model does in general, in plain sentences: those of a surrogate tree, with its fidelity.

    Each end of the tree is a sentence, the commonest first; a branch whose ends all give one label is
    told as one. How many cases each covers is counted in training cases. The parameters are those of `surrogate-tree`.
    Source: Craven and Shavlik (1996), "Extracting Tree-Structured Representations of Trained Networks";
    the sentences are ours.
    """

    depth: int = 2

    name: ClassVar[str] = "global-description"
    taxonomy: ClassVar[Mapping[str, str]] = dict(SurrogateTree.taxonomy) | {"form": "text"}
    reveals_output: ClassVar[Reveals] = "partly"

    @property
    def parts(self) -> tuple[str, ...]:
        return ("description",)

    def normalisation(self, drawer: Drawer) -> str:
        return "None: counts are those of the training cases, of 100."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        found = self.fitted(context)
        sentences = sentences_of(found.tree, context.data)
        note = fidelity_told("This description", found.fidelity, found.floor, context.data)
        shown = Shown(
            part="description",
            content=parts.text(
                "\n\n".join(["In general, the model decides roughly like this.", *sentences, note])
            ),
            caption="What the model does in general",
            alt="A description of what the model does in general",
            checks=found.checks,
        )
        for _ in questions:
            yield (shown,)


Claims = Mapping[tuple[int, str], str]  # by field, and which side of a number or which level


@dataclass(frozen=True)
class End:
    """A node at which an answer is given, the claims that lead there, and its share of training cases."""

    number: int
    claims: Claims
    share: float


def sentences_of(tree: ReadableTree, data: Data) -> list[str]:
    """One sentence for each end of the tree, the commonest first."""
    ends = sorted(_ends(tree, data, 0, {}), key=lambda end: (-end.share, end.number))
    return [_sentence(end, tree, data) for end in ends]


def _ends(tree: ReadableTree, data: Data, number: int, claims: Claims) -> Iterator[End]:
    model = tree.tree
    if model.feature[number] < 0 or (data.labels and len(_answers(model, number, data)) == 1):
        yield End(number, claims, int(model.support[number]) / int(model.support[0]))
        return
    feature, level = int(model.feature[number]), int(model.level[number])
    yes, no = both_claims(tree, number)
    sides = ("≤", ">") if level < 0 else (f"={level}", f"≠{level}")
    for claim, side, below in zip((yes, no), sides, (model.left[number], model.right[number]), strict=True):
        yield from _ends(
            tree, data, int(below), {**claims, (feature, side): claim}
        )  # the tighter bound stays


def both_claims(tree: ReadableTree, number: int) -> tuple[str, str]:
    """What holds to the left of a node, and what to its right."""
    model = tree.tree
    field, level = tree.fields[int(model.feature[number])], int(model.level[number])
    if level < 0:
        threshold = float(model.threshold[number])
        return at_most(field, threshold), more_than(field, threshold)
    if len(field.levels) == 2:
        return is_level(field, level), is_level(field, 1 - level)
    return is_level(field, level), f"{field.name} is not {field.levels[level]}"


def _answers(model: TreeModel, number: int, data: Data) -> set[str]:
    if model.feature[number] < 0:
        return {conclusion(values_of(model, number, data), data)}
    left, right = int(model.left[number]), int(model.right[number])
    return _answers(model, left, data) | _answers(model, right, data)


def _sentence(end: End, tree: ReadableTree, data: Data) -> str:
    values = values_of(tree.tree, end.number, data)
    answer = conclusion(values, data)
    told = f"it mostly says “{answer}”" if data.labels else f"it says about {answer}"
    if not end.claims:
        return f"Whatever the case, {told}."
    conditions = listed(_joined(end.claims, tree.fields))
    return f"When {conditions}, {told}. ({of_hundred(end.share)} cases are like this.)"


def _joined(claims: Claims, fields: Sequence[Field]) -> list[str]:
    """The claims, two bounds of one number in one: `Rooms is more than 5 and at most 12`."""
    told = []
    for (feature, side), claim in claims.items():
        below = claims.get((feature, "≤"))
        if side == ">" and below is not None:
            told.append(f"{claim} and {below.removeprefix(f'{fields[feature].name} is ')}")
        elif side != "≤" or (feature, ">") not in claims:
            told.append(claim)
    return told
