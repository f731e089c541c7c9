"""What the networks for tables have in common: an encoder, learnt in the same way."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import nn

from ..data.base import Data
from ..errors import BadParameters
from ..recipe.schema import Training
from .base import Architecture
from .encoder import Encoder
from .feature_attention import FeatureAttention
from .rescaled import Rescaled
from .staged import Staged
from .variations import only_fields


@dataclass(frozen=True)
class TableNetwork(Architecture):
    """A network behind an `Encoder`. With `features` (names of fields) it sees only these."""

    features: tuple[str, ...] = ()

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        """Fit the encoder, and the last step's unit, on the training rows; then train as any network."""
        assert isinstance(net, Staged)
        if training.noise:
            raise BadParameters("training.noise has no meaning for a table's categories. Allowed: 0.")
        data = only_fields(data, self.features)
        fit_entry(net, data)
        yield from super().fit(net, data, training)


def fit_entry(net: Staged, data: Data) -> None:
    """Let what needs only means and spreads take them from the training rows."""
    assert isinstance(net.entry, Encoder)
    net.entry.fit(data.train.inputs)
    for module in net.rest.modules():
        if isinstance(module, Rescaled):
            module.fit(data.train.truths)
        elif isinstance(module, FeatureAttention):
            module.see(net.entry.seen)


def require_fields(data: Data, architecture: str) -> None:
    """Refuse data that are no table."""
    if not data.fields:
        raise BadParameters(f'Architecture "{architecture}" needs a table; the data are {data.kind}s.')
