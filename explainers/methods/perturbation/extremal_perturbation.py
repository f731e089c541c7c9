"""Extremal perturbations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from ...base import MapExplainer, Reveals
from ...errors import BadParameters
from ...models.looking import outputs_of, undisturbed
from .baselines import Baseline, baseline_of
from .forward import chunks

FINEST = 56  # pixels a side in which masks are made; larger pictures get them enlarged
SHARPNESS = 20.0
FIRST, LAST = 3.0, 300.0  # how strongly the area is asked for, beside an output between 0 and 1


@dataclass(frozen=True)
class ExtremalPerturbation(MapExplainer):
    """The smooth mask of a given area that keeps the target's output as high as it can be.

    A mask is made of `cells` × `cells` numbers in [0, 1], each reaching over its own cell and a little
    further; at each pixel the largest (softly) counts, and what the mask does not keep fades to the
    `baseline`. `steps` steps of Adam raise the target's output while the sorted mask is drawn, ever more
    strongly, towards ones in its area and zeros elsewhere. Each of the `areas` (shares of the picture) gets
    its mask, and relevance is their mean, in [0, 1]: 1 is kept even in the smallest area. Nothing is drawn at
    random. As in the paper but for the optimiser, one baseline instead of levels of blur, and the output
    in units of what the picture adds to its baseline, so that the same settings fit every model.
    Source: Fong, Patrick and Vedaldi (2019), "Understanding Deep Networks via Extremal Perturbations and
    Smooth Masks".
    """

    areas: tuple[float, ...] = (0.05, 0.1, 0.2)
    steps: int = 200
    cells: int = 10
    rate: float = 0.05
    baseline: Baseline = "black"

    name: ClassVar[str] = "extremal-perturbation"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Fong, Patrick and Vedaldi (2019), Understanding Deep Networks via Extremal Perturbations and Smooth "
        "Masks, ICCV"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-specific",
        "form": "relevance map",
    }
    data_kinds: ClassVar[tuple[str, ...]] = ("image",)
    reveals_output: ClassVar[Reveals] = "partly"  # where the target's evidence lies tells which target

    def __post_init__(self) -> None:
        if not self.areas or not all(0 < area < 1 for area in self.areas):
            raise BadParameters(f"extremal-perturbation: areas are {self.areas}. Allowed: between 0 and 1.")
        if min(self.steps, self.cells) < 1:
            given = f"steps {self.steps}, cells {self.cells}"
            raise BadParameters(f"extremal-perturbation: {given}. Allowed: 1 or more.")

    def attribute(self, model: nn.Module, inputs: Tensor, target: Tensor) -> Tensor:
        found = []
        for picture, index in zip(inputs, target.tolist(), strict=True):
            masks = self.masks(model, picture.detach(), index)
            found.append(masks.mean(dim=0, keepdim=True).expand_as(picture))
        return torch.stack(found)

    def masks(self, model: nn.Module, picture: Tensor, index: int) -> Tensor:
        """One mask for each area: (areas, H, W) in [0, 1]."""
        view = View.of(model, picture, baseline_of(picture, self.baseline), index)
        smooth = Smooth.over(picture, self.cells)
        with undisturbed(model), torch.enable_grad():
            made = [
                self._optimised(view, smooth, self.areas[rows])
                for rows in chunks(len(self.areas), picture.numel())
            ]
        return torch.cat(made)

    def _optimised(self, view: "View", smooth: "Smooth", areas: tuple[float, ...]) -> Tensor:
        cells = torch.full((len(areas), self.cells**2), 0.5).to(smooth.kernel).requires_grad_()
        optimizer = torch.optim.Adam([cells], lr=self.rate)
        for step in range(self.steps):
            fine = smooth.fine(cells)
            force = FIRST * (LAST / FIRST) ** (step / self.steps)
            loss = force * _excess(fine, areas) - view.share(smooth.enlarged(fine))
            (cells.grad,) = torch.autograd.grad(loss, [cells])
            optimizer.step()
            cells.data.clamp_(0, 1)
        return smooth.enlarged(smooth.fine(cells)).detach()


@dataclass(frozen=True, eq=False)
class View:
    """The model's output for a picture seen through masks, from 0 (nothing of it) to 1 (all)."""

    model: nn.Module
    picture: Tensor
    instead: Tensor
    index: int
    spread: float

    @classmethod
    def of(cls, model: nn.Module, picture: Tensor, instead: Tensor, index: int) -> "View":
        seen, hidden = outputs_of(model, torch.stack([picture, instead]))[:, index].tolist()
        return cls(model, picture, instead, index, abs(seen - hidden) or 1.0)

    def share(self, masks: Tensor) -> Tensor:
        """The outputs for all masks (A, H, W), added up, in units of what the picture adds to its baseline."""
        seen = torch.lerp(self.instead, self.picture, masks.unsqueeze(1))
        score = self.model(seen)[:, self.index].sum()
        if not score.requires_grad:
            raise BadParameters("This model has no gradients. Allowed here: explainers that need none.")
        return score / self.spread


@dataclass(frozen=True, eq=False)
class Smooth:
    """Makes smooth masks of cells: at each pixel the largest (softly) of the cells near it."""

    kernel: Tensor  # (pixels, cells): how far each cell reaches
    side: tuple[int, int]  # of the masks as they are made
    size: tuple[int, int]  # of the picture

    @classmethod
    def over(cls, picture: Tensor, cells: int) -> "Smooth":
        size = (picture.shape[1], picture.shape[2])
        side = (min(size[0], FINEST), min(size[1], FINEST))
        rows, columns = (_reach(length, cells).to(picture) for length in side)
        kernel = torch.einsum("ya,xb->yxab", rows, columns).reshape(-1, cells**2)
        return cls(kernel, side, size)

    def fine(self, cells: Tensor) -> Tensor:
        """Masks (A, pixels) from cells (A, cells²), both in [0, 1]."""
        reached = cells.unsqueeze(1) * self.kernel
        return (reached * (SHARPNESS * reached).softmax(dim=2)).sum(dim=2)

    def enlarged(self, fine: Tensor) -> Tensor:
        """Masks (A, H, W) in the picture's size."""
        masks = fine.reshape(-1, 1, *self.side)
        if self.side != self.size:
            masks = nn.functional.interpolate(masks, self.size, mode="bilinear", align_corners=False)
        return masks.squeeze(1)


def _reach(length: int, cells: int) -> Tensor:
    """How far each cell reaches along an axis (length, cells): 1 over its own width, then a Gaussian's slope."""
    width = length / cells
    centres = (torch.arange(cells, dtype=torch.float64) + 0.5) * width
    distance = (torch.arange(length, dtype=torch.float64)[:, None] + 0.5 - centres).abs()
    return (-((distance - width / 2).clamp_min(0) ** 2) / (2 * (width / 2) ** 2)).exp()


def _excess(fine: Tensor, areas: tuple[float, ...]) -> Tensor:
    """Mean squared difference of each sorted mask (A, pixels) from one that is 1 in its area and 0 elsewhere."""
    pixels = fine.shape[1]
    place = torch.arange(pixels, 0, -1, device=fine.device)
    wanted = torch.stack([(place <= round(area * pixels)).to(fine.dtype) for area in areas])
    return (fine.sort(dim=1).values - wanted).square().mean(dim=1).sum()
