"""`python -m analysis report`: execute the analysis plan and write the report."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterable
from functools import partial

from tqdm import tqdm

from analysis.report import report


def add(commands: _SubParsersAction[ArgumentParser]) -> ArgumentParser:
    """Add the command to the parser."""
    command = commands.add_parser("report", help="execute the analysis plan and write the report")
    command.add_argument(
        "data",
        metavar="EXPORT_OR_TABLE",
        help="folder of an export; or, with --mapping, a CSV table or a folder of tables",
    )
    command.add_argument("--out", required=True, metavar="DIR", help="folder to make; it may not exist")
    command.add_argument(
        "--mapping", metavar="FILE", help="YAML file that names the tables' columns and the plan"
    )
    command.add_argument(
        "--source", choices=("recruited", "simulated", "preview"), help="whose rows; never mixed"
    )
    command.add_argument("--force", action="store_true", help="replace an earlier report in DIR")
    return command


def run(given: Namespace) -> int:
    """Write the report and say where it is."""
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
    return 0
