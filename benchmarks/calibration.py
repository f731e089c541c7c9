"""Do the shipped tests reject five times in a hundred, and do the intervals cover ninety-five times?

    python -m benchmarks.calibration                      # 1,000 seeds of each design, both cores
    python -m benchmarks.calibration --seeds 50 --designs S2 small

Each seed simulates a study twice, without an effect and with one, and analyses it exactly as a report does:
`analysis.planned.primary_analysis`, its rule for singular fits included. Beside it stand the two-way
bootstrap, the two-way cluster-robust t, and tests that ignore what is random. Results are kept by design and
seed, so that an interrupted run goes on where it was; the page docs/calibration.md is written at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy import stats
from tqdm import tqdm

from analysis.inference.crosscheck import bootstrap_contrasts
from analysis.planned import primary_analysis
from analysis.planned.contrasts import contrasts_of
from analysis.planned.robust import robust_contrasts, shares_of
from benchmarks.calibration_page import page, summary
from benchmarks.designs import DESIGNS, Design
from protocol.schema.plan import Plan

ROOT = Path(__file__).parents[1]
SEEDS, DRAWS = 1000, 1000
EFFECT = 0.5  # logit scale
INTERCEPTS = {"participant": "1", "item": "1"}
ISSUE_TABLE = "S2big"  # the design that also gets the analyses that the field uses


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is left to do, write the page, and say whether every rate lies where it should."""
    options = _options(arguments)
    path = options.work / "calibration.jsonl"
    designs = [design for design in DESIGNS if design.name in options.designs]
    done = {(row["design"], row["seed"]) for row in kept(path)}
    jobs = [
        (design, seed)
        for seed in range(1, options.seeds + 1)
        for design in designs
        if (design.name, seed) not in done
    ]
    print(f"{len(jobs):,} of {len(designs) * options.seeds:,} studies are left to do; results in {path}.")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("a", encoding="utf-8") as file:
            for row in tqdm(_run(jobs, options.processes), total=len(jobs), unit="study", disable=None):
                file.write(json.dumps(row) + "\n")
                file.flush()
    except KeyboardInterrupt:
        print("Stopped. The same command goes on.")
        return 130
    wanted = {design.name for design in designs}
    rows = [row for row in kept(path) if row["seed"] <= options.seeds and row["design"] in wanted]
    table = summary(rows, DESIGNS)
    options.docs.write_text(page(table, DESIGNS, options.seeds, EFFECT), encoding="utf-8")
    print(table.round(3).to_string(), f"{options.docs} is written.", sep="\n")
    return 0 if table["holds"].all() else 1


