"""`train`: make the weights that a recipe names."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from .base import Commands


def add(commands: Commands) -> None:
    """Add the command and its options."""
    train = commands.add_parser("train", help="make the weights that a recipe names, from its seed")
    train.add_argument("recipe", type=Path, metavar="RECIPE")
    train.add_argument("--overwrite", action="store_true", help="replace weights that come out different")
    train.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train the recipe's models."""
    from ..retraining import retrain

    status, count = 0, 0
    for trained in retrain(options.recipe, options.overwrite, _losses_shown):
        told = [
            f"{name.replace('_', ' ')} {value:.4f}"
            for name, value in trained.quality.items()
            if not name.endswith("accuracy_n")
        ]
        count += 1
        found = f"{trained.model}: {', '.join(told)} on {trained.quality['accuracy_n']} held-out cases"
        if trained.files == "different":
            status = 1
            print(
                f"{found}, but its weights ({trained.sha256[:12]}…) differ from those in {trained.weights}, "
                "which were kept. A changed recipe does that, and so does another machine or version of torch; "
                "`--overwrite` replaces them.",
                file=sys.stderr,
            )
        else:
            done = "wrote" if trained.files == "written" else "identical to"
            print(f"{found}; {done} {trained.weights} ({trained.sha256[:12]}…).")
    if not count:
        print("Nothing to train: no model of this recipe names `weights`.")
    return status


def _losses_shown(losses: Iterator[float], steps: int, model: str) -> Iterator[float]:
    from tqdm import tqdm

    with tqdm(losses, total=steps, desc=model, unit="batch", disable=None) as bar:
        for number, loss in enumerate(bar):
            if number % 50 == 0:
                bar.set_postfix(loss=f"{loss:.3f}")
            yield loss
