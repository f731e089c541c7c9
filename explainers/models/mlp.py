"""A network with hidden layers, for tables."""

from dataclasses import dataclass

from torch import nn

from ..data.base import Data
from .encoder import Encoder
from .rescaled import Rescaled
from .staged import Staged
from .tabular import TableNetwork, require_fields


@dataclass(frozen=True)
class TableMlp(TableNetwork):
    """`hidden` layers with ReLU, then the labels or the number.

    Inputs (N, F) in the fields' units; outputs (N, labels), logits, or (N, 1). The latent space is the
    last ReLU: `rest.relu2` with two hidden layers.
    """

    hidden: tuple[int, ...] = (32, 16)

    def build(self, data: Data) -> nn.Module:
        require_fields(data, "mlp")
        entry, rest = Encoder(data.fields), nn.Sequential()
        width = len(entry)
        for number, wide in enumerate(self.hidden, start=1):
            rest.add_module(f"dense{number}", nn.Linear(width, wide))
            rest.add_module(f"relu{number}", nn.ReLU())
            width = wide
        rest.add_module("outputs", nn.Linear(width, data.outputs))
        if not data.labels:
            rest.add_module("unit", Rescaled())
        return Staged(entry, rest)