def kept(path: Path) -> list[dict[str, Any]]:
    """Return the results that are kept; a last line that was cut short is left out."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.endswith("}")]


def one_study(design: Design, seed: int) -> dict[str, Any]:
    """Simulate and analyse one study without and one with an effect.

    Returns
    -------
    dict
        `design`, `seed`; of the study without an effect `p` (smallest adjusted), `p_cluster`, `p_bootstrap`
        (smallest, adjusted likewise), `p_chi2`, `p_t` and, for one design, `p_gee`, `p_intercepts`; `covers_null`
        and `covers` (share of the contrasts whose interval holds the truth); `failed` and `dropped` (whether
        a fit failed, and whether a random effect was dropped as singular).
    """
    rng = np.random.default_rng([seed, *design.name.encode()])
    plan = design.plan()
    null, planted = design.simulate(rng), design.simulate(rng, EFFECT)
    told = _null(null, design, plan, seed)
    with_effect = primary_analysis(_with_period(planted), plan, design.group_names)
    truth = design.truth(EFFECT)
    contrasts = with_effect.contrasts
    inside = (contrasts["low"] <= truth) & (truth <= contrasts["high"])
    return told | {
        "covers": float(inside.mean()),
        "power": float(contrasts["differs"].any()),
        "error": float((contrasts["estimate"] - truth).mean()),
    }


def _null(trials: pd.DataFrame, design: Design, plan: Plan, seed: int) -> dict[str, Any]:
    trials = _with_period(trials)
    primary = primary_analysis(trials, plan, design.group_names)
    contrasts, groups = primary.contrasts, design.group_names
    weights = {one.name: one.weights for one in contrasts_of(plan, groups)}
    bootstrap = bootstrap_contrasts(
        trials, "value", weights, arms=groups, draws=DRAWS, seed=seed, **shares_of(plan)
    )
    told = {
        "design": design.name,
        "seed": seed,
        "p": _smallest(contrasts["p_adjusted"]),
        "covers_null": float(((contrasts["low"] <= 0) & (contrasts["high"] >= 0)).mean()),
        "p_cluster": _smallest(robust_contrasts(trials, plan, groups)["p_adjusted"]),
        "p_bootstrap": _smallest(bootstrap["p"] * len(bootstrap)),
        "failed": primary.fit is None or not primary.fit.converged,
        "dropped": primary.fit is not None and bool(primary.fit.dropped),
        **_naive(trials, groups),
    }
    return told | _of_the_field(trials, plan, groups) if design.name == ISSUE_TABLE else told


def _with_period(trials: pd.DataFrame) -> pd.DataFrame:
    names = {"post": "outcome", "pre": "baseline"}
    return trials.assign(period=trials["phase"].map(names)) if "pre" in set(trials["phase"]) else trials


def _naive(trials: pd.DataFrame, groups: Sequence[str]) -> dict[str, float]:
    """Return the p-values of tests that take trials, or people, for all that is random; smallest of all pairs."""
    after = trials[trials["phase"] != "pre"]
    base, p_chi2, p_t = after[after["arm"] == groups[0]], [], []
    for name in groups[1:]:
        other = after[after["arm"] == name]
        counts = [[one["value"].sum(), (1 - one["value"]).sum()] for one in (base, other)]
        p_chi2.append(float(stats.chi2_contingency(counts, correction=False).pvalue))
        means = [one.groupby("participant")["value"].mean() for one in (base, other)]
        p_t.append(float(stats.ttest_ind(*means, equal_var=False).pvalue))
    return {"p_chi2": min(p_chi2), "p_t": min(p_t)}


def _of_the_field(trials: pd.DataFrame, plan: Plan, groups: Sequence[str]) -> dict[str, float]:
    """Return the p-values of a marginal model by participant, and of random intercepts alone."""
    import statsmodels.api as sm

    design = np.column_stack([np.ones(len(trials)), trials["arm"] == groups[1]]).astype(float)
    marginal = sm.GEE(
        trials["value"].to_numpy(),
        design,
        groups=trials["participant"].to_numpy(),
        family=sm.families.Binomial(),
        cov_struct=sm.cov_struct.Exchangeable(),
    ).fit()
    intercepts = plan.model_copy(update={"random_effects": INTERCEPTS})
    alone = primary_analysis(trials, intercepts, groups).contrasts
    return {"p_gee": float(marginal.pvalues[1]), "p_intercepts": _smallest(alone["p_adjusted"])}


def _smallest(values: pd.Series) -> float:
    """Return the smallest p-value; 1 where there is none, as a test that could not be made rejects nothing."""
    told = values.dropna()
    return float(told.min()) if len(told) else 1.0


def _run(jobs: Sequence[tuple[Design, int]], processes: int) -> Iterator[dict[str, Any]]:
    pool = Parallel(n_jobs=processes, return_as="generator_unordered", batch_size=4)
    return pool(delayed(one_study)(design, seed) for design, seed in jobs)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.calibration", description=__doc__.split("\n\n")[0]
    )
    names = [design.name for design in DESIGNS]
    place = Path(os.environ.get("PROOF_DIR", ROOT / "data" / "proof"))
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--designs", nargs="+", choices=names, default=names)
    parser.add_argument("--processes", type=int, default=-1, help="all cores unless given")
    parser.add_argument("--work", type=Path, default=place, help="where results are kept")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs" / "calibration.md")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
