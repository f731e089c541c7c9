"""Resampling participants and items, in plain arrays; `analysis.inference.bootstrap` puts labels on."""

from analysis.resampling.percentiles import percentile_interval, percentile_p
from analysis.resampling.two_way import Progress, resample_sums

__all__ = ["Progress", "percentile_interval", "percentile_p", "resample_sums"]
