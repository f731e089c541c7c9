"""A grid of a layer's directions, each as what it responds to."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

import torch
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning
from torch import Tensor

from ...base import Context, Explainer, Question, Reveals, Shown
from ...data.base import Case
from ...errors import BadParameters
from ...rendering.base import Drawer
from .ascent import Ascent
from .feature_visualization import FeatureVisualization
from .units import Over, responses, strongest

GAP, GROUND = 2, 0.5  # between pictures: pixels, and how bright


@dataclass(frozen=True)
class LayerDirections(Explainer):
    """What a layer tells apart, as one grid: each row a direction in the space of its units' responses.

    Directions are found in the responses to the first `examples` training pictures: `nmf`, parts that
    add up and are never below zero (for layers after a ReLU), or `pca`, the main axes of variation,
    each turned so that its largest weight is above zero. A row shows the `across` training pictures
    that lie farthest in its direction, or with `drawn_as: visualization` as many made for it.
    `variance_share` among the checks is how much of the responses the directions together explain.
    Source: Olah et al. (2018), "The Building Blocks of Interpretability" (matrix factorisation of a
    layer's activations); Fel et al. (2023), "CRAFT".
    """

    layer: str
    method: Literal["nmf", "pca"] = "nmf"
    directions: int = 6
    across: int = 6
    examples: int = 2000
    drawn_as: Literal["examples", "visualization"] = "examples"
    over: Over = "mean"
    ascent: Ascent = field(default_factory=Ascent)
    caption: str = "Each row: pictures that one part of the model responds to in the same way"
    alt: str = "A grid of small pictures"

    name: ClassVar[str] = "layer-directions"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Olah, Satyanarayan, Johnson, Carter, Schubert, Ye and Mordvintsev (2018), The Building Blocks of "
        "Interpretability, Distill"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "global",
        "access": "model-specific",
        "form": "activations",
    }
    data_kinds: ClassVar[tuple[str, ...]] = ("image",)
    reveals_output: ClassVar[Reveals] = "no"
    item_kinds: ClassVar[tuple[str, ...]] = ("instance", "pair", "unit", "set")
    is_random: ClassVar[bool] = True  # where pictures are made

    def __post_init__(self) -> None:
        if min(self.directions, self.across, self.examples) < 1:
            given = f"directions {self.directions}, across {self.across}, examples {self.examples}"
            raise BadParameters(f"layer-directions: {given}. Allowed: all from 1.")

    @property
    def parts(self) -> tuple[str, ...]:
        return ("grid",)

    def normalisation(self, drawer: Drawer) -> str:
        return "None: pictures are drawn as items are, one beside the other."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        shown = self._grid(context)
        for _ in questions:
            yield (shown,)

    def _grid(self, context: Context) -> Shown:
        """The one grid: it is the layer's, whichever item is asked about."""
        inputs = context.data.train.first(self.examples).inputs
        found = responses(context.model, [self.layer], inputs, self.over)[self.layer]
        basis, share = directions_in(found, self.method, self.directions)
        along = (found - found.mean(dim=0) if self.method == "pca" else found) @ basis.T
        rows = [
            inputs[strongest(along[:, place], self.across)]
            if self.drawn_as == "examples"
            else self._made(context, basis[place], float(along[:, place].max()), inputs[:1], place)
            for place in range(len(basis))
        ]
        content = context.drawer.input(Case("grid", side_by_side(rows), ""), context.data)
        is_drawn = self.drawn_as == "visualization"
        shown = Shown("grid", content, self.caption, self.alt, seed=context.seed if is_drawn else None)
        return replace(shown, checks={"variance_share": round(share, 6)})

    def _made(self, context: Context, direction: Tensor, natural: float, like: Tensor, place: int) -> Tensor:
        maker = FeatureVisualization(self.across, self.over, self.ascent)
        return maker.made(context.model, self.layer, direction, natural, like, context.seed + place)


def directions_in(found: Tensor, method: str, count: int) -> tuple[Tensor, float]:
    """Directions of length 1 in responses (N, K), (count or fewer, K), and the share of variance explained.

    The share is of squares around the mean for `pca`, around zero for `nmf`; NaN never: 0 where nothing varies.
    """
    count = min(count, *found.shape)
    if method == "pca":
        centred = found - found.mean(dim=0)
        _, sizes, axes = torch.linalg.svd(centred, full_matrices=False)
        largest = axes.abs().argmax(dim=1, keepdim=True)
        axes = axes * axes.gather(1, largest).sign()
        total = float(sizes.square().sum())
        return axes[:count], float(sizes[:count].square().sum()) / total if total else 0.0
    if bool((found < 0).any()):
        raise BadParameters(
            "layer-directions: nmf needs responses from 0, as after a ReLU. Allowed here: pca."
        )
    factors = NMF(count, init="nndsvdar", max_iter=1000, tol=1e-5, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # near is near enough, and its share is told
        amounts = factors.fit_transform(found.cpu().double().numpy())
    parts = torch.from_numpy(factors.components_).to(found)
    rest, total = found - torch.from_numpy(amounts).to(found) @ parts, float(found.square().sum())
    order = torch.from_numpy(amounts).to(found).square().sum(0) * parts.square().sum(1)
    parts = parts[torch.sort(order, descending=True, stable=True).indices]
    lengths = parts.norm(dim=1, keepdim=True).clamp_min(torch.finfo(parts.dtype).tiny)
    return parts / lengths, 1 - float(rest.square().sum()) / total if total else 0.0


def side_by_side(rows: Sequence[Tensor]) -> Tensor:
    """Rows of pictures, each (M, C, H, W), as one picture (C, …, …) on a grey ground."""
    count, channels, height, width = rows[0].shape
    grid = torch.full((channels, len(rows) * (height + GAP) + GAP, count * (width + GAP) + GAP), GROUND).to(
        rows[0]
    )
    for down, row in enumerate(rows):
        for across, picture in enumerate(row):
            top, left = GAP + down * (height + GAP), GAP + across * (width + GAP)
            grid[:, top : top + height, left : left + width] = picture
    return grid
