"""A short form of benchmarks/calibration.py: the shipped test keeps its level where a naive one does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.calibration import one_study
from benchmarks.calibration_page import page, summary
from benchmarks.designs import DESIGNS, Design

SEEDS = 40
BY_NAME = {design.name: design for design in DESIGNS}


def most(rate: float) -> int:
    """Return how many of the seeds may reject when the true rate is `rate`, in 999 of 1,000 such tests."""
    return int(stats.binom.ppf(0.999, SEEDS, rate))


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return pd.DataFrame([one_study(BY_NAME["S2"], seed) for seed in range(1, SEEDS + 1)])


def test_no_effect_is_rejected_no_more_often_than_promised(found):
    for name in ("p", "p_cluster", "p_bootstrap"):
        assert (found[name] < 0.05).sum() <= most(0.05)


def test_intervals_hold_the_planted_effect(found):
    assert (1 - found["covers"]).sum() <= most(0.05)
    assert not found["failed"].any()


def test_a_chi_square_of_trials_rejects_far_too_often(found):
    assert (found["p_chi2"] < 0.05).sum() > most(0.05)


def test_a_study_depends_on_its_seed_alone():
    assert one_study(BY_NAME["small"], 3) == one_study(BY_NAME["small"], 3)


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.name)
def test_the_truth_is_the_mean_over_many_people_and_items(design):
    """Monte Carlo over trials whose people and items are all different; a difference of 4 standard errors."""
    big = replace(design, participants=4000 - 4000 % design.groups, items=24, leaving=())
    rng = np.random.default_rng(5)
    studies = [difference(big, big.simulate(rng, 0.5)) for _ in range(12)]
    middle, se = np.mean(studies, axis=0), np.std(studies, axis=0, ddof=1) / np.sqrt(len(studies))
    assert np.all(np.abs(middle - design.truth(0.5)) < 4.5 * se + 0.005)


def difference(design: Design, trials: pd.DataFrame) -> np.ndarray:
    means = trials.groupby(["phase", "arm"])["value"].mean().unstack()
    change = means.loc["post"] - means.loc["pre"] if design.layout == "pre-post" else means.loc["test"]
    return change[design.group_names[1:]].to_numpy() - change["g0"]


def test_the_page_tells_every_design(found):
    table = summary(found.to_dict("records"), DESIGNS)
    assert table.loc["S2", "seeds"] == SEEDS
    assert "| S2 | between people; the effect varies between items | 60 × 24 |" in page(
        table, DESIGNS, SEEDS, 0.5
    )
