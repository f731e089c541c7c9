"""Occlusion."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from ...base import EVERY_KIND, Context, Question, Reveals
from ...errors import BadParameters
from .baselines import Baseline, baseline_of
from .forward import Scale, chunks, forward_only, scores_of
from .parts import Absence, FieldParts, Parts, WordParts, background_rows
from .seeded import Found, SeededMapExplainer


@dataclass(frozen=True)
class Occlusion(SeededMapExplainer):
    """How much the target's output falls when a part of the input is hidden.

    Pictures: a patch of `patch` pixels is moved by `stride`, and what is under it becomes the `baseline`;
    a pixel's relevance is the mean over the patches that cover it. `patch` 0 is a seventh of the shorter
    side, `stride` 0 half a patch; the last patches may stand over the edge. Texts: each word in turn is
    left out, or made an unknown word (`absence`). Tables: each field in turn gets the values of
    `background` training rows, and the outputs are averaged; 0 means the training mean, or for a category
    the most frequent level, and then nothing is drawn. Relevance is in units of `scale`: the model's
    output (logits), or the target's probability.
    Source: Zeiler and Fergus (2014), "Visualizing and Understanding Convolutional Networks"; for words,
    Li, Monroe and Jurafsky (2016), "Understanding Neural Networks through Representation Erasure".
    """

    patch: int = 0
    stride: int = 0
    baseline: Baseline = "black"
    absence: Absence = "remove"
    background: int = 0
    scale: Scale = "output"

    name: ClassVar[str] = "occlusion"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Zeiler and Fergus (2014), Visualizing and Understanding Convolutional Networks, ECCV; Li, Monroe "
        "and Jurafsky (2016), Understanding Neural Networks through Representation Erasure, arXiv:1612.08220"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-agnostic",
        "form": "relevance map",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "partly"  # where the target's evidence lies tells which target

    def __post_init__(self) -> None:
        if min(self.patch, self.stride, self.background) < 0 or 0 < self.patch < self.stride:
            given = f"patch {self.patch}, stride {self.stride}, background {self.background}"
            raise BadParameters(f"occlusion: {given}. Allowed: none below 0, the stride at most the patch.")

    def attribute(self, model: nn.Module, inputs: Tensor, target: Tensor) -> Tensor:
        """Relevance of pictures (N, C, H, W) or of texts (N, L), in units of `scale`; tables need their data."""
        if inputs.ndim == 2 and inputs.is_floating_point():
            raise BadParameters("occlusion of a table's rows needs the training data: ask relevance_of.")
        hide = self._picture if inputs.ndim == 4 else self._words
        return torch.stack(
            [hide(model, one, index) for one, index in zip(inputs, target.tolist(), strict=True)]
        )

    def found(self, question: Question, context: Context) -> Found:
        given = question.case.input
        index = context.index_of(question.case, question.target)
        if context.data.kind == "table":
            rows = background_rows(context.data, self.background, question.seed)
            return Found(self._parts(context.model, FieldParts(given, rows), index))
        target = torch.tensor([index])
        return Found(self.attribute(context.model, given.unsqueeze(0), target).squeeze(0))

    def _words(self, model: nn.Module, text: Tensor, index: int) -> Tensor:
        return self._parts(model, WordParts(text, self.absence), index)

    def _parts(self, model: nn.Module, parts: Parts, index: int) -> Tensor:
        """The fall of the score without each part, one row for each part and a last one with all."""
        alone = torch.eye(parts.count + 1, parts.count, dtype=torch.bool, device=parts.input.device)
        scores = parts.scores(model, alone.logical_not(), index, self.scale)
        return parts.relevance(scores[-1] - scores[:-1])

    def _picture(self, model: nn.Module, picture: Tensor, index: int) -> Tensor:
        rows, columns = (self._windows(picture, axis) for axis in (1, 2))
        scores = self._scores(model, picture, rows, columns, index)
        falls = (scores[-1] - scores[:-1]).reshape(len(rows), len(columns))
        rows, columns = rows.to(falls.dtype), columns.to(falls.dtype)
        covered = rows.sum(0)[:, None] * columns.sum(0)
        return (rows.T @ falls @ columns / covered).to(picture.dtype).expand_as(picture).clone()

    def _scores(self, model: nn.Module, picture: Tensor, rows: Tensor, columns: Tensor, index: int) -> Tensor:
        """The scores with each patch hidden, row by row, and that of the whole picture."""
        instead, width = baseline_of(picture, self.baseline), len(columns)
        rows, columns = torch.cat([rows, torch.zeros_like(rows[:1])]).to(picture), columns.to(picture)
        number = torch.arange((len(rows) - 1) * width + 1, device=picture.device)  # the last one hides no row
        found = []
        with forward_only(model, picture.unsqueeze(0)) as passed:
            for places in chunks(len(number), picture.numel()):
                high, wide = rows[number[places] // width], columns[number[places] % width]
                hidden = (high[:, :, None] * wide[:, None, :]).unsqueeze(1)
                found.append(scores_of(passed(torch.lerp(picture, instead, hidden)), index, self.scale))
        return torch.cat(found)

    def _windows(self, picture: Tensor, axis: int) -> Tensor:
        """Which pixels of an axis each place of the patch covers: (places, length), booleans."""
        length = picture.shape[axis]
        patch = min(self.patch or max(1, min(picture.shape[1:]) // 7), length)
        stride = min(self.stride or max(1, patch // 2), patch)
        starts = torch.arange(-(-(length - patch) // stride) + 1, device=picture.device) * stride
        pixels = torch.arange(length, device=picture.device)
        return (pixels >= starts[:, None]) & (pixels < starts[:, None] + patch)
