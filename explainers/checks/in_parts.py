"""An input in parts that a check takes away, and relevance of those parts."""

from collections.abc import Iterator

import torch
from torch import Tensor

from ..base import Context, Question
from ..methods.perturbation.baselines import Baseline, baseline_of
from ..methods.perturbation.parts import FieldParts, Parts, PictureParts, WordParts, typical_row
from .asked import context_of, questions_of, relevance
from .base import Subject

LARGEST = 28  # pictures larger than this are taken away in tiles, at most so many to a side


def in_parts(subject: Subject, baseline: Baseline = "blur") -> Iterator[tuple[Question, Parts, Tensor]]:
    """Each question that a check asks, its input's parts and their relevance (count,).

    An input without parts, such as an empty text, is left out: nothing can be taken away from it.
    """
    for question in questions_of(subject):
        parts = parts_of(question, context_of(subject), baseline)
        if parts.count:
            yield question, parts, summed(parts, relevance(subject, question))


def parts_of(question: Question, context: Context, baseline: Baseline = "blur") -> Parts:
    """The question's input in pixels (tiles of a large picture), fields or words.

    What is taken away becomes `baseline` in a picture, the typical training row's value in a table, and
    an unknown word in a text.
    """
    value, kind = question.case.input, context.data.kind
    if kind == "image":
        return PictureParts(value, regions_of(value), baseline_of(value, baseline))
    if kind == "text":
        return WordParts(value, "unknown")
    return FieldParts(value, typical_row(context.data).unsqueeze(0))


def regions_of(picture: Tensor) -> Tensor:
    """Numbers (H, W) of the tiles of a picture (C, H, W): its pixels where it is small."""
    height, width = picture.shape[1:]
    rows, columns = (torch.arange(side) * min(side, LARGEST) // side for side in (height, width))
    return (rows[:, None] * min(width, LARGEST) + columns[None, :]).to(picture.device)


def summed(parts: Parts, values: Tensor) -> Tensor:
    """Relevance of the input's shape, added up for each of the parts: (count,)."""
    if isinstance(parts, PictureParts):
        sums = values.sum(dim=0).flatten()
        total = torch.zeros(parts.count, dtype=sums.dtype, device=sums.device)
        return total.index_add(0, parts.regions.flatten(), sums)
    return values[: parts.count]
