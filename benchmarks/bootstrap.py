"""CPU seconds of the two-way bootstrap, beside the same draws made by pandas.

OMP_NUM_THREADS=1 python -m benchmarks.bootstrap
OMP_NUM_THREADS=1 python -m benchmarks.bootstrap --people 25000 --items 1000 --draws 2000   # 1,000,000 trials

Two arms between people; each person answers some of the items. pandas does the same resampling as most
scripts do, by weights that are mapped onto the trials and summed by arm; a few of its draws are measured and
scaled up. `--most` makes the command fail when the bootstrap takes more CPU seconds than that.
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.resampling import resample_sums

PANDAS_DRAWS = 20


def simulated(people: int, per_person: int, items: int, seed: int = 1) -> pd.DataFrame:
    """Return trials of two arms; each person answers `per_person` different items, right in some 60 %."""
    rng = np.random.default_rng(seed)
    first = rng.integers(items, size=people)
    step = rng.choice([n for n in range(1, items) if np.gcd(n, items) == 1] or [1], size=people)
    item = (first[:, None] + step[:, None] * np.arange(per_person)) % items
    arm = np.arange(people) % 2
    right = rng.random((people, per_person)) < 0.6 + 0.05 * arm[:, None]
    return pd.DataFrame(
        {
            "participant": np.repeat(np.arange(people), per_person),
            "item": item.ravel(),
            "arm": np.repeat(arm, per_person),
            "correct": right.ravel().astype(float),
        }
    )


def ours(trials: pd.DataFrame, draws: int) -> np.ndarray:
    """Return the draws of the difference of the arms' means by `resample_sums`."""
    columns = np.column_stack([trials["correct"], np.ones(len(trials))])
    sums = resample_sums(columns, trials["arm"], trials["participant"], trials["item"], n_arms=2, draws=draws)
    means = sums[..., 0] / sums[..., 1]
    return means[:, 1] - means[:, 0]


def by_pandas(trials: pd.DataFrame, draws: int, seed: int = 1) -> np.ndarray:
    """Return the same draws by weights on the table of trials."""
    rng = np.random.default_rng(seed)
    people = [rows.unique() for _, rows in trials.groupby("arm")["participant"]]
    items = trials["item"].unique()
    drawn = np.empty(draws)
    for draw in range(draws):
        who = pd.concat([pd.Series(rng.choice(some, len(some))).value_counts() for some in people])
        what = pd.Series(rng.choice(items, len(items))).value_counts()
        weight = trials["participant"].map(who).fillna(0) * trials["item"].map(what).fillna(0)
        sums = trials.assign(n=weight, y=weight * trials["correct"]).groupby("arm")[["y", "n"]].sum()
        mean = sums["y"] / sums["n"]
        drawn[draw] = mean[1] - mean[0]
    return drawn


def cpu_seconds(
    function: Callable[[pd.DataFrame, int], np.ndarray], trials: pd.DataFrame, draws: int
) -> tuple[float, np.ndarray]:
    """Return the CPU seconds of this process, all threads, and the draws."""
    start = time.process_time()
    drawn = function(trials, draws)
    return time.process_time() - start, drawn


def megabytes(trials: pd.DataFrame, draws: int) -> float:
    """Return the largest memory that the bootstrap holds beside the table, in MB."""
    tracemalloc.start()
    ours(trials, draws)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the two-way bootstrap.")
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--per-person", type=int, default=40, help="trials of each person (40)")
    parser.add_argument("--items", type=int, default=100)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--most", type=float, help="fail above this many CPU seconds")
    options = parser.parse_args()
    if options.per_person > options.items:
        parser.error(f"--per-person {options.per_person} is more than --items {options.items}")
    trials = simulated(options.people, options.per_person, options.items)
    seconds, drawn = cpu_seconds(ours, trials, options.draws)
    slow, slow_drawn = cpu_seconds(by_pandas, trials, PANDAS_DRAWS)
    slow *= options.draws / PANDAS_DRAWS
    low, high = np.quantile(drawn, [0.025, 0.975])
    print(
        f"{len(trials):,} trials, {options.people:,} people, {options.items:,} items, {options.draws:,} draws"
    )
    print(f"bootstrap  {seconds:8.2f} CPU s   sd {drawn.std():.5f}   95 % {low:.4f} to {high:.4f}")
    print(f"pandas     {slow:8.0f} CPU s   sd {slow_drawn.std():.5f}   (from {PANDAS_DRAWS} draws)")
    print(f"ratio      {slow / seconds:8.0f}   memory {megabytes(trials, min(options.draws, 400)):.0f} MB")
    return int(options.most is not None and seconds > options.most)


if __name__ == "__main__":
    sys.exit(main())
