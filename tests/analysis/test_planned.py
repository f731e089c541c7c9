"""Executing the plan: what is analysed, with what, and beside what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis import read_export, run_plan
from analysis.errors import UnknownName
from tests.analysis.exports import build_export


def test_means_are_the_plain_means_of_the_test_trials(study):
    results = run_plan(study, draws=50)
    plain = study.trials.astype({"correct": float}).groupby("arm")["correct"].mean()
    assert results.means["mean"].to_dict() == pytest.approx(plain.to_dict())
    assert results.contrasts.loc["nearest", "estimate"] == pytest.approx(plain["nearest"] - plain["control"])


def test_planted_effect_is_found_and_null_arms_are_not(study):
    differs = run_plan(study, draws=50).contrasts["differs"]
    assert differs.index[differs].tolist() == ["nearest"]


def test_natural_estimate_lies_between_right_and_wrong(study):
    results = run_plan(study, draws=50)
    right, wrong = results.model_right["mean"], results.model_wrong["mean"]
    assert results.natural["mean"].to_dict() == pytest.approx((0.97 * right + 0.03 * wrong).to_dict())


def test_difference_at_the_natural_rate_has_an_interval(study):
    results = run_plan(study, draws=50)
    told = results.natural_contrasts
    difference = results.natural["mean"] - results.natural["mean"]["control"]
    assert told["estimate"].to_dict() == pytest.approx(difference.drop("control").to_dict())
    assert (told["low"] < told["estimate"]).all()
    assert (told["estimate"] < told["high"]).all()


def test_each_sensitivity_exclusion_gives_the_contrasts_again(study):
    results = run_plan(study, draws=50)
    assert [variant.kind for variant in results.sensitivity] == ["process", "process", "outcome"]
    for variant, excluded in zip(results.sensitivity, results.exclusions, strict=True):
        assert variant.people == results.people - len(excluded.participants)
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
    assert results.sensitivity[0].people == results.people + len(out)


def test_items_as_in_natural_use_are_the_primary_estimate(tmp_path):
    study = read_export(build_export(tmp_path / "export", people=12))
    natural = study.plan.model_copy(update={"items": "natural"})
    results = run_plan(replace(study, plan=natural), draws=50)
    assert results.means["mean"].to_dict() == pytest.approx(results.natural["mean"].to_dict())


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
