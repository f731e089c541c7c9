"""A decision tree over features of a picture that a person can read off and execute by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

from ..data.base import Data, Field, Split
from ..errors import BadParameters
from ..recipe.schema import Training
from .base import Architecture
from .decision_tree import TreeModel, grown
from .hand_features import PictureFeatures, picture_entry
from .looking import outputs_of
from .staged import Staged

TIES = 0.25  # of a feature's smallest step: a told value that equals the told threshold is "at most" it


class PictureTree(Staged):
    """`entry` measures the features of pictures, `rest` is a `TreeModel` over them."""

    entry: PictureFeatures
    rest: TreeModel


@dataclass(frozen=True)
class PictureTreeArchitecture(Architecture):
    """A tree of at most `depth` tests over five features with names (`hand`) or over single `pixels`.

    Thresholds are told with the features' own decimals, and hold as they are told: a width of 14 pixels
    is "at most 14". Grown by scikit-learn on the training pictures' features.
    Source: Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees.
    """

    features: Literal["hand", "pixels"] = "hand"
    depth: int = 4
    smallest_leaf: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.depth <= 12:
            raise BadParameters(f"A picture tree's depth is {self.depth}. Allowed: 1 to 12.")

    def build(self, data: Data) -> nn.Module:
        if data.kind != "image":
            raise BadParameters(f"A picture tree needs pictures; the data are of kind {data.kind}.")
        entry = picture_entry(self.features, tuple(data.test.inputs.shape[1:]))
        return PictureTree(entry, TreeModel(2 ** (self.depth + 1) - 1, data.outputs))

    def steps(self, data: Data, training: Training) -> int:
        return 1

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        assert isinstance(net, PictureTree)
        split = Split(outputs_of(net.entry, data.train.inputs), data.train.truths)
        columns = [(place, -1) for place in range(split.inputs.shape[1])]
        tree = grown(split, columns, data.outputs, self.depth, self.smallest_leaf, training.seed)
        hold_as_told(tree, net.entry.fields)
        net.rest.take(tree)
        yield float((net.rest(split.inputs).argmax(1) != split.truths).double().mean())


def hold_as_told(tree: TreeModel, fields: tuple[Field, ...]) -> None:
    """Move each threshold just above the highest value that may be told and is at most it."""
    for node in (tree.feature >= 0).nonzero().flatten().tolist():
        step = 10.0 ** -fields[int(tree.feature[node])].decimals
        told = torch.floor(tree.threshold[node].double() / step + 1e-3)
        tree.threshold[node] = (told + TIES) * step
