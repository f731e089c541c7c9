"""`python -m analysis gain`: what came of everybody's marks in a debugging task, by arm."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path

from analysis.gain import compare_gains, gain_report, read_gains, write_gain


def add(commands: _SubParsersAction[ArgumentParser]) -> ArgumentParser:
    """Add the command to the parser."""
    command = commands.add_parser("gain", help="compare arms by the gain that a debugging task brought")
    command.add_argument(
        "gains", metavar="GAINS.csv", type=Path, help="what `python -m explainers debug` wrote"
    )
    command.add_argument("--reference", metavar="ARM", help="the arm without explanation (none)")
    command.add_argument(
        "--alpha", type=float, default=0.05, help="one minus the level of the intervals (0.05)"
    )
    command.add_argument(
        "--set-slopes", action="store_true", help="let differences vary over sets: speak of other sets too"
    )
    command.add_argument(
        "--out", type=Path, metavar="DIR", help="folder to make, for gain.txt and CSV tables"
    )
    return command


def run(given: Namespace) -> int:
    """Print the comparison; write it where asked to."""
    gain = compare_gains(
        read_gains(given.gains), given.reference, alpha=given.alpha, set_slopes=given.set_slopes
    )
    if given.out:
        write_gain(gain, given.out)
    print(gain_report(gain))
    return 0
