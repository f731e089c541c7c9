"""LIME."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from ...base import EVERY_KIND, Context, Question, Reveals
from ...data.base import Data
from ...errors import BadParameters
from ..perturbation.baselines import Baseline, baseline_of
from ..perturbation.forward import Scale, chunks, forward_only, scores_of
from ..perturbation.parts import Absence, Parts, PictureParts, WordParts
from ..perturbation.seeded import Found, SeededMapExplainer
from .regression import Fit, weighted_ridge, without_noise
from .sampling import independent, of_every_size
from .segments import Segmentation, segments_of
from .table_neighbours import neighbours


@dataclass(frozen=True)
class Lime(SeededMapExplainer):
    """Slopes of a linear model that was fitted to the model's outputs near the input.

    `samples` changed inputs, the input itself among them, are weighted by nearness,
    exp(−d² / (2 × width²)); the fit is ridge regression with `penalty`; of the slopes the `shown` largest
    are kept, fitted once more without the others, and are the relevance (0 shows all).

    Pictures: regions (`segmentation`, about `regions` of them; superpixels of more `compactness` are more
    like squares) are each replaced by the `baseline` with probability one half. Texts: a number of words,
    each number equally likely, is left out or made unknown (`absence`). What is equal to its replacement
    takes no part and has relevance 0. For both, d is 1 − cosine between what is kept and all, and a slope is
    what the part adds.
    Tables, `space` "bins": each field is drawn from the training data by itself; a number counts as kept
    in the same quarter of the training data as the row's, a category if it is equal; d² is the share of
    fields that are not kept (`table_width`). `space` "standardised": numbers are drawn from a normal
    distribution around the row's, with the training data's standard deviation; relevance is the slope
    times the row's distance from the training mean; d² is the mean square of the change in standard
    deviations. Values are as drawn, not rounded to a field's step.

    Relevance is in units of `scale`, the target's probability or the model's output. The check
    `local_fidelity` is the weighted R² of what is shown, on the samples it was fitted to.
    Source: Ribeiro, Singh and Guestrin (2016), "Why Should I Trust You?".
    """

    samples: int = 1000
    shown: int = 10
    penalty: float = 1.0
    width: float = 0.25
    table_width: float = 0.75
    segmentation: Segmentation = "superpixels"
    regions: int = 50
    compactness: float = 0.2
    baseline: Baseline = "black"
    absence: Absence = "remove"
    space: Literal["bins", "standardised"] = "bins"
    scale: Scale = "probability"

    name: ClassVar[str] = "lime"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        'Ribeiro, Singh and Guestrin (2016), "Why Should I Trust You?": Explaining the Predictions of Any '
        "Classifier, KDD"
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
        if self.samples < 2 or self.regions < 1 or self.shown < 0 or self.penalty < 0:
            given = (
                f"samples {self.samples}, regions {self.regions}, shown {self.shown}, penalty {self.penalty}"
            )
            raise BadParameters(f"lime: {given}. Allowed: 2 or more, 1 or more, 0 or more, 0 or more.")
        if min(self.width, self.table_width, self.compactness) <= 0:
            given = f"width {self.width}, table_width {self.table_width}, compactness {self.compactness}"
            raise BadParameters(f"lime: {given}. Allowed: above 0.")

    def found(self, question: Question, context: Context) -> Found:
        index = context.index_of(question.case, question.target)
        generator = torch.Generator().manual_seed(question.seed)
        if context.data.kind == "table":
            return self._row(context.model, question.case.input, context.data, index, generator)
        return self._parts(context.model, self.parts_of(question.case.input), index, generator)

    def parts_of(self, given: Tensor) -> Parts:
        """The regions of a picture (C, H, W), or the words of a text (L,), that are not equal to what replaces them."""
        if given.ndim == 1:
            return WordParts(given, self.absence).playing()
        regions = segments_of(given, self.segmentation, self.regions, self.compactness)
        return PictureParts(given, regions, baseline_of(given, self.baseline)).playing()

    def samples_of(self, parts: Parts, generator: torch.Generator) -> Tensor:
        """Which parts each sample keeps: (S, D), booleans."""
        draw = of_every_size if parts.input.ndim == 1 else independent
        return draw(self.samples, parts.count, generator).to(parts.input.device)

    def fit(self, kept: Tensor, scores: Tensor) -> Fit:
        """The weighted linear fit to scores (S,) of samples (S, D), with the slopes that are shown."""
        nearness = 1 - kept.double().mean(dim=1).sqrt()  # 1 - cosine between what is kept and all
        return self._sparse(
            kept.double(), without_noise(scores), (-(nearness**2) / (2 * self.width**2)).exp()
        )

    def _parts(self, model: nn.Module, parts: Parts, index: int, generator: torch.Generator) -> Found:
        if not parts.count:
            return Found(parts.relevance(torch.zeros(0)), {"local_fidelity": 1.0})
        kept = self.samples_of(parts, generator)
        fit = self.fit(kept, parts.scores(model, kept, index, self.scale))
        return Found(parts.relevance(fit.slopes), {"local_fidelity": round(fit.r2, 6)})

    def _row(
        self, model: nn.Module, row: Tensor, data: Data, index: int, generator: torch.Generator
    ) -> Found:
        near = neighbours(row, data, self.samples, self.space, generator)
        scores = without_noise(self._scores(model, near.inputs, index))
        fit = self._sparse(near.features, scores, (-near.distances / (2 * self.table_width**2)).exp())
        return Found((fit.slopes * near.features[0]).to(row.dtype), {"local_fidelity": round(fit.r2, 6)})

    def _scores(self, model: nn.Module, inputs: Tensor, index: int) -> Tensor:
        with forward_only(model, inputs) as passed:
            return torch.cat(
                [
                    scores_of(passed(inputs[rows]), index, self.scale)
                    for rows in chunks(len(inputs), inputs[0].numel())
                ]
            )

    def _sparse(self, features: Tensor, scores: Tensor, weights: Tensor) -> Fit:
        """Fit all, then only the largest; a slope that is not shown is 0."""
        fit = weighted_ridge(features, scores, weights, self.penalty)
        if not 0 < self.shown < features.shape[1]:
            return fit
        size = (fit.slopes * features[0]).abs()
        largest = size.sort(descending=True, stable=True).indices[: self.shown]
        again = weighted_ridge(features[:, largest], scores, weights, self.penalty)
        slopes = torch.zeros_like(fit.slopes).index_copy(0, largest, again.slopes)
        return Fit(slopes, again.intercept, again.r2)
