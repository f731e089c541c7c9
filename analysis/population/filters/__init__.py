"""Filters: rules by which a plan can leave people out, one per file."""

from analysis.population.filters.registry import FILTERS, get_filter

__all__ = ["FILTERS", "get_filter"]
