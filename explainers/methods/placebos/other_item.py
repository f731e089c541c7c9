"""Placebo: another item's explanation."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor

from ...base import EVERY_KIND, Case, Context, Explainer, MapExplainer, Question, Reveals, Shown
from ...draws import small_seed
from ..wrapping import Wrapping, tell
from .dealing import donors_within


@dataclass(frozen=True)
class DealtOut(Explainer):
    """Explanations of another explainer, each shown once and none over its own item.

    Within each value of the stratum `within` they are dealt out anew: the arm sees what the other
    explainer's arm sees, and it says nothing about the items that it stands beside. Relevance is laid
    over the item's own input (`laid_over`); anything else is shown as the donor has it.
    """

    within: str = "pool"

    @property
    @abstractmethod
    def wrapped(self) -> Explainer:
        """The explainer whose explanations are dealt out."""

    def differing(self, context: Context) -> bool:
        """Shall donors differ in truth and output? Not where that would tell the output by its reverse."""
        revealed = self.wrapped.reveals_output
        return revealed == "no" or (revealed == "partly" and len(context.data.labels) > 2)

    def donors(self, context: Context) -> dict[str, Case]:
        """Whose explanation each item gets, by item."""
        cases = [case for case in context.cases if case.kind in self.wrapped.item_kinds]
        return donors_within(self.within, cases, context, self.differing(context))

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        donors = self.donors(context)
        asked = [_of(donors[question.case.item], question, context) for question in questions]
        answers = self._over(questions, asked, context)
        for donated, answer in zip(asked, answers, strict=True):
            yield tuple(replace(shown, source_item=donated.case.item, seed=context.seed) for shown in answer)

    def _over(
        self, questions: Sequence[Question], asked: Sequence[Question], context: Context
    ) -> Iterator[tuple[Shown, ...]]:
        wrapped = self.wrapped
        if not isinstance(wrapped, MapExplainer):
            yield from wrapped.explain(asked, context)
            return
        for question, donated in zip(questions, asked, strict=True):
            relevance = laid_over(wrapped.relevance_of(donated, context), donated.case, question.case)
            yield (wrapped.drawn(question.case, relevance, context),)


@dataclass(frozen=True)
class OtherItem(Wrapping, DealtOut):
    """The explanation of another item of the same stratum, by any explainer, shown with this item.

    Relevance of an image or a table's row lies over this item's picture or fields as it is; that of a
    text of another length is laid over this text's words in its own order, with its own quantiles as
    weights. Donors differ in truth and output wherever they can; but they are dealt out without regard to
    it where the explainer reveals the output, or does so partly and there are two labels, because a donor
    that always differs then tells the output by its reverse.
    Source: the placebic explanations of Eiband, Buschek, Kremer and Hussmann (2019), "The Impact of
    Placebic Explanations on Trust in Intelligent Systems"; dealing them out anew is ours.
    """

    name: ClassVar[str] = "other-item"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "After Eiband, Buschek, Kremer and Hussmann (2019), The Impact of Placebic Explanations on Trust in "
        "Intelligent Systems, CHI Extended Abstracts"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-specific",
        "form": "placebo",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "no"
    is_random: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        tell(self, item_kinds=self.wrapped.item_kinds)


def laid_over(relevance: Tensor, donor: Case, case: Case) -> Tensor:
    """The donor's relevance as relevance of the case's input, in that input's shape.

    Images and rows of a table have equal shapes, and so nothing changes. A text's weights are
    resampled: word i of n gets the rank of the donor's word at the same share of the way through the
    text, and then the weight of that rank among n quantiles of the donor's weights, its lowest and
    highest included. Of two texts of equal length the weights are the same.
    """
    if not case.words:
        return relevance
    weights, count = relevance[: len(donor.words)], len(case.words)
    laid = torch.zeros(case.input.shape, dtype=relevance.dtype, device=relevance.device)
    if len(weights):
        laid[:count] = _resampled(weights, count)
    return laid


def _resampled(weights: Tensor, count: int) -> Tensor:
    """`count` weights in the order of the given ones, with their quantiles as values."""
    places = ((torch.arange(count) + 0.5) * len(weights) / count).long()
    kept = torch.linspace(0, len(weights) - 1, count).round().long()
    found = weights.new_empty(count)
    found[torch.sort(weights[places], stable=True).indices] = weights.sort().values[kept]
    return found


def _of(donor: Case, question: Question, context: Context) -> Question:
    """The same question about the donor, with a seed of the donor's own."""
    return replace(question, case=donor, seed=small_seed(context.seed, "placebo of", donor.item))
