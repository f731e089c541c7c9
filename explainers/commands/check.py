"""`check`: say what is wrong with a bundle."""

import argparse
from pathlib import Path

from .. import bundle
from .base import Commands, described


def add(commands: Commands) -> None:
    """Add the command and its options."""
    check = commands.add_parser("check", help="say what is wrong with a bundle, ours or anyone's")
    check.add_argument("bundle", type=Path, metavar="BUNDLE")
    check.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check a bundle."""
    found = bundle.read(options.bundle)
    print(f"{options.bundle} is sound: {described(found)}.")
    return 0
