"""`prepare`: make a bundle from a recipe."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .base import Commands, described

if TYPE_CHECKING:
    from ..preparing import Preparation


def add(commands: Commands) -> None:
    """Add the command and its options."""
    prepare = commands.add_parser("prepare", help="make a bundle from a recipe; goes on where it was stopped")
    prepare.add_argument("recipe", type=Path, metavar="RECIPE")
    prepare.add_argument("--out", type=Path, required=True, metavar="BUNDLE")
    prepare.add_argument("--processes", type=count, metavar="N", help="how many to use; by default all cores")
    prepare.add_argument("--dask", metavar="ADDRESS", help="use the workers of this Dask scheduler")
    prepare.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make a bundle."""
    from joblib import cpu_count
    from tqdm import tqdm

    from ..preparing import Preparation
    from ..preparing.spreading import has_workers
    from .verdicts import tell_verdicts

    processes = options.processes or cpu_count()
    preparation = Preparation(options.recipe, options.out, processes, options.dask)
    total, left = len(preparation.units), len(preparation.left())
    if preparation.was_there:
        print(f"{options.out} is there already; making it again to compare.")
    if left < total:
        print(f"Going on: {total - left} of {total} explanations were made before.")
    _tell_budget(preparation)
    if options.dask and not has_workers(options.dask):
        print(f"{options.dask} has no worker yet: `dask worker {options.dask} --nthreads 1` starts one.")
    left = len(preparation.left())
    steps = preparation.explanations()
    for _ in tqdm(steps, total=total, initial=total - left, unit="explanation", disable=None):
        pass
    total, left = len(preparation.checked), len(preparation.unchecked())
    checks = preparation.checks(preparation.seconds_of_checks())
    for _ in tqdm(checks, total=total, initial=total - left, unit="check", disable=None):
        pass
    outcome = preparation.finish()
    done = "is already there and identical" if outcome.was_there else "written"
    print(f"{options.out} {done}: {described(outcome.bundle)}.")
    tell_verdicts(outcome.bundle, sys.stderr)
    return 0


def _tell_budget(preparation: "Preparation") -> None:
    """What is to be done and how long it will take, before most of it is done."""
    budget = preparation.workshop.recipe.budget
    explanations, checks = preparation.seconds_of_explanations(), preparation.seconds_of_checks()
    print(
        f"{len(preparation.units)} explanations, about {_told(explanations)} in one process; then "
        f"{len(preparation.checked)} checks of up to {budget.items} items, {budget.layers} layers and {budget.draws} "
        f"draws each, about {_told(checks)}. The recipe's `budget` bounds the checks."
    )


def _told(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} minutes"


def count(text: str) -> int:
    """A whole number from 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is too few; allowed: 1 and more")
    return number
