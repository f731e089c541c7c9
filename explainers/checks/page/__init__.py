"""A page with pictures: each explainer beside its randomised twin, and what the checks found, in plain words."""

from .write import write_page

__all__ = ["write_page"]
