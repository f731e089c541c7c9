"""A network for tables that weighs the fields before it answers."""

from dataclasses import dataclass

from torch import Tensor, nn

from ..data.base import Data, Field
from .encoder import Encoder
from .feature_attention import FeatureAttention
from .rescaled import Rescaled
from .staged import Staged
from .tabular import TableNetwork, require_fields


class AttentionNet(Staged):
    """`rest` is attention over the fields, a hidden layer with ReLU, and the outputs."""

    def __init__(self, fields: tuple[Field, ...], outputs: int, width: int, is_number: bool) -> None:
        entry, rest = Encoder(fields), nn.Sequential()
        rest.add_module("pool", FeatureAttention(entry, width))
        rest.add_module("dense", nn.Linear(width, width))
        rest.add_module("relu", nn.ReLU())
        rest.add_module("outputs", nn.Linear(width, outputs))
        if is_number:
            rest.add_module("unit", Rescaled())
        super().__init__(entry, rest)

    def attention(self, inputs: Tensor) -> Tensor:
        """(N, F) for inputs (N, F): how much each field's vector counts; each row adds up to 1."""
        return self.pool.attention(self.pool.vectors(self.entry(inputs)))

    @property
    def pool(self) -> FeatureAttention:
        """The part that weighs the fields."""
        pool = self.rest.get_submodule("pool")
        assert isinstance(pool, FeatureAttention)
        return pool


@dataclass(frozen=True)
class AttentionOverFeatures(TableNetwork):
    """A net that averages its fields' vectors by attention; `attention(inputs)` tells the shares.

    Inputs (N, F) in the fields' units; outputs (N, labels), logits, or (N, 1). The latent space is
    `rest.relu`. Attention says how much a field's vector counts in the average, not how the output
    would change (Jain and Wallace, 2019).

    Source: Bahdanau, Cho and Bengio (2015), "Neural Machine Translation by Jointly Learning to Align and
    Translate" (the scores), applied to a table's fields.
    """

    width: int = 16

    def build(self, data: Data) -> nn.Module:
        require_fields(data, "attention-over-features")
        return AttentionNet(data.fields, data.outputs, self.width, is_number=not data.labels)
