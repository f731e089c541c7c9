"""Decision trees as JSON trees that fit a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ...data.base import Data, Field
from ...errors import BadParameters
from ...models.decision_tree import TreeModel
from ...models.staged import Staged
from ...rendering import parts
from .plain import at_most, conclusion, how_often, is_level

Node = dict[str, Any]


@dataclass(frozen=True, eq=False)
class ReadableTree:
    """A tree with the fields that it tests, and how inputs become them (nothing where they are)."""

    tree: TreeModel
    fields: Sequence[Field]
    entry: nn.Module | None = None

    def features(self, inputs: Tensor) -> Tensor:
        """Inputs (N, …) as the values (N, F) that the tree tests."""
        with torch.no_grad():
            return self.entry(inputs) if self.entry is not None else inputs

    def outputs(self, inputs: Tensor) -> Tensor:
        """The tree's outputs (N, K)."""
        return self.tree(self.features(inputs))


def readable(model: nn.Module, data: Data, who: str) -> ReadableTree:
    """The model as a tree whose tests can be told.

    Raises
    ------
    BadParameters : the model is no decision tree, or its inputs have no names.
    """
    entry, tree = (model.entry, model.rest) if isinstance(model, Staged) else (None, model)
    if not isinstance(tree, TreeModel):
        raise BadParameters(
            f"{who} explains decision trees; this model is a {type(model).__name__}. "
            "Allowed: the architectures decision-tree and picture-tree; for others, surrogate-tree."
        )
    fields = getattr(entry, "fields", data.fields)
    if not isinstance(fields, Sequence) or not fields:
        raise BadParameters(f"{who}: the tree tests inputs that have no names. Allowed: fields of a table.")
    return ReadableTree(tree, fields, entry)


def drawn(readable: ReadableTree, data: Data, depth: int, case: Tensor | None = None) -> Node:
    """The tree as a JSON tree of at most `depth` questions in a row; what lies below is told as missing.

    Leaves that all give one label are drawn as one. With a `case` (an input without batch axis) each
    question that it comes by tells the case's value, and its leaf is marked.
    """
    if case is None:
        return _Drawing(readable, data).node(0, depth)
    values = readable.features(case.unsqueeze(0))
    path = frozenset(readable.tree.paths(values)[0].tolist())
    return _Drawing(readable, data, path, values[0].flatten().tolist()).node(0, depth)


@dataclass(frozen=True, eq=False)
class _Drawing:
    readable: ReadableTree
    data: Data
    path: frozenset[int] = frozenset()
    values: Sequence[float] = ()

    def node(self, number: int, left: int) -> Node:
        tree = self.readable.tree
        if left == 0 or _one_answer(tree, number, self.data):
            return self.leaf(number)
        return {
            "if": self.claim(number),
            "yes": self.node(int(tree.left[number]), left - 1),
            "no": self.node(int(tree.right[number]), left - 1),
        }

    def claim(self, number: int) -> str:
        told = told_test(self.readable, number)
        if number not in self.path:
            return told
        feature = int(self.readable.tree.feature[number])
        return f"{told} (here: {self.readable.fields[feature].told(self.values[feature])})"

    def leaf(self, number: int) -> Node:
        values = values_of(self.readable.tree, number, self.data)
        told, note = conclusion(values, self.data), how_often(values, self.data)
        if not _one_answer(self.readable.tree, number, self.data):
            told = f"{'mostly' if self.data.labels else 'about'} {told} …"
            note = _more(self.readable.tree.depth(number))
        notes = [note, "this case ends here" if number in self.path else ""]
        note = "; ".join(filter(None, notes))
        return {"then": told, "note": note} if note else {"then": told}


def told_test(readable: ReadableTree, number: int) -> str:
    """What a node tests, as a claim: the left branch is where it holds."""
    tree = readable.tree
    field, level = readable.fields[int(tree.feature[number])], int(tree.level[number])
    claim = is_level(field, level) if level >= 0 else at_most(field, float(tree.threshold[number]))
    return claim[:1].upper() + claim[1:]


def values_of(tree: TreeModel, number: int, data: Data) -> list[float]:
    """Probabilities of the labels at a node, or its number."""
    values = tree.value[number]
    return (values.exp() if data.labels else values).tolist()


def size_of(tree: TreeModel) -> dict[str, float]:
    """How many questions in a row, and how many ends, the whole tree has."""
    return {"depth": tree.depth(), "leaves": int(((tree.feature < 0) & (tree.support > 0)).sum())}


def stimulus(root: Node, note: str) -> bytes:
    """The JSON tree with a note below."""
    return parts.tree(root, note)


def _one_answer(tree: TreeModel, number: int, data: Data) -> bool:
    """Is this a leaf, or do all leaves below give one label?"""
    if tree.feature[number] < 0:
        return True
    return bool(data.labels) and len(_labels(tree, number)) == 1


def _labels(tree: TreeModel, number: int) -> set[int]:
    if tree.feature[number] < 0:
        return {int(tree.value[number].argmax())}
    return _labels(tree, int(tree.left[number])) | _labels(tree, int(tree.right[number]))


def _more(questions: int) -> str:
    return "1 more question follows" if questions == 1 else f"up to {questions} more questions follow"
