"""The gallery: one page with every explainer on every kind of data that it serves."""

from .making import make

__all__ = ["make"]
