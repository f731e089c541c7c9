"""`debug`: train each participant's version of the model, and measure it."""

import argparse
from pathlib import Path

from .base import Commands
from .prepare import count


def add(commands: Commands) -> None:
    """Add the command and its options."""
    debug = commands.add_parser(
        "debug", help="retrain the model by what people marked, and measure it; goes on where it was stopped"
    )
    debug.add_argument("export", type=Path, metavar="EXPORT", help="of a study with a debugging task")
    debug.add_argument("--recipe", type=Path, required=True, metavar="RECIPE", help="what made the bundle")
    debug.add_argument("--out", type=Path, required=True, metavar="GAINS.csv")
    debug.add_argument("--seeds", type=count, default=3, metavar="N", help="trainings of each version (3)")
    debug.add_argument(
        "--fine-tune", type=count, metavar="EPOCHS", help="go on from the recipe's weights; else train anew"
    )
    debug.add_argument("--draw", type=int, default=0, metavar="SEED", help="of random marking (0)")
    debug.add_argument(
        "--source", choices=("recruited", "simulated", "preview"), help="whose answers; never mixed"
    )
    debug.add_argument("--processes", type=count, metavar="N", help="how many to use; by default all cores")
    debug.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train what the export asks for and write the table."""
    from joblib import cpu_count
    from tqdm import tqdm

    from ..debugging.gains import Gains

    gains = Gains(
        options.export,
        options.recipe,
        options.out,
        seeds=options.seeds,
        fine_tune=options.fine_tune or 0,
        draw=options.draw,
        source=options.source or "",
        processes=options.processes or cpu_count(),
    )
    total, left = len(gains.jobs), len(gains.left())
    trials = gains.answers.trials
    people = len({trial.participant for trial in trials})
    print(
        f"{len(trials)} {trials[0].source} trials of {people} participants in {len(gains.answers.sets)} sets: "
        f"{total // options.seeds} different versions of the model, {options.seeds} trainings each."
    )
    if left < total:
        print(f"Going on: {total - left} of {total} trainings were done before.")
    for _ in tqdm(gains.train(), total=total, initial=total - left, unit="training", disable=None):
        pass
    rows = gains.write()
    if without := gains.without_truth():
        print(f"No ceiling for {', '.join(without)}: the truth is not told.")
    if idle := sum(version.without_effect for version in gains.versions):
        print(f"{idle} marks had no effect: they are about examples that the model did not learn from.")
    print(f"{options.out} written: {rows} rows. `python -m analysis gain {options.out}` compares the arms.")
    return 0
