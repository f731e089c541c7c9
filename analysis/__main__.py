"""`python -m analysis COMMAND`: parses arguments and calls one function."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from threadpoolctl import threadpool_limits

from analysis.commands import COMMANDS
from analysis.errors import AnalysisError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status: 0, or 1 with a message when something is missing or wrong."""
    given = _parser().parse_args(arguments)
    try:
        with threadpool_limits(1):  # of matrix libraries; work is spread over processes
            return given.run(given)
    except AnalysisError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m analysis", description="Analyse an export, or any table of trials."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands).set_defaults(run=command.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
