"""The two held-out examples between which people choose: one that a unit responds to, and one that it does not."""

from typing import NamedTuple

from torch import Tensor

from ...draws import small_seed
from .units import strongest

SIDES = ("query-a", "query-b")


class Shares(NamedTuple):
    """From which shares of the held-out examples the two are drawn."""

    strong: float
    weak: float

    def pools(self, found: Tensor) -> tuple[list[int], list[int]]:
        """Rows of the strongest and of the weakest responses (N,)."""
        count = len(found)
        strong, weak = (max(1, round(share * count)) for share in self)
        return strongest(found, strong), strongest(-found, weak)

    def are_apart(self, found: Tensor) -> bool:
        """Is every response of the strong share above every one of the weak share?"""
        strong, weak = self.pools(found)
        return bool(found[strong].min() > found[weak].max())

    def drawn(self, found: Tensor, seed: int) -> tuple[int, int]:
        """A row of each share, drawn from the seed."""
        strong, weak = self.pools(found)
        return (
            strong[small_seed(seed, "strong query", 0) % len(strong)],
            weak[small_seed(seed, "weak query", 0) % len(weak)],
        )
