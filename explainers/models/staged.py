"""Models whose input has no slope: an entry that gives it one, and the rest."""

from torch import Tensor, nn


class Staged(nn.Module):
    """A model in two stages: `entry` turns inputs into numbers that can change smoothly, `rest` does the work.

    Gradient methods work between the two: a text's tokens and a table's categories have no slope, what
    the entry makes of them has. `to_parts` adds up relevance there to one number for each part of the input.
    """

    def __init__(self, entry: nn.Module, rest: nn.Module) -> None:
        super().__init__()
        self.entry, self.rest = entry, rest

    def forward(self, inputs: Tensor) -> Tensor:
        """Outputs (N, K) for inputs (N, …)."""
        outputs: Tensor = self.rest(self.entry(inputs))
        return outputs

    def to_parts(self, relevance: Tensor) -> Tensor:
        """Relevance of the entry's outputs (N, …), added up to relevance of the inputs' parts.

        For an embedding (N, L, E) that is (N, L); an entry with a `to_parts` of its own knows better.
        """
        own = getattr(self.entry, "to_parts", None)
        summed: Tensor = own(relevance) if own is not None else relevance.sum(dim=-1)
        return summed
