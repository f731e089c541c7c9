"""Executing the plan: what is analysed, with what, and beside what."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis import read_export, run_plan
from analysis.errors import UnknownName
from protocol.schema.plan import PlannedContrast
from tests.analysis.exports import build_export
from tests.analysis.plans import THREE, TWO, with_baseline, within

ROBUST = "two-way-cluster-robust-t"


@pytest.fixture(scope="module")
def results(study):
    return run_plan(study, draws=50)


def changed(study, **plan):
    return replace(study, plan=study.plan.model_copy(update=plan))


def test_observed_means_are_the_plain_means_of_the_test_trials(results, study):
    plain = study.trials.astype({"correct": float}).groupby("arm")["correct"].mean()
    assert results.means["observed"].to_dict() == pytest.approx(plain.to_dict())


def test_means_of_the_model_are_near_the_observed_ones(results):
    assert results.means["mean"].to_dict() == pytest.approx(results.means["observed"].to_dict(), abs=0.02)


def test_cluster_robust_plan_gives_the_plain_means_and_their_differences(study):
    told = run_plan(changed(study, method=ROBUST), draws=50)
    plain = study.trials.astype({"correct": float}).groupby("arm")["correct"].mean()
    assert told.means["mean"].to_dict() == pytest.approx(plain.to_dict())
    assert told.contrasts.loc["nearest", "estimate"] == pytest.approx(plain["nearest"] - plain["control"])
    assert told.primary.fit is None


def test_planted_effect_is_found_and_null_arms_are_not(results):
    differs = results.contrasts["differs"]
    assert differs.index[differs].tolist() == ["nearest"]


def test_equivalence_is_shown_by_the_interval_of_two_one_sided_tests(results):
    row = results.contrasts.loc["nearest"]
    reach = stats.t.ppf(0.95, row["df"]) * row["se"]
    assert row["margin_low"] == pytest.approx(row["estimate"] - reach)
    assert row["margin_high"] == pytest.approx(row["estimate"] + reach)


def test_natural_estimate_lies_between_right_and_wrong(results):
    right, wrong = results.model_right["mean"], results.model_wrong["mean"]
    assert results.natural["mean"].to_dict() == pytest.approx((0.97 * right + 0.03 * wrong).to_dict())


def test_difference_at_the_natural_rate_has_an_interval(results):
    told = results.natural_contrasts
    difference = results.natural["mean"] - results.natural["mean"]["control"]
    assert told["estimate"].to_dict() == pytest.approx(difference.drop("control").to_dict())
    assert (told["low"] < told["estimate"]).all()
    assert (told["estimate"] < told["high"]).all()


def test_each_sensitivity_exclusion_gives_the_contrasts_again(results):
    assert [variant.kind for variant in results.sensitivity] == ["process", "process", "outcome"]
    for variant, excluded in zip(results.sensitivity, results.exclusions, strict=True):
        assert variant.population.people == results.people - len(excluded.participants)
        assert variant.contrasts.index.equals(results.contrasts.index)


def test_primary_exclusion_applies_and_is_left_off_once(tmp_path):
    rule = {
        "name": "too fast",
        "kind": "process",
        "filter": "too-fast",
        "options": {"minimum": 3600},
        "use": "primary",
    }
    study = read_export(build_export(tmp_path / "export", people=12, exclusions=[rule]))
    results = run_plan(study, draws=50)
    out = results.exclusions[0].participants
    assert out
    assert not results.trials["participant"].isin(out).any()
    assert results.sensitivity[0].population.people == results.people + len(out)


def test_items_as_in_natural_use_are_the_primary_estimate(tmp_path):
    study = read_export(build_export(tmp_path / "export", people=12))
    told = run_plan(changed(study, items="natural"), draws=50)
    assert told.means["observed"].to_dict() == pytest.approx(told.natural["mean"].to_dict())
    assert told.means["mean"].to_dict() == pytest.approx(told.natural["mean"].to_dict(), abs=0.02)


def test_all_pairs_are_every_later_arm_minus_every_earlier_one(tmp_path):
    study = read_export(build_export(tmp_path / "export", people=6, arms=THREE))
    told = run_plan(changed(study, contrasts="all-pairs"), draws=50)
    assert told.contrasts.index.tolist() == ["b - a", "c - a", "c - b"]
    assert told.label("c - a") == "Third − First"
    gap = told.means["mean"]["c"] - told.means["mean"]["a"]
    assert told.contrasts.loc["c - a", "estimate"] == pytest.approx(gap, abs=1e-6)


def test_planned_contrast_is_its_weighted_sum_of_means(tmp_path):
    study = read_export(build_export(tmp_path / "export", people=6, arms=THREE))
    both = PlannedContrast(name="both", label="B and C", weights={"a": -1, "b": 0.5, "c": 0.5})
    told = run_plan(changed(study, contrasts="planned", planned=[both]), draws=50)
    means = told.means["mean"]
    assert told.contrasts.loc["both", "estimate"] == pytest.approx(
        (means["b"] + means["c"]) / 2 - means["a"], abs=1e-6
    )
    assert told.label("both") == "B and C"


def test_trend_is_the_least_squares_slope_of_the_means(tmp_path):
    study = read_export(build_export(tmp_path / "export", people=6, arms=THREE))
    told = run_plan(changed(study, contrasts="trend", scores={"a": 0, "b": 1, "c": 4}), draws=50)
    slope = np.polyfit([0, 1, 4], told.means["mean"], 1)[0]
    assert told.contrasts.loc["linear", "estimate"] == pytest.approx(slope, abs=1e-6)


def test_one_sided_test_halves_the_p_value(study, results):
    greater = run_plan(changed(study, sides="greater"), draws=50)
    assert greater.contrasts.loc["nearest", "p"] == pytest.approx(results.contrasts.loc["nearest", "p"] / 2)


@pytest.mark.parametrize("sides", ["greater", "less"])
def test_a_one_sided_plan_is_checked_by_two_sided_methods_throughout(study, results, sides):
    check = run_plan(changed(study, sides=sides), draws=50).check
    assert check.apart == results.check.apart
    assert check.warnings == results.check.warnings
    model = check.table.xs("model", level="method")["p"].to_dict()
    assert model == pytest.approx(results.contrasts["p"].to_dict())


def test_conditions_within_people_are_compared_by_their_name(tmp_path):
    told = run_plan(within(read_export(build_export(tmp_path / "export", people=10, arms=TWO))), draws=50)
    assert told.contrasts.index.tolist() == ["map"]
    assert told.contrasts.loc["map", "people"] == told.contrasts.loc["map", "reference_people"] == 20


def test_reference_that_is_no_condition_lists_the_conditions(tmp_path):
    study = within(read_export(build_export(tmp_path / "export", people=2, arms=TWO)))
    with pytest.raises(UnknownName, match="'other' is no condition. Conditions: control, map"):
        run_plan(changed(study, reference="other"), draws=50)


def test_change_from_a_baseline_is_a_difference_of_differences(tmp_path):
    study = with_baseline(read_export(build_export(tmp_path / "export", people=10, arms=TWO, leave=0)))
    told = run_plan(study, draws=50)
    values = study.trials.astype({"correct": float}).groupby(["arm", "phase"])["correct"].mean().unstack()
    change = values["test"] - values["before"]
    assert told.means["observed"].to_dict() == pytest.approx(change.to_dict())
    assert told.contrasts.loc["map", "estimate"] == pytest.approx(change["map"] - change["control"], abs=0.02)
    assert set(told.outcome_trials["phase"]) == {"test"}


def test_response_times_have_a_linear_model(tmp_path):
    study = read_export(build_export(tmp_path / "export", people=6, arms=TWO))
    told = run_plan(changed(study, outcome="log-response-time"), draws=50)
    assert told.primary.fit.link == "identity"
    assert told.contrasts["odds_ratio"].isna().all()


def test_covariate_may_be_a_column_of_the_participants(tmp_path):
    study = read_export(build_export(tmp_path / "export", people=12, covariates=["attention_passed"]))
    assert run_plan(study, draws=50).contrasts["estimate"].notna().all()


def test_unknown_covariate_lists_the_columns(tmp_path):
    study = read_export(build_export(tmp_path / "export", people=2, covariates=["age"]))
    with pytest.raises(UnknownName, match="covariate 'age' is no column. Columns: .*gate_attempts"):
        run_plan(study, draws=50)


def test_unknown_outcome_lists_the_metrics(tmp_path):
    study = read_export(build_export(tmp_path / "export", people=2, outcome="accuracy"))
    with pytest.raises(UnknownName, match="'accuracy'.*simulation-accuracy"):
        run_plan(study, draws=50)
