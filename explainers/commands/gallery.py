"""`gallery`: a page with every explainer on every kind of data that it serves."""

import argparse
from pathlib import Path

from .base import Commands


def add(commands: Commands) -> None:
    """Add the command and its options."""
    gallery = commands.add_parser("gallery", help="one page with every explainer, to look at")
    gallery.add_argument("--out", type=Path, required=True, metavar="DIR")
    gallery.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make the page."""
    raise NotImplementedError("being written")
