"""The recipe: which data, models, items, explainers and drawing make a bundle. Needs no torch."""

from .reading import read_recipe
from .schema import Recipe

__all__ = ["Recipe", "read_recipe"]
