"""Drawing texts, relevance of their tokens, and changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import ClassVar

from torch import Tensor

from ..data.base import Case, Data
from ..errors import refuse
from . import parts
from .base import Drawer
from .scaling import Negative, as_weights, faults_of_normalisation, told


@dataclass(frozen=True)
class TextDrawer(Drawer):
    """The text as people wrote it; relevance as the colour behind each token.

    `negative` says what becomes of relevance below zero: `diverging` gives it a colour of its own; with
    `magnitude` sizes are shown, with `positive` only what speaks for, and `matters` names the one end.
    """

    against: str = "speaks against"
    speaks_for: str = "speaks for"
    matters: str = "matters much"
    negative: Negative = "diverging"
    ceiling_percentile: float = 100.0

    kind: ClassVar[str] = "text"

    def __post_init__(self) -> None:
        refuse(faults_of_normalisation(self.kind, self.negative, self.ceiling_percentile))

    @property
    def normalisation(self) -> str:
        return told("text", "has the full colour", self.negative, self.ceiling_percentile)

    def input(self, case: Case, data: Data) -> bytes:
        return parts.tokens(case.words, joined_by=_joined_by(data))

    def relevance(self, case: Case, relevance: Tensor, data: Data) -> bytes:
        weights = as_weights(relevance[: len(case.words)], self.negative, self.ceiling_percentile)
        scale = (self.against, self.speaks_for) if self.negative == "diverging" else (self.matters,)
        return parts.tokens(case.words, weights, scale=scale, joined_by=_joined_by(data))

    def change(self, before: Case, after: Case, data: Data) -> bytes:
        return parts.tokens(
            after.words, changed=new_words(before.words, after.words), joined_by=_joined_by(data)
        )


def new_words(before: Sequence[str], after: Sequence[str]) -> list[bool]:
    """Which words of `after` replace a word of `before` or stand between them, in the shortest way to tell."""
    changed = [True] * len(after)
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        changed[block.b : block.b + block.size] = [False] * block.size
    return changed


def _joined_by(data: Data) -> str:
    return data.vocabulary.joined_by if data.vocabulary else " "
