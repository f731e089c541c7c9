"""A decision tree, drawn."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ...base import Context, Explainer, Question, Reveals, Shown
from ...data.base import Data
from ...errors import BadParameters
from ...rendering.base import Drawer
from ..wrapping import tell
from .drawn_trees import drawn, readable, size_of, stimulus


@dataclass(frozen=True)
class DecisionTree(Explainer):
    """The model itself, where it is a decision tree, as questions with yes and no.

    At most `depth` questions stand in a row, so that the tree fits a phone; where it goes on, that is
    said. With `path` each question on the item's way tells the item's value and the end is marked,
    which reveals the output; without, people can work it out by walking the tree themselves. Pictures
    need a model whose entry measures features with names.
    Source: Breiman, Friedman, Olshen and Stone (1984), "Classification and Regression Trees".
    """

    depth: int = 4
    path: bool = False

    name: ClassVar[str] = "decision-tree"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees, Wadsworth"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "intrinsic",
        "scope": "global",
        "access": "model-specific",
        "form": "tree",
    }
    data_kinds: ClassVar[tuple[str, ...]] = ("image", "table")
    reveals_output: ClassVar[Reveals] = "partly"

    def __post_init__(self) -> None:
        check_depth(self.name, self.depth)
        if self.path:
            tell(self, reveals_output="yes", taxonomy=dict(self.taxonomy) | {"scope": "local"})

    @property
    def parts(self) -> tuple[str, ...]:
        return ("tree",)

    def normalisation(self, drawer: Drawer) -> str:
        return "None: the tree's own questions; shares are those of the training cases, of 100."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        tree = readable(context.model, context.data, self.name)
        note = note_below(tree.tree.depth() > self.depth, context.data)
        for question in questions:
            root = drawn(tree, context.data, self.depth, question.case.input if self.path else None)
            yield (
                Shown(
                    part="tree",
                    content=stimulus(root, note),
                    caption="How the model decides",
                    alt="A tree of questions by which the model decides",
                    checks=size_of(tree.tree),
                ),
            )


def note_below(is_cut: bool, data: Data) -> str:
    """What the numbers and the dots in a tree mean."""
    told = ["Of 100: how many of a hundred such past cases were so."] if data.labels else []
    return " ".join([*told, "Where you see “…”, the tree goes on."] if is_cut else told)


def check_depth(who: str, depth: int) -> None:
    """Refuse trees that nobody can read."""
    if not 1 <= depth <= 10:
        raise BadParameters(f"{who}: depth is {depth}. Allowed: 1 to 10 questions in a row.")
