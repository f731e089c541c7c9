"""Support vector machines as torch modules."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..data.base import Data
from ..errors import BadParameters
from ..recipe.schema import Training
from .base import Architecture
from .looking import outputs_of
from .picture_descriptors import PictureDescriptors

SCALES = torch.logspace(-1, 1.5, 60, dtype=torch.float64)  # tried for turning margins into logits
NEVER = -1000.0  # margin of a label that the training data lack


class SupportVectors(nn.Module):
    """Linear machines, one for each label against the others: (N, D) → logits (N, labels).

    A logit is the machine's margin times `scale`, chosen so that softmax tells probabilities which
    training rows that the machine had not seen bear out.
    """

    weight: Tensor
    bias: Tensor
    scale: Tensor

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.zeros(outputs, inputs))
        self.register_buffer("bias", torch.zeros(outputs))
        self.register_buffer("scale", torch.ones(()))

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits (N, labels)."""
        return self.scale * (inputs @ self.weight.T + self.bias)

    def take(self, fitted: Any) -> None:
        """Become a fitted `sklearn.svm.LinearSVC`; labels it never met are never said."""
        weight, bias = torch.from_numpy(fitted.coef_), torch.from_numpy(fitted.intercept_)
        if len(weight) == 1:  # two labels have one machine between them
            weight, bias = torch.cat([-weight, weight]), torch.cat([-bias, bias])
        self.weight.zero_()
        self.bias.fill_(NEVER)
        self.weight[fitted.classes_] = weight.to(self.weight)
        self.bias[fitted.classes_] = bias.to(self.bias)


@dataclass(frozen=True)
class BareHands(Architecture):
    """Engineered descriptors of a picture (`PictureDescriptors`) and a linear support vector machine on them.

    `penalty` weighs training errors against a wide margin. Trained by scikit-learn (LIBLINEAR); the
    last fifth of the training pictures sets the scale of the logits before all are learnt from.
    Source: Cortes and Vapnik (1995), Support-Vector Networks; Fan et al. (2008), LIBLINEAR.
    """

    penalty: float = 0.003

    def build(self, data: Data) -> nn.Module:
        if data.kind != "image":
            raise BadParameters(f"The bare-hands model needs pictures; the data are of kind {data.kind}.")
        _, height, width = data.test.inputs.shape[1:]
        net, entry = nn.Sequential(), PictureDescriptors((height, width))
        net.add_module("descriptors", entry)
        net.add_module("labels", SupportVectors(len(entry), data.outputs))
        return net

    def steps(self, data: Data, training: Training) -> int:
        return 2

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        entry, machine = net.get_submodule("descriptors"), net.get_submodule("labels")
        assert isinstance(entry, PictureDescriptors)
        assert isinstance(machine, SupportVectors)
        entry.fit(data.train.inputs)
        found, truths = outputs_of(entry, data.train.inputs), data.train.truths
        kept = len(truths) * 4 // 5
        machine.take(self._fitted(found[:kept].numpy(), truths[:kept].numpy(), training.seed))
        machine.scale.fill_(best_scale(machine(found[kept:]), truths[kept:]))
        yield _share_wrong(machine, found, truths)
        machine.take(self._fitted(found.numpy(), truths.numpy(), training.seed))
        yield _share_wrong(machine, found, truths)

    def _fitted(self, found: np.ndarray, truths: np.ndarray, seed: int) -> Any:
        from sklearn.svm import LinearSVC

        return LinearSVC(C=self.penalty, dual=False, tol=1e-3, random_state=seed).fit(found, truths)


def best_scale(margins: Tensor, truths: Tensor) -> float:
    """Which multiple of margins (N, labels), as logits, has the least cross-entropy with the truths."""
    losses = [functional.cross_entropy(scale * margins.double(), truths) for scale in SCALES]
    return float(SCALES[int(torch.stack(losses).argmin())])


def _share_wrong(machine: SupportVectors, found: Tensor, truths: Tensor) -> float:
    return float((machine(found).argmax(1) != truths).double().mean())
