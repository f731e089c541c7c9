"""RISE."""

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
class Rise(SeededMapExplainer):
    """The target's mean output over random masks, for each place over the masks that keep it.

    Pictures: a mask is a grid of `cells` × `cells` that are each kept with probability `kept`, enlarged
    bilinearly and shifted at random; hidden places fade to the `baseline`. Relevance is the mean of score
    times mask, divided by `kept`: with probabilities (`scale`, as in the paper) it lies between 0 and 1 and
    is a probability. Texts and tables: each word or field is kept with probability `kept`; an absent word
    is left out or unknown (`absence`), an absent field has the value of one of `background` training rows
    (0: the training mean or most frequent level). There relevance is the mean score of the masks that keep
    the part minus the mean of those that do not: its sign tells for or against.
    Source: Petsiuk, Das and Saenko (2018), "RISE: Randomized Input Sampling for Explanation of Black-box
    Models"; for texts and tables, ours.
    """

    masks: int = 1000
    cells: int = 7
    kept: float = 0.5
    baseline: Baseline = "black"
    absence: Absence = "remove"
    background: int = 0
    scale: Scale = "probability"

    name: ClassVar[str] = "rise"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Petsiuk, Das and Saenko (2018), RISE: Randomized Input Sampling for Explanation of Black-box "
        "Models, BMVC"
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
        if self.masks < 1 or self.cells < 1 or not 0 < self.kept < 1 or self.background < 0:
            given = f"masks {self.masks}, cells {self.cells}, kept {self.kept}, background {self.background}"
            raise BadParameters(f"rise: {given}. Allowed: 1 or more, 1 or more, between 0 and 1, 0 or more.")

    def found(self, question: Question, context: Context) -> Found:
        given, model = question.case.input, context.model
        index = context.index_of(question.case, question.target)
        if context.data.kind == "image":
            return Found(self._picture(model, given, index, question.seed))
        if context.data.kind == "text":
            return Found(self._parts(model, WordParts(given, self.absence), index, question.seed))
        rows = background_rows(context.data, self.background, question.seed)
        return Found(self._parts(model, FieldParts(given, rows), index, question.seed))

    def _parts(self, model: nn.Module, parts: Parts, index: int, seed: int) -> Tensor:
        generator = torch.Generator().manual_seed(seed)
        masks = (torch.rand(self.masks, parts.count, generator=generator) < self.kept).to(parts.input.device)
        scores = parts.scores(model, masks, index, self.scale)
        return parts.relevance(_mean_where(masks, scores) - _mean_where(~masks, scores))

    def _picture(self, model: nn.Module, picture: Tensor, index: int, seed: int) -> Tensor:
        masks = SmoothMasks.drawn(self, picture, seed)
        instead, total = baseline_of(picture, self.baseline), torch.zeros(picture.shape[1:]).to(picture)
        with forward_only(model, picture.unsqueeze(0)) as passed:
            for rows in chunks(self.masks, picture.numel()):
                mask = masks.at(rows)
                scores = scores_of(passed(torch.lerp(instead, picture, mask.unsqueeze(1))), index, self.scale)
                total += torch.tensordot(scores.to(mask.dtype), mask, dims=1)
        return (total / (self.masks * self.kept)).expand_as(picture).clone()


def _mean_where(masks: Tensor, scores: Tensor) -> Tensor:
    """Mean score (D,) of the rows where each column of masks (S, D) is true; 0 where none is."""
    chosen = masks.to(scores.dtype)
    return scores @ chosen / chosen.sum(0).clamp_min(1)


@dataclass(frozen=True, eq=False)
class SmoothMasks:
    """Random masks, drawn as cells and shifts, and made when they are needed.

    `rows` (shifts, H, cells + 1) and `columns` (shifts, W, cells + 1) enlarge a grid of cells for each shift.
    """

    cells: Tensor  # (S, cells + 1, cells + 1), 0 or 1
    shifts: Tensor  # (2, S), pixels
    rows: Tensor
    columns: Tensor

    @classmethod
    def drawn(cls, rise: Rise, picture: Tensor, seed: int) -> "SmoothMasks":
        generator, side = torch.Generator().manual_seed(seed), rise.cells + 1
        cells = (torch.rand(rise.masks, side, side, generator=generator) < rise.kept).to(picture)
        sizes = [-(-length // rise.cells) for length in picture.shape[1:]]
        shifts = torch.stack([torch.randint(size, (rise.masks,), generator=generator) for size in sizes]).to(
            picture.device
        )
        enlarged = [
            _enlarging(side, size, length).to(picture)
            for size, length in zip(sizes, picture.shape[1:], strict=True)
        ]
        return cls(cells, shifts, *enlarged)

    def at(self, places: slice) -> Tensor:
        """The masks (S, H, W) at these places, in [0, 1]."""
        high, wide = self.shifts[:, places]
        return self.rows[high] @ self.cells[places] @ self.columns[wide].transpose(1, 2)


def _enlarging(cells: int, size: int, length: int) -> Tensor:
    """Weights (shifts, length, cells) that enlarge cells bilinearly to `size` pixels each and cut at each shift."""
    unit = torch.eye(cells).unsqueeze(0)
    fine = nn.functional.interpolate(unit, cells * size, mode="linear", align_corners=False)
    return fine.squeeze(0).T.unfold(0, length, 1)[:size].transpose(1, 2).contiguous()
