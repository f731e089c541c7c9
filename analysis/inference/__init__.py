"""Inference: what can be said about arms when participants and items are both random."""

from analysis.inference.arms import compare_arms, mean_by_arm

__all__ = ["compare_arms", "mean_by_arm"]
