"""Seconds of the crossed logistic mixed model, standard errors included, beside lme4's in the same run.

OMP_NUM_THREADS=1 python -m benchmarks.glmm
OMP_NUM_THREADS=1 python -m benchmarks.glmm --only sim200 --least 10     # fails below a ratio of 10
OMP_NUM_THREADS=1 python -m benchmarks.glmm --people 25000               # 1,000,000 trials of five arms, ours alone

sim200, VerbAgg with a correlated slope over persons, and sim2000 are read from the folder `glmm` of
REFERENCE_DATA (by default `../shared/reference`). lme4 runs where `Rscript` and Debian's r-cran-lme4 are
installed, with its defaults (bobyqa for the slope, without which it does not converge); elsewhere ours is
measured alone, which is no failure. Ours is the median of `--repeats` fits, lme4's is one fit.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from analysis.mixed import MixedFit, fit_glmm

FOLDER = Path(os.environ.get("REFERENCE_DATA", Path(__file__).parents[2] / "shared" / "reference")) / "glmm"

SCRIPT = """
suppressMessages(library(lme4))
a <- commandArgs(TRUE)
d <- read.csv(a[1], stringsAsFactors = TRUE)
bases <- list(condition = "control", btype = "curse", situ = "other", Gender = "F")
for (n in intersect(names(bases), names(d))) d[[n]] <- relevel(d[[n]], bases[[n]])
control <- if (a[3] == "") glmerControl() else glmerControl(optimizer = a[3])
t <- system.time({m <- glmer(as.formula(a[2]), d, binomial, control = control); se <- summary(m)$coefficients[, 2]})
cat(t[["elapsed"]], as.numeric(logLik(m)), max(se), "\n")
"""


@dataclass(frozen=True)
class Case:
    """One model in both languages."""

    name: str
    file: str
    formula: str
    random: dict[str, str]
    in_r: str
    optimiser: str = ""
    options: dict[str, Any] = field(default_factory=dict)


TRIALS = "correct ~ condition + x"
PERSONS = "y ~ Anger + Gender + btype + situ"
CROSSED = {"participant": "1", "item": "1"}
IN_R = f"{TRIALS} + (1 | participant) + (1 | item)"
CASES = [
    Case("sim200", "sim200.csv", TRIALS, CROSSED, IN_R),
    Case(
        "VerbAgg, slope",
        "VerbAgg.csv",
        PERSONS,
        {"id": "1 + situ", "item": "1"},
        f"{PERSONS} + (1 + situ | id) + (1 | item)",
        "bobyqa",
        {"correlated": ["id"]},
    ),
    Case("sim2000", "sim2000.csv.gz", TRIALS, CROSSED, IN_R),
]


def ours(case: Case, repeats: int) -> tuple[float, MixedFit]:
    """The median of the seconds of some fits from the table on, and the fit."""
    table, seconds = pd.read_csv(FOLDER / case.file), []
    for _ in range(repeats):
        start = time.perf_counter()
        fit = fit_glmm(case.formula, table, case.random, **case.options)
        fit.bse.max()  # computed when it is asked for
        seconds.append(time.perf_counter() - start)
    return median(seconds), fit


def has_lme4() -> bool:
    """Say whether Rscript and lme4 are there."""
    if shutil.which("Rscript") is None:
        return False
    call = ["Rscript", "-e", 'quit(status = !requireNamespace("lme4", quietly = TRUE))']
    return subprocess.run(call, capture_output=True, check=False).returncode == 0


def lme4(case: Case) -> tuple[float, float, float]:
    """lme4's seconds, log-likelihood and largest standard error."""
    call = ["Rscript", "-e", SCRIPT, str(FOLDER / case.file), case.in_r, case.optimiser]
    said = subprocess.run(call, capture_output=True, text=True, check=True).stdout.split()
    return float(said[0]), float(said[1]), float(said[2])


def many_trials(people: int, per_person: int = 40, items: int = 100, seed: int = 0) -> pd.DataFrame:
    """Trials of five arms between people, whose effects vary between items."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), per_person)
    item = np.argsort(rng.random((people, items)), axis=1)[:, :per_person].ravel()
    arm = (np.arange(people) % 5)[person]
    level = rng.normal(0, 0.8, people)[person] + rng.normal(0, 0.6, items)[item]
    eta = 0.4 + 0.2 * arm + level + rng.normal(0, 0.3, (items, 5))[item, arm]
    return pd.DataFrame(
        {
            "participant": person,
            "item": item,
            "condition": np.array(["control", "a", "b", "c", "d"])[arm],
            "correct": rng.random(len(eta)) < 1 / (1 + np.exp(-eta)),
        }
    )


def measure_many(people: int) -> None:
    """Fit many trials with the slope that the design allows, and print seconds and the most memory."""
    trials = many_trials(people)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, cpu = time.perf_counter(), time.process_time()
    fit = fit_glmm("correct ~ condition", trials, {"participant": "1", "item": "1 + condition"})
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    state = "converged" if fit.converged else "NOT CONVERGED"
    print(f"{len(trials):,} trials: {wall:.1f} s, {cpu:.1f} CPU s, {fit.evaluations} evaluations, {state}")
    print(f"most memory {peak / 1e3:.0f} MB, {(peak - before) / 1e3:.0f} MB of it by the fit")


def compare(cases: list[Case], repeats: int) -> float:
    """Print one line per case; return the smallest ratio, infinite without lme4."""
    there, smallest = has_lme4(), float("inf")
    if not there:
        print("lme4 is not installed (Debian: r-cran-lme4): ours alone.")
    print(f"{'':16}{'ours s':>10}{'lme4 s':>10}{'ratio':>8}{'Δ logLik':>12}{'Δ max se %':>12}")
    for case in cases:
        if not (FOLDER / case.file).exists():
            print(f"{case.name:16}left out: {FOLDER / case.file} is not there")
            continue
        mine, fit = ours(case, repeats)
        line = f"{case.name:16}{mine:10.3f}"
        if there:
            theirs, llf, se = lme4(case)
            smallest = min(smallest, theirs / mine)
            line += f"{theirs:10.2f}{theirs / mine:8.0f}{fit.llf - llf:12.5f}{100 * (fit.bse.max() / se - 1):12.2f}"
        print(line, flush=True)
    return smallest


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the crossed logistic mixed model.")
    parser.add_argument("--only", help="one case: " + ", ".join(case.name for case in CASES))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--least", type=float, help="fail when a ratio to lme4 is smaller than that")
    parser.add_argument("--people", type=int, help="instead: this many people with 40 trials each")
    options = parser.parse_args()
    if options.people:
        measure_many(options.people)
        return 0
    cases = [case for case in CASES if options.only in (None, case.name)]
    if not cases:
        parser.error(f"--only {options.only!r}; known: {', '.join(case.name for case in CASES)}")
    smallest = compare(cases, options.repeats)
    return int(options.least is not None and smallest < options.least)


if __name__ == "__main__":
    sys.exit(main())
