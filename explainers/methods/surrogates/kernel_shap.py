"""KernelSHAP."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import comb
from typing import ClassVar

import torch
from torch import Tensor, nn

from ...base import EVERY_KIND, Context, Question, Reveals
from ...errors import BadParameters
from ..perturbation.baselines import Baseline, baseline_of
from ..perturbation.forward import Scale
from ..perturbation.parts import Absence, FieldParts, Parts, PictureParts, WordParts, background_rows
from ..perturbation.seeded import Found, SeededMapExplainer
from .regression import r_squared, without_noise
from .sampling import every_subset, kernel_coalitions
from .segments import Segmentation, segments_of

Score = Callable[[Tensor], Tensor]  # of coalitions of players (S, D), booleans: (S,)


@dataclass(frozen=True)
class KernelShap(SeededMapExplainer):
    """Shapley values of an input's parts: how the score is shared out from the background to the input.

    Values sum to score(input) − score(background). Up to `exact_up_to` parts (12) every coalition is asked
    and the values are exact; beyond, `samples` coalitions are drawn in pairs with their complements by the
    Shapley kernel (sizes that fit whole are taken whole) and the values are their weighted least squares
    under that sum. A part that is equal to its background has the value 0 and is not asked about.

    Pictures: regions (`segmentation`, about `regions` of them), replaced by the `baseline`. Texts: words, left
    out or made unknown (`absence`). Tables: fields, replaced by those of `background` training rows, over which
    scores are averaged; 0 means the training mean, or for a category the most frequent level. The score is the
    model's output (logits) or the target's probability (`scale`). The check `additive_fit` is the R² of
    the additive model, weighted by the kernel, on the coalitions that were asked.
    Source: Lundberg and Lee (2017), "A Unified Approach to Interpreting Model Predictions"; pairs after
    Covert and Lee (2021), "Improving KernelSHAP: Practical Shapley Value Estimation Using Linear Regression".
    """

    samples: int = 1000
    segmentation: Segmentation = "superpixels"
    regions: int = 50
    compactness: float = 0.2
    baseline: Baseline = "black"
    absence: Absence = "remove"
    background: int = 20
    scale: Scale = "output"
    exact_up_to: int = 12

    name: ClassVar[str] = "kernel-shap"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Lundberg and Lee (2017), A Unified Approach to Interpreting Model Predictions, NeurIPS; Covert and "
        "Lee (2021), Improving KernelSHAP: Practical Shapley Value Estimation Using Linear Regression, AISTATS"
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
        if self.samples < 2 or self.regions < 1 or self.background < 0 or not 1 <= self.exact_up_to <= 16:
            given = (
                f"samples {self.samples}, regions {self.regions}, background {self.background}, "
                f"exact_up_to {self.exact_up_to}"
            )
            raise BadParameters(f"kernel-shap: {given}. Allowed: 2 or more, 1 or more, 0 or more, 1 to 16.")
        if self.compactness <= 0:
            raise BadParameters(f"kernel-shap: compactness {self.compactness}. Allowed: above 0.")

    def found(self, question: Question, context: Context) -> Found:
        parts = self.parts_of(question, context)
        index = context.index_of(question.case, question.target)
        values, fidelity = self.values(context.model, parts, index, question.seed)
        return Found(parts.relevance(values), {"additive_fit": round(fidelity, 6)})

    def parts_of(self, question: Question, context: Context) -> Parts:
        """What the score is shared out among: the parts that are not equal to their background."""
        given = question.case.input
        if context.data.kind == "text":
            return WordParts(given, self.absence).playing()
        if context.data.kind == "table":
            rows = background_rows(context.data, self.background, question.seed)
            return FieldParts(given, rows).playing()
        return self.parts_of_picture(given)

    def parts_of_picture(self, picture: Tensor) -> Parts:
        """The regions of a picture (C, H, W) that are not equal to the baseline."""
        regions = segments_of(picture, self.segmentation, self.regions, self.compactness)
        return PictureParts(picture, regions, baseline_of(picture, self.baseline)).playing()

    def values(self, model: nn.Module, parts: Parts, index: int, seed: int) -> tuple[Tensor, float]:
        """Shapley values (D,), in double precision, and the additive model's R²."""
        if not parts.count:
            return torch.zeros(0, dtype=torch.float64, device=parts.input.device), 1.0

        def score(coalitions: Tensor) -> Tensor:
            return without_noise(parts.scores(model, coalitions.to(parts.input.device), index, self.scale))

        if parts.count <= self.exact_up_to:
            return _enumerated(parts.count, score)
        return self._estimated(parts.count, score, seed)

    def _estimated(self, players: int, score: Score, seed: int) -> tuple[Tensor, float]:
        generator = torch.Generator().manual_seed(seed)
        coalitions, weights = kernel_coalitions(players, max(2, self.samples - 2), generator)
        ends = torch.tensor([[False], [True]]).expand(2, players)
        scores = score(torch.cat([ends, coalitions]))
        coalitions, weights = coalitions.to(scores), weights.to(scores)
        found = additive(coalitions, scores[2:] - scores[0], weights, float(scores[1] - scores[0]))
        return found, r_squared(coalitions @ found, scores[2:] - scores[0], weights)


def _enumerated(players: int, score: Score) -> tuple[Tensor, float]:
    coalitions = every_subset(players)
    scores = score(coalitions)
    values = exact_shapley(coalitions.to(scores.device), scores)
    if players == 1:
        return values, 1.0
    sizes = coalitions[1:-1].sum(dim=1).tolist()
    weights = scores.new_tensor([1 / (comb(players, size) * size * (players - size)) for size in sizes])
    inner = coalitions[1:-1].to(scores)
    return values, r_squared(inner @ values, scores[1:-1] - scores[0], weights)


def exact_shapley(coalitions: Tensor, scores: Tensor) -> Tensor:
    """Shapley values (D,) from the scores (2^D,) of all coalitions (2^D, D)."""
    players = coalitions.shape[1]
    joining = [1 / (players * comb(players - 1, size)) for size in range(players)] + [0.0]
    weights = scores.new_tensor(joining)  # of joining a coalition of that size
    sizes = coalitions.sum(dim=1)
    inside, outside = weights[sizes - 1], weights[sizes]
    return scores @ torch.where(coalitions, inside.unsqueeze(1), -outside.unsqueeze(1))


def additive(coalitions: Tensor, gains: Tensor, weights: Tensor, total: float) -> Tensor:
    """The values (D,) that sum to `total` and come nearest to the gains (S,) of the coalitions (S, D).

    Nearest by weighted least squares; where many do equally well, the shortest.
    """
    players = coalitions.shape[1]
    weighted = coalitions * weights.unsqueeze(1)
    system = torch.zeros(players + 1, players + 1).to(gains)  # with a Lagrange multiplier for the sum
    system[:players, :players] = weighted.T @ coalitions
    system[players, :players] = system[:players, players] = 1.0
    wanted = torch.cat([weighted.T @ gains, gains.new_tensor([total])])
    values = (torch.linalg.pinv(system, hermitian=True) @ wanted)[:players]
    return values + (total - values.sum()) / players  # what rounding has left
