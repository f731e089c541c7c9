"""Metrics: what is said about answers. Each describes; inference goes through `analysis.inference`."""

from analysis.metrics.registry import METRICS, get_metric

__all__ = ["METRICS", "get_metric"]
