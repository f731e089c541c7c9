"""Decision trees for classes and for numbers, as torch modules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..data.base import Data, Split
from ..errors import BadParameters
from ..recipe.schema import Training
from .base import Architecture
from .encoder import columns_of
from .variations import only_fields

Columns = Sequence[tuple[int, int]]  # (number of the input, number of its level or −1 for a number)


class TreeModel(nn.Module):
    """A binary decision tree: inputs (N, …), flattened to (N, F) → (N, outputs).

    Buffers, one row for each node; node 0 is the root:

    `feature` : which input the node tests; −1 for a leaf
    `level` : −1 where the test is "input ≤ threshold", else the test is "input is this level"
    `threshold` : in the input's unit; 0 where a level is tested
    `left`, `right` : the node to go to where the test holds, and where it does not; 0 for a leaf
    `value` : (nodes, outputs) logarithms of probabilities, or the number; nodes between have them too
    `support` : how many training rows came by

    Rows at the end that no node leads to are padding (support 0).
    """

    feature: Tensor
    level: Tensor
    threshold: Tensor
    left: Tensor
    right: Tensor
    value: Tensor
    support: Tensor

    def __init__(self, nodes: int, outputs: int) -> None:
        super().__init__()
        for name in ("feature", "level", "left", "right", "support"):
            empty = -1 if name in ("feature", "level") else 0
            self.register_buffer(name, torch.full((nodes,), empty, dtype=torch.long))
        self.register_buffer("threshold", torch.zeros(nodes))
        self.register_buffer("value", torch.zeros(nodes, outputs))

    def forward(self, inputs: Tensor) -> Tensor:
        """Outputs (N, K) of the leaves that the rows end in."""
        return self.value[self.leaves(inputs)]

    def leaves(self, inputs: Tensor) -> Tensor:
        """Number (N,) of the leaf that each row ends in."""
        return self.paths(inputs)[:, -1]

    def paths(self, inputs: Tensor) -> Tensor:
        """The nodes (N, depth + 1) that each row comes by, from the root; its leaf is repeated to the end."""
        flat = inputs.flatten(1)
        paths = [torch.zeros(len(flat), dtype=torch.long, device=flat.device)]
        while bool((self.feature[paths[-1]] >= 0).any()):
            node = paths[-1]
            values = flat.gather(1, self.feature[node].clamp_min(0).unsqueeze(1)).squeeze(1)
            is_level = values.round() == self.level[node]
            holds = torch.where(self.level[node] < 0, values <= self.threshold[node], is_level)
            after = torch.where(holds, self.left[node], self.right[node])
            paths.append(torch.where(self.feature[node] < 0, node, after))
        return torch.stack(paths, dim=1)

    def depth(self, node: int = 0) -> int:
        """How many tests lie between this node and the farthest leaf below it."""
        if self.feature[node] < 0:
            return 0
        return 1 + max(self.depth(int(self.left[node])), self.depth(int(self.right[node])))

    def take(self, other: "TreeModel") -> None:
        """Become the other tree, which has as many nodes or fewer; the rest is padding."""
        empty = TreeModel(len(self.feature), self.value.shape[1]).state_dict()
        for name, buffer in self.state_dict().items():
            buffer.copy_(empty[name])
            buffer[: len(other.feature)] = other.state_dict()[name]


@dataclass(frozen=True)
class DecisionTree(Architecture):
    """A tree of at most `depth` tests in a row, grown greedily (Gini index; squared error for a number).

    Categories are tested level by level. With `features` (names of fields) only these are tested;
    `smallest_leaf` is the smallest number of training rows in a leaf. A leaf's probabilities are
    (rows of the label + 1) / (rows + labels), so that none is 0. Inputs without fields (pixels) are
    numbers, one each.

    Source: Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees; grown by
    scikit-learn.
    """

    depth: int = 4
    smallest_leaf: int = 20
    features: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.depth <= 12:
            raise BadParameters(f"A decision tree's depth is {self.depth}. Allowed: 1 to 12.")

    def build(self, data: Data) -> nn.Module:
        return TreeModel(2 ** (self.depth + 1) - 1, data.outputs)

    def steps(self, data: Data, training: Training) -> int:
        return 1

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        assert isinstance(net, TreeModel)
        train = only_fields(data, self.features).train
        columns = columns_of(data.fields) or [(place, -1) for place in range(train.inputs[0].numel())]
        found = grown(train, columns, data.outputs, self.depth, self.smallest_leaf, training.seed)
        net.take(found)
        with torch.no_grad():
            yield float((net(train.inputs).argmax(1) != train.truths).double().mean()) if data.labels else 0.0


def grown(
    split: Split, columns: Columns, outputs: int, depth: int | None, smallest_leaf: int = 1, seed: int = 0
) -> TreeModel:
    """A tree grown on a split by scikit-learn; its truths are numbers among the labels, or the number itself."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    is_number = split.truths.is_floating_point()
    kind = DecisionTreeRegressor if is_number else DecisionTreeClassifier
    tree = kind(max_depth=depth, min_samples_leaf=smallest_leaf, random_state=seed)
    tree.fit(as_columns(split.inputs.flatten(1).cpu().numpy(), columns), split.truths.cpu().numpy())
    return tree_from_sklearn(tree, columns, outputs)


def as_columns(inputs: np.ndarray, columns: Columns) -> np.ndarray:
    """Inputs (N, F) as (N, columns): numbers as they are, levels as 0 or 1."""
    return np.stack(
        [inputs[:, place] if level < 0 else np.rint(inputs[:, place]) == level for place, level in columns],
        axis=1,
    ).astype(np.float32)


def tree_from_sklearn(fitted: Any, columns: Columns | None = None, outputs: int | None = None) -> TreeModel:
    """A fitted `DecisionTreeClassifier` or `DecisionTreeRegressor` as a module.

    `columns` says what the columns are that it was fitted on (see `as_columns`); each is a number where
    nothing is said. `outputs` is the number of labels; classes the tree never met get one row's share.
    """
    tree = fitted.tree_
    columns = columns or [(place, -1) for place in range(tree.n_features)]
    classes = getattr(fitted, "classes_", None)
    outputs = outputs or (1 if classes is None else int(max(classes)) + 1)
    net = TreeModel(tree.node_count, outputs)
    for node in range(tree.node_count):
        net.support[node] = int(tree.n_node_samples[node])
        net.value[node] = _value(tree, node, classes, outputs)
        if tree.children_left[node] < 0:
            continue
        net.feature[node], net.level[node] = columns[tree.feature[node]]
        yes, no = tree.children_left[node], tree.children_right[node]
        if net.level[node] >= 0:  # its column is 0 or 1: at most a half means "is not this level"
            yes, no = no, yes
        else:
            net.threshold[node] = float(tree.threshold[node])
        net.left[node], net.right[node] = int(yes), int(no)
    return net


def _value(tree: Any, node: int, classes: np.ndarray | None, outputs: int) -> Tensor:
    if classes is None:
        return torch.from_numpy(tree.value[node, 0].copy())
    counts = np.zeros(outputs)
    counts[classes] = tree.value[node, 0] * tree.weighted_n_node_samples[node]
    return torch.from_numpy(np.log((counts + 1) / (counts.sum() + outputs)))
