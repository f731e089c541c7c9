"""Seconds and memory of a whole report, from a CSV table with a mapping to the page with its figures.

OMP_NUM_THREADS=1 python -m benchmarks.report --people 25000        # 1,000,000 trials

Each of the people, in three arms, answers 40 of 100 items; correctness, confidence and times are simulated.
The report runs in a process of its own, whose peak of memory the system reports.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

ARMS = ("control", "map", "rules")
EACH, ITEMS = 40, 100
MAPPING = """\
schema_version: 1
title: Simulated
columns:
  participant: participant
  item: item
  arm: arm
  correct: correct
  output: output
  truth: truth
  confidence: confidence
  response_ms: response_ms
  position: position
confidence_scale: probability
plan:
  reference: control
  equivalence_margin: 0.05
  natural_error_rate: 0.05
"""


def simulated(people: int, seed: int = 1) -> pd.DataFrame:
    """Return one row per trial; people and items differ, and the arm `map` helps by 0.3 on the logit scale."""
    rng = np.random.default_rng(seed)
    item = np.concatenate([rng.permutation(ITEMS)[:EACH] for _ in range(people)])
    person = np.repeat(np.arange(people), EACH)
    arm = person % len(ARMS)
    eta = 0.4 + rng.normal(0, 0.8, people)[person] + rng.normal(0, 0.6, ITEMS)[item] + 0.3 * (arm == 1)
    n = len(item)
    return pd.DataFrame(
        {
            "participant": np.char.add("p", person.astype(str)),
            "item": np.char.add("i", item.astype(str)),
            "arm": np.array(ARMS)[arm],
            "correct": (rng.random(n) < expit(eta)).astype(int),
            "output": np.where(item % 2 == 0, "cat", "dog"),
            "truth": np.where(item % 4 < 2, "cat", "dog"),
            "confidence": rng.integers(5, 11, n) / 10,
            "response_ms": rng.lognormal(8, 0.5, n).astype(int),
            "position": np.tile(np.arange(1, EACH + 1), people),
        }
    )


def main() -> int:
    """Write a table, report it, and print what that took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__.split("\n\n")[0])
    parser.add_argument("--people", type=int, default=2500)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        simulated(people).to_csv(folder / "trials.csv", index=False)
        (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
        command = [sys.executable, "-m", "analysis", "report", "trials.csv", "--mapping", "mapping.yaml"]
        root = str(Path(__file__).parents[1])
        start = time.perf_counter()
        done = subprocess.run(
            [*command, "--out", "report"],
            cwd=folder,
            env={"PYTHONPATH": root, "PATH": "", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            check=False,
        )
        took = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{people * EACH:,} trials: {took:.1f} s, {peak:,.0f} MB, exit status {done.returncode}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
