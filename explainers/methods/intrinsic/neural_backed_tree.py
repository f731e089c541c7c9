"""The tree over a network's labels, and an input's way through it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor, nn

from ...base import EVERY_KIND, Context, Explainer, Question, Reveals, Shown
from ...data.base import Data
from ...errors import BadParameters
from ...models.looking import outputs_of
from ...models.neural_backed_tree import Hierarchy, NeuralBackedTree, backed, last_weights
from ...models.rows import evenly
from ...models.staged import Staged
from ...rendering import parts
from ...rendering.base import Drawer
from ..uncertainty.sureness import as_percent
from ..wrapping import tell
from .decision_tree import check_depth
from .plain import fidelity_told, listed

Node = dict[str, Any]
ROWS = 2000  # held-out cases on which fidelity is measured


@dataclass(frozen=True)
class NeuralBackedTrees(Explainer):
    """Which labels a network holds for alike: a tree of its labels, from the weights of its last layer.

    A model of the architecture neural-backed-tree is shown by its own tree; for any other network whose
    outputs are those of a last linear layer the tree is made here. How often the tree, step by step,
    gives the model's own answer on held-out cases is told below it, unless it always does because it is
    the model (hard inference). At most `depth` questions stand in a row. With `path`
    each question on the item's way tells how likely the tree finds a yes, and its end is marked, which
    reveals the output (as far as the tree gives the model's). Without, the tree is the same for every item
    and reveals nothing.
    Source: Wan, Dunlap, Ho, Yin, Lee, Petryk, Bargal and Gonzalez (2021), "NBDT: Neural-Backed Decision Tree".
    """

    depth: int = 5
    path: bool = True

    name: ClassVar[str] = "neural-backed-tree"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Wan, Dunlap, Ho, Yin, Lee, Petryk, Bargal and Gonzalez (2021), NBDT: Neural-Backed Decision Tree, ICLR"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "intrinsic",
        "scope": "local",
        "access": "model-specific",
        "form": "tree",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "yes"

    def __post_init__(self) -> None:
        check_depth(self.name, self.depth)
        if not self.path:
            tell(self, reveals_output="no", taxonomy=dict(self.taxonomy) | {"scope": "global"})

    @property
    def parts(self) -> tuple[str, ...]:
        return ("tree",)

    def normalisation(self, drawer: Drawer) -> str:
        return "Probabilities as the tree gives them, in whole percents."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        hierarchy, net = hierarchy_of(context.model, context.data)
        fidelity = fidelity_of(hierarchy, net, context)
        is_the_model = net is not context.model and fidelity == 1
        note = "" if is_the_model else fidelity_told("This tree", fidelity, 0.0, context.data)
        for question in questions:
            logits = outputs_of(net, question.case.input.unsqueeze(0)) if self.path else None
            root = drawn(hierarchy, context.data, self.depth, logits)
            yield (
                Shown(
                    part="tree",
                    content=parts.tree(root, note),
                    caption="How the model narrows it down",
                    alt="A tree of answers, from many to one",
                    checks={"fidelity": round(fidelity, 6)},
                ),
            )


def hierarchy_of(model: nn.Module, data: Data) -> tuple[Hierarchy, nn.Module]:
    """The tree over a model's labels, and what gives the logits: the network inside, or the model itself."""
    inside = model.rest if isinstance(model, Staged) else model
    if isinstance(inside, NeuralBackedTree):
        own = backed(model)
        return own.hierarchy, Staged(model.entry, own.net) if isinstance(model, Staged) else own.net
    weights = last_weights(model)
    if len(data.labels) < 2 or len(weights) != len(data.labels):
        raise BadParameters(
            f"neural-backed-tree needs a last linear layer with one output for each of {len(data.labels)} "
            f"labels; it has {len(weights)}. Allowed: networks that choose among labels."
        )
    made = Hierarchy(len(data.labels))
    made.take(weights)
    return made.to(weights.device), model


def fidelity_of(hierarchy: Hierarchy, net: nn.Module, context: Context) -> float:
    """How often the tree, taking the likelier branch each time, gives the model's answer to held-out cases."""
    inputs = context.data.test.inputs[evenly(len(context.data.test), ROWS)]
    own = outputs_of(context.model, inputs).argmax(dim=1)
    return float((hierarchy.hard(outputs_of(net, inputs)) == own).double().mean())


def drawn(hierarchy: Hierarchy, data: Data, depth: int, logits: Tensor | None = None) -> Node:
    """The tree as JSON, at most `depth` questions in a row; with logits (1, K) the way of that input is told."""
    first = hierarchy.steps(logits)[0].tolist() if logits is not None else None

    def node(number: int, left: int, is_here: bool) -> Node:
        branches = hierarchy.branches(number)
        if branches is None or left == 0:
            return _end(hierarchy.members(number), data, is_here)
        claim, goes_yes = _claim(hierarchy.members(branches[0]), data), False
        if first is not None and is_here:
            share = first[number - hierarchy.labels]
            claim, goes_yes = f"{claim} (here: {as_percent(share)} yes)", share >= 0.5
        yes, no = branches
        return {
            "if": claim,
            "yes": node(yes, left - 1, is_here and goes_yes),
            "no": node(no, left - 1, is_here and not goes_yes),
        }

    return node(hierarchy.root, depth, first is not None)


def _claim(labels: Sequence[int], data: Data) -> str:
    told = listed([data.labels[label] for label in sorted(labels)], "or")
    return f"It is {told}" if len(labels) == 1 else f"It is one of: {told}"


def _end(labels: Sequence[int], data: Data, is_here: bool) -> Node:
    told = listed([data.labels[label] for label in sorted(labels)], "or")
    then = told if len(labels) == 1 else f"{told} …"
    return {"then": then, "note": "this case ends here"} if is_here else {"then": then}
