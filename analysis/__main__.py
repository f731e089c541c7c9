"""`python -m analysis COMMAND`: parses arguments and calls one function."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from functools import partial

from tqdm import tqdm

from analysis.errors import AnalysisError
from analysis.report import report


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0, or 1 with a message when something is missing or wrong."""
    given = _parser().parse_args(arguments)
    try:
        given.run(given)
    except AnalysisError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m analysis", description="Analyse an export, or any table of trials."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("report", help="execute the analysis plan and write the report")
    command.add_argument(
        "data", metavar="EXPORT_OR_TABLE", help="folder of an export, or a CSV table with --mapping"
    )
    command.add_argument("--out", required=True, metavar="DIR", help="folder to make; it may not exist")
    command.add_argument(
        "--mapping", metavar="FILE", help="YAML file that names the table's columns and the plan"
    )
    command.add_argument(
        "--source", choices=("recruited", "simulated", "preview"), help="whose rows; never mixed"
    )
    command.add_argument("--force", action="store_true", help="replace an earlier report in DIR")
    command.set_defaults(run=_report)
    return parser


def _report(given: Namespace) -> None:
    progress: partial[Iterable[int]] = partial(tqdm, desc="bootstrap", unit="chunk", disable=None)
    page = report(
        given.data,
        given.out,
        mapping=given.mapping,
        source=given.source,
        force=given.force,
        progress=progress,
    )
    print(f"Report: {page}")


if __name__ == "__main__":
    sys.exit(main())
