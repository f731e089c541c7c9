"""`python -m analysis replicate NAME`: published numbers beside those that come out here."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path

from analysis.replication import REPLICATIONS, replicate, verdict_table

DATA = "REPLICATION_DATA"
DEFAULT = Path(__file__).parents[2].parent / "shared" / "replication"


def add(commands: _SubParsersAction[ArgumentParser]) -> ArgumentParser:
    """Add the command to the parser."""
    command = commands.add_parser("replicate", help="compare a published study's numbers with ours")
    command.add_argument("name", metavar="NAME", help=f"one of {', '.join(REPLICATIONS)}")
    command.add_argument(
        "--data", metavar="DIR", type=Path, help=f"folder that holds NAME; ${DATA} or {DEFAULT} unless given"
    )
    return command


def run(given: Namespace) -> int:
    """Print the table; 0 where every number matches or is a listed erratum, 1 otherwise."""
    folder = given.data or Path(os.environ.get(DATA) or DEFAULT)
    compared = replicate(given.name, folder / given.name)
    print(verdict_table(compared))
    return 0 if all(one.verdict != "MISMATCH" for one in compared) else 1
