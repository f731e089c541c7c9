"""Lee's and Manski's bounds against closed forms worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import read_export
from analysis.errors import UnknownName
from analysis.metrics.accuracy import simulation_accuracy
from analysis.population import attrition_bounds, lee_bounds, manski_bounds, primary_trials
from analysis.population.attrition import attrition_by_arm, is_differential
from analysis.population.outcomes import outcomes_of_people
from analysis.population.trimming import imbens_manski
from tests.analysis.exports import build_export


def people(**arms: list[float]) -> pd.DataFrame:
    """Return a table of people; NaN is someone whose outcome was not seen."""
    rows = [(arm, mean, float(not np.isnan(mean))) for arm, means in arms.items() for mean in means]
    return pd.DataFrame(rows, columns=["arm", "mean", "observed"])


SEED = 3  # with which one arm loses more people than the other
NAN = float("nan")
TEN = [float(number) for number in range(1, 11)]


def test_lee_trims_the_arm_that_kept_more():
    told = lee_bounds(people(control=[*TEN[:8], NAN, NAN], map=TEN), reference="control", draws=50).loc["map"]
    # 10 of 10 against 8 of 10: a fifth of the arm is trimmed, so the mean of 1..8 or of 3..10
    assert (told["trimmed"], told["share"]) == ("map", pytest.approx(0.2))
    assert told["lower"] == pytest.approx(4.5 - 4.5)
    assert told["upper"] == pytest.approx(6.5 - 4.5)
    assert told["estimate"] == pytest.approx(5.5 - 4.5)


def test_lee_trims_the_reference_where_it_kept_more():
    told = lee_bounds(people(control=TEN, map=[*TEN[:8], NAN, NAN]), reference="control", draws=50).loc["map"]
    assert told["trimmed"] == "control"
    assert (told["lower"], told["upper"]) == (pytest.approx(4.5 - 6.5), pytest.approx(4.5 - 4.5))


def test_lee_trims_a_part_of_the_person_at_the_edge():
    told = lee_bounds(people(control=[0, 0, NAN], map=[1, 2, 3, 4]), reference="control", draws=50).loc["map"]
    # 4 of 4 against 2 of 3: two and two thirds people stay
    assert told["lower"] == pytest.approx((1 + 2 + 3 * 2 / 3) / (8 / 3))
    assert told["upper"] == pytest.approx((4 + 3 + 2 * 2 / 3) / (8 / 3))


def test_without_unequal_attrition_lee_is_the_difference_itself():
    table = people(control=[1, 2, 3, NAN], map=[2, 4, 6, NAN])
    told = lee_bounds(table, reference="control", draws=400).loc["map"]
    assert (told["trimmed"], told["share"]) == ("", 0)
    assert told["lower"] == told["upper"] == told["estimate"] == pytest.approx(2)


def test_half_seen_people_count_by_half():
    table = pd.DataFrame(
        {"arm": ["control"] * 2 + ["map"] * 2, "mean": [0.0, 1, 0, 1], "observed": [1, 0.5, 1, 1]}
    )
    told = lee_bounds(table, reference="control", draws=50).loc["map"]
    # rates 3/4 and 1: of the arm's two people, one and a half stay
    assert told["estimate"] == pytest.approx(1 / 2 - 1 / 3)
    assert told["lower"] == pytest.approx(0.5 / 1.5 - 1 / 3)
    assert told["upper"] == pytest.approx(1.0 / 1.5 - 1 / 3)


def test_manski_fills_what_is_missing_with_the_worst_and_the_best():
    table = people(control=[0.5, 0.5, 0.5, NAN], map=[1, 1, NAN, NAN])
    told = manski_bounds(table, reference="control", draws=50).loc["map"]
    assert told["lower"] == pytest.approx((2 + 0) / 4 - (1.5 + 1) / 4)
    assert told["upper"] == pytest.approx((2 + 2) / 4 - (1.5 + 0) / 4)


def test_the_width_of_manski_is_the_missing_share_of_both_arms_times_the_range():
    table = people(control=[2, 3, 4, NAN], map=[1, 5, NAN, NAN])
    told = manski_bounds(table, reference="control", outcome_range=(1, 5), draws=50).loc["map"]
    assert told["upper"] - told["lower"] == pytest.approx(4 * (1 / 4 + 2 / 4))


def test_lee_lies_within_manski():
    rng = np.random.default_rng(4)
    table = people(control=[*rng.random(40), *[NAN] * 4], map=[*rng.random(30), *[NAN] * 14])
    lee = lee_bounds(table, reference="control", draws=100).loc["map"]
    manski = manski_bounds(table, reference="control", draws=100).loc["map"]
    assert manski["lower"] <= lee["lower"] <= lee["estimate"] <= lee["upper"] <= manski["upper"]


def test_without_missing_outcomes_the_interval_is_that_of_a_mean_difference():
    rng = np.random.default_rng(5)
    arms = {"control": rng.normal(0, 1, 200), "map": rng.normal(0, 1, 200)}
    told = manski_bounds(
        people(**{arm: list(values) for arm, values in arms.items()}),
        reference="control",
        outcome_range=(-9, 9),
        draws=4000,
    ).loc["map"]
    z = stats.norm.ppf(0.975) * np.sqrt(sum(values.var() / 200 for values in arms.values()))
    assert told["high"] - told["estimate"] == pytest.approx(z, rel=0.04)
    assert told["estimate"] - told["low"] == pytest.approx(z, rel=0.04)


def test_imbens_manski_goes_from_the_two_sided_to_the_one_sided_quantile():
    together = imbens_manski(0.0, 0.0, 1.0, 1.0, 0.05)
    apart = imbens_manski(0.0, 50.0, 1.0, 1.0, 0.05)
    assert together == pytest.approx((-stats.norm.ppf(0.975), stats.norm.ppf(0.975)), abs=1e-6)
    assert apart == pytest.approx((-stats.norm.ppf(0.95), 50 + stats.norm.ppf(0.95)), abs=1e-6)


def test_an_arm_without_any_outcome_has_no_bounds():
    table = people(control=TEN, map=[NAN, NAN])
    assert lee_bounds(table, reference="control", draws=20)[["lower", "upper", "low"]].isna().all(axis=None)
    told = manski_bounds(table, reference="control", outcome_range=(1, 10), draws=20)
    assert told[["lower", "upper", "low"]].isna().all(axis=None)


def test_an_outcome_beyond_the_range_is_refused():
    with pytest.raises(ValueError, match="outcome_range is"):
        manski_bounds(people(control=[1], map=[2]), reference="control", outcome_range=(0, 1))


def test_unknown_reference_lists_the_arms():
    with pytest.raises(UnknownName, match="Arms: control, map"):
        lee_bounds(people(control=[1], map=[2]), reference="placebo")


def test_the_same_seed_gives_the_same_interval():
    table = people(control=[1, 2, 3, NAN], map=[2, 4, 6, 8])
    first, again = (lee_bounds(table, reference="control", draws=30, seed=2) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


@pytest.fixture(scope="module")
def lossy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lossy") / "export"
    arms = {"control": "C", "map": "M"}
    return read_export(build_export(folder, arms=arms, people=40, items=8, leave=0.3, seed=SEED))


def test_observed_share_is_trials_over_planned_ones(lossy):
    trials = primary_trials(lossy)
    table = outcomes_of_people(lossy, trials.assign(value=simulation_accuracy(trials)))
    assert len(table) == 80
    assert table["observed"].sum() * 8 == pytest.approx(len(trials))
    weighted = (table["mean"] * table["observed"]).sum() / table["observed"].sum()
    assert weighted == pytest.approx(trials["correct"].astype(float).mean())


def test_bounds_come_with_differential_attrition_alone(lossy, study):
    trials = primary_trials(lossy)
    told = attrition_bounds(lossy, trials.assign(value=simulation_accuracy(trials)), draws=50)
    assert told.attrition["difference"].abs().max() > 0.05
    assert told.outcome_range == (0.0, 1.0)
    assert "more than 5% apart" in told.sentence
    kept = primary_trials(study)
    even = study.participants.assign(outcome="finished")
    whole = type(study)(**{**study.__dict__, "participants": even})
    assert attrition_bounds(whole, kept.assign(value=simulation_accuracy(kept))) is None


def test_no_bounds_where_nobody_was_allocated_to_the_reference_yet(tmp_path):
    arms = {"control": "C", "map": "M", "placebo": "P"}
    study = read_export(
        build_export(tmp_path / "export", arms=arms, people=20, items=4, leave=0.4, seed=SEED + 1)
    )
    people = study.participants[study.participants["arm"] != "control"]
    trials = primary_trials(study)
    trials = trials[trials["arm"] != "control"]
    early = type(study)(**{**study.__dict__, "participants": people, "trials": trials})
    assert is_differential(attrition_by_arm(early))
    assert attrition_bounds(early, trials.assign(value=simulation_accuracy(trials)), draws=5) is None
