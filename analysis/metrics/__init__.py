"""Metrics: what is said about answers. Each describes; inference goes through `analysis.inference`."""

from analysis.metrics.by_arm import applicable, metric_by_arm, metric_contrasts
from analysis.metrics.metric import Metric, metric
from analysis.metrics.registry import METRICS, describe_metric, get_metric

__all__ = [
    "METRICS",
    "Metric",
    "applicable",
    "describe_metric",
    "get_metric",
    "metric",
    "metric_by_arm",
    "metric_contrasts",
]
