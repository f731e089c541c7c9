"""`list`: the explainers that there are."""

import argparse

from ..listing import summaries
from ..registry import EXPLAINERS
from .base import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    listing = commands.add_parser("list", help="the explainers that there are")
    listing.add_argument(
        "--table", action="store_true", help="as docs/methods.md tells them: with what each says of itself"
    )
    listing.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print each explainer with its summary."""
    if options.table:
        from ..catalogue import page

        print(page(), end="")
        return 0
    width = max(map(len, EXPLAINERS))
    for name, summary in summaries(EXPLAINERS).items():
        print(f"{name:<{width}}  {summary}")
    return 0
