"""`list`: the explainers that there are."""

import argparse

from ..listing import summaries
from ..registry import EXPLAINERS
from .base import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    commands.add_parser("list", help="the explainers that there are").set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print each explainer with its summary."""
    width = max(map(len, EXPLAINERS))
    for name, summary in summaries(EXPLAINERS).items():
        print(f"{name:<{width}}  {summary}")
    return 0
