"""Placebo: a map with the same values and the same spatial autocorrelation, but other places."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from ...base import Context, Question, Reveals
from ...spectra import arranged, phases_of
from .own_map import OwnMapPlacebo


@dataclass(frozen=True)
class PhaseScrambled(OwnMapPlacebo):
    """The item's own map of another explainer with its phases drawn anew: alike in all but where things are.

    The values of the map are kept to the last one, and its power spectrum (that is, its spatial
    autocorrelation, edges wrapped round) nearly so: phases are drawn, then values and spectrum are put
    right in turn, `rounds` times. A map with a main direction keeps that direction; places, shapes and
    the order of strengths in space are lost. Of several channels the value of largest size counts, as
    in the drawing. A map without any variation stays as it is. Kept values can give the output away (by
    their sum, or because each label has its own), so it reveals as much as the explainer that it wraps.
    Source: Schreiber and Schmitz (1996), "Improved Surrogate Data for Nonlinearity Tests", here in two
    dimensions; its use as a placebo is ours.
    """

    rounds: int = 40

    name: ClassVar[str] = "phase-scrambled"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "After Schreiber and Schmitz (1996), Improved Surrogate Data for Nonlinearity Tests, Physical Review "
        "Letters 77"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-specific",
        "form": "placebo",
    }
    data_kinds: ClassVar[tuple[str, ...]] = ("image",)
    reveals_output: ClassVar[Reveals] = "partly"

    def relevance_of(self, question: Question, context: Context) -> Tensor:
        own = self.of_map.relevance_of(question, context)
        scrambled = torch.from_numpy(phase_scrambled(strongest(own), question.seed, self.rounds))
        return scrambled.to(own).expand_as(own).clone()


def strongest(relevance: Tensor) -> np.ndarray:
    """Relevance (C, H, W) as one map (H, W): of each pixel's channels the value of largest size."""
    place = relevance.abs().argmax(dim=0, keepdim=True)
    return relevance.gather(0, place).squeeze(0).detach().cpu().double().numpy()


def phase_scrambled(values: np.ndarray, seed: int, rounds: int = 40) -> np.ndarray:
    """The values of a map (H, W) in other places, with nearly the power spectrum that they had.

    Source: the iterated, amplitude-adjusted Fourier transform of Schreiber and Schmitz (1996).
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    amplitudes = np.abs(np.fft.fft2(values))
    found = generator.permutation(values.ravel()).reshape(values.shape)
    for _ in range(rounds):
        found = arranged(values, amplitudes, phases_of(found))
    return found
