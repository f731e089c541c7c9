"""Making a bundle from a recipe: here, in several processes, or on a Dask cluster; the same bytes each time."""

from .preparation import Outcome, Preparation

__all__ = ["Outcome", "Preparation"]
