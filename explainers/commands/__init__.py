"""`python -m explainers`: list what there is; train, prepare, check, show."""

from .running import main, parser

__all__ = ["main", "parser"]
