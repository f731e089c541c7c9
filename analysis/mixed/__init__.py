"""Crossed mixed models: participants and items are both random.

>>> fit = fit_glmm("correct ~ condition", trials, {"participant": "1", "item": "1 + condition"})
>>> print(fit.summary())
"""

from analysis.mixed.clmm import fit_clmm
from analysis.mixed.glmm import fit_glmm
from analysis.mixed.lmm import fit_lmm
from analysis.mixed.profile import LikelihoodRatio, likelihood_ratio, profile_interval
from analysis.mixed.result import MixedFit

__all__ = [
    "LikelihoodRatio",
    "MixedFit",
    "fit_clmm",
    "fit_glmm",
    "fit_lmm",
    "likelihood_ratio",
    "profile_interval",
]
