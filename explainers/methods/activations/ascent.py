"""Pictures that a score rises with, found by following its gradient."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ...models.looking import captured, layer_called, undisturbed
from ...models.rectifiers import leaky, with_slope
from .units import Over, over_places


@dataclass(frozen=True)
class Ascent:
    """How pictures are climbed: `steps` of Adam at `rate`, on logits of pixels, so that they stay in [0, 1].

    At each step the pictures are shifted, turned and scaled a little, so that the score cannot rest on
    single pixels; `smoothness` weighs the mean difference of neighbouring pixels, `faintness` the mean
    square of the pixels, against the score (which is in units of a strong natural response).
    """

    steps: int = 100
    rate: float = 0.1
    shift: float = 0.07  # of the side
    turn: float = 8.0  # degrees
    scale: float = 0.1
    smoothness: float = 1.0
    faintness: float = 0.5

    def climbed(
        self, score: Callable[[Tensor], Tensor], shape: tuple[int, ...], like: Tensor, seed: int
    ) -> Tensor:
        """Pictures of `shape` (N, C, H, W); `score` gives (N,). All draws are from the seed."""
        generator = torch.Generator().manual_seed(seed)
        logits = smooth_noise(shape, generator).to(like).requires_grad_()
        optimizer = torch.optim.Adam([logits], lr=self.rate)
        for _ in range(self.steps):
            pictures = logits.sigmoid()
            moved = self._moved(pictures, generator)
            cost = self.smoothness * total_variation(pictures) + self.faintness * pictures.square().mean(
                (1, 2, 3)
            )
            logits.grad = torch.autograd.grad((cost - score(moved)).sum(), logits)[0]
            optimizer.step()
        return logits.detach().sigmoid()

    def _moved(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """Each picture a little shifted, turned and scaled; outside is black."""
        drawn = 2 * torch.rand((4, len(pictures)), generator=generator, dtype=torch.float64) - 1
        angle, size = math.radians(self.turn) * drawn[0], 1 + self.scale * drawn[1]
        across, down = 2 * self.shift * drawn[2], 2 * self.shift * drawn[3]
        rows = [size * angle.cos(), -size * angle.sin(), across, size * angle.sin(), size * angle.cos(), down]
        grid = nn.functional.affine_grid(
            torch.stack(rows, dim=1).reshape(-1, 2, 3).to(pictures), list(pictures.shape), align_corners=False
        )
        return nn.functional.grid_sample(pictures, grid, align_corners=False)


def score_of(model: nn.Module, layer: str, direction: Tensor, over: Over) -> Callable[[Tensor], Tensor]:
    """How far the responses of a layer's units lie in a direction (K,): pictures (N, C, H, W) → (N,).

    ReLUs that are shut let a tenth of the gradient through: a unit that is silent at first has a way up.
    """
    module = layer_called(model, layer)

    def score(pictures: Tensor) -> Tensor:
        with undisturbed(model), with_slope(model, leaky, refuse=False), captured(model, layer) as seen:
            model(pictures)
        return over_places(module, seen[-1], over) @ direction

    return score


def smooth_noise(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Noise (N, C, H, W) of a quarter of the resolution, enlarged: starts that differ in the large."""
    coarse = (*shape[:2], *(max(2, side // 4) for side in shape[2:]))
    noise = torch.randn(coarse, generator=generator, dtype=torch.float64)
    return nn.functional.interpolate(noise, shape[2:], mode="bilinear", align_corners=False) - 1


def total_variation(pictures: Tensor) -> Tensor:
    """Mean absolute difference between neighbouring pixels of each picture: (N,)."""
    across, down = pictures.diff(dim=3).abs(), pictures.diff(dim=2).abs()
    return across.mean(dim=(1, 2, 3)) + down.mean(dim=(1, 2, 3))
