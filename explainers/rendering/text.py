"""Drawing texts, relevance of their tokens, and changes."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..data.base import Case, Data
from . import parts
from .base import Drawer
from .scaling import as_weights


@dataclass(frozen=True)
class TextDrawer(Drawer):
    """The text as people wrote it; relevance as the colour behind each token."""

    against: str = "speaks against"
    speaks_for: str = "speaks for"

    kind: ClassVar[str] = "text"

    @property
    def normalisation(self) -> str:
        return "Each text by itself: the largest weight, for or against, has the full colour."

    def input(self, case: Case, data: Data) -> bytes:
        return parts.tokens(case.words, joined_by=_joined_by(data))

    def relevance(self, case: Case, relevance: Tensor, data: Data) -> bytes:
        weights = as_weights(relevance[: len(case.words)])
        scale = (self.against, self.speaks_for)
        return parts.tokens(case.words, weights, scale=scale, joined_by=_joined_by(data))

    def change(self, before: Case, after: Case, data: Data) -> bytes:
        old = [*before.words, *[""] * (len(after.words) - len(before.words))]
        changed = [one != other for one, other in zip(old, after.words, strict=False)]
        return parts.tokens(after.words, changed=changed, joined_by=_joined_by(data))


def _joined_by(data: Data) -> str:
    return data.vocabulary.joined_by if data.vocabulary else " "
