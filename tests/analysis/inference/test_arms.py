"""Means by arm and differences to the reference, from tables one can check by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis import compare_arms, mean_by_arm
from analysis.errors import MissingColumns, UnknownName
from analysis.marginal import equivalence
from analysis.metrics.natural import natural_shares


def table(
    people: int = 12, items: int = 8, seed: int = 1, arms: tuple[str, ...] = ("control", "map")
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [
        {"participant": f"{arm}{person}", "item": item, "arm": arm, "model_correct": item % 2 == 0}
        | {"correct": bool(rng.random() < 0.1 + 0.5 * (arm == "map") * (item % 3 == 0) + 0.3 * (person % 2))}
        for arm in arms
        for person in range(people)
        for item in range(items)
    ]
    return pd.DataFrame(rows)


def test_difference_is_that_of_statsmodels_on_the_two_arms():
    trials = table(arms=("control", "map", "other"))
    two = trials[trials["arm"] != "other"]
    design = sm.add_constant((two["arm"] == "map").astype(float)).to_numpy()
    groups = np.column_stack([pd.factorize(two["participant"])[0], two["item"]])
    theirs = sm.OLS(two["correct"].astype(float).to_numpy(), design).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": True}
    )
    ours = compare_arms(trials, reference="control").loc["map"]
    assert ours["estimate"] == pytest.approx(theirs.params[1])
    assert ours["rule"] == "two-way"
    assert ours["se"] == pytest.approx(np.sqrt(theirs.cov_params()[1, 1]))
    assert ours["df"] == 7
    assert ours["p"] == pytest.approx(2 * stats.t.sf(abs(ours["t"]), 7))
    assert ours["high"] - ours["estimate"] == pytest.approx(stats.t.ppf(0.975, 7) * ours["se"])


def test_mean_is_the_plain_mean_with_its_counts():
    trials = table()
    ours = mean_by_arm(trials)
    assert ours["mean"].to_dict() == pytest.approx(trials.groupby("arm")["correct"].mean().to_dict())
    assert ours[["people", "items", "trials", "missing"]].loc["map"].tolist() == [12, 8, 96, 0]


def test_missing_outcomes_are_counted_and_not_used():
    trials = table().astype({"correct": "boolean"})
    trials.loc[:4, "correct"] = pd.NA
    ours = mean_by_arm(trials).loc["control"]
    assert (ours["trials"], ours["missing"]) == (91, 5)
    assert ours["mean"] == pytest.approx(trials.loc[5:95, "correct"].mean())


def test_natural_shares_weight_the_two_kinds_of_items():
    trials = table()
    cells = trials.groupby(["arm", "model_correct"])["correct"].mean()
    expected = {arm: 0.97 * cells[arm, True] + 0.03 * cells[arm, False] for arm in ("control", "map")}
    ours = mean_by_arm(trials, shares=natural_shares(0.03))
    assert ours["mean"].to_dict() == pytest.approx(expected)
    difference = compare_arms(trials, reference="control", shares=natural_shares(0.03)).loc["map", "estimate"]
    assert difference == pytest.approx(expected["map"] - expected["control"])


def test_one_arm_without_variation_takes_its_variance_from_the_other():
    trials = table()
    trials.loc[trials["arm"] == "map", "correct"] = True
    ours = compare_arms(trials, reference="control").loc["map"]
    alone = mean_by_arm(trials)
    assert ours["estimate"] == pytest.approx(1 - alone.loc["control", "mean"])
    assert 0 < ours["se"] == pytest.approx(alone.loc["control", "se"], rel=0.1)
    assert alone.loc["map", "note"] == "every answer is the same: no interval"


def test_no_variation_at_all_gives_no_interval_and_says_so():
    trials = table().assign(correct=True)
    ours = compare_arms(trials, reference="control").loc["map"]
    assert ours["estimate"] == 0
    assert np.isnan(ours["p"])
    assert ours["note"] == "every answer is the same: no interval"
    assert not ours["differs"]


def test_item_that_is_missing_in_an_arm_leaves_the_rest_in_place():
    trials = table()
    trials = trials[~((trials["arm"] == "map") & (trials["item"] == 0))]
    ours = compare_arms(trials, reference="control").loc["map"]
    means = trials.groupby("arm")["correct"].mean()
    assert ours["estimate"] == pytest.approx(means["map"] - means["control"])
    assert (ours["items"], ours["trials"]) == (8, 180)


def test_one_participant_in_an_arm_gives_no_interval_and_says_so():
    trials = table()
    trials = trials[(trials["arm"] == "control") | (trials["participant"] == "map0")]
    for row in (compare_arms(trials, reference="control").loc["map"], mean_by_arm(trials).loc["map"]):
        assert np.isnan([row["se"], row["low"], row["high"]]).all()
        assert row["note"] == "fewer than two people or two items in an arm: no interval"


def test_one_wrong_item_gives_no_interval_to_the_natural_estimate():
    trials = table()
    trials["model_correct"] = trials["item"] != 3
    ours = mean_by_arm(trials, shares=natural_shares(0.1)).loc["map"]
    assert np.isfinite(ours["mean"])
    assert np.isnan(ours["low"])


def test_arm_without_trials_is_told_and_not_dropped():
    ours = mean_by_arm(table(), arms=["control", "map", "empty"]).loc["empty"]
    assert ours[["people", "trials"]].tolist() == [0, 0]
    assert np.isnan(ours["mean"])
    contrast = compare_arms(table(), reference="control", arms=["control", "map", "empty"])
    assert np.isnan(contrast.loc["empty", "estimate"])
    assert contrast.loc["map", "p_adjusted"] == pytest.approx(min(1, 2 * contrast.loc["map", "p"]))


def test_margin_holds_the_whole_interval_or_not():
    wide = compare_arms(table(), reference="control", margin=0.9).loc["map"]
    narrow = compare_arms(table(), reference="control", margin=0.01).loc["map"]
    assert bool(wide["within_margin"])
    assert not bool(narrow["within_margin"])
    assert pd.isna(compare_arms(table(), reference="control").loc["map", "within_margin"])


def test_within_the_margin_is_the_verdict_of_two_one_sided_tests():
    trials = table()
    reach = compare_arms(trials, reference="control", alpha=0.1).loc["map", ["low", "high"]].abs().max()
    for margin, expected in ((reach + 1e-6, True), (reach - 1e-6, False)):
        told = compare_arms(trials, reference="control", margin=margin)
        assert bool(told.loc["map", "within_margin"]) == expected
        assert bool(equivalence(told, margin, scale="link")["equivalent"].iloc[0]) == expected
    assert compare_arms(trials, reference="control").loc["map", ["low", "high"]].abs().max() > reach


def test_verdicts_of_equivalence_are_adjusted_as_differences_are():
    trials = table(arms=("control", "map", "other", "far"))
    ends = compare_arms(trials, reference="control", alpha=0.1)[["low", "high"]].abs().max(axis=1)
    margin = ends.min() + 1e-6  # the nearest arm alone, and that barely
    told = {"reference": "control", "margin": margin}
    assert compare_arms(trials, family="none", **told)["within_margin"].sum() == 1
    assert compare_arms(trials, **told)["within_margin"].sum() == 0


def test_family_none_leaves_p_alone():
    trials = table(arms=("control", "map", "other"))
    ours = compare_arms(trials, reference="control", family="none")
    assert ours["p_adjusted"].tolist() == ours["p"].tolist()


def test_covariate_changes_the_difference_as_statsmodels_says():
    trials = table().assign(age=lambda t: pd.factorize(t["participant"])[0] % 5 + (t["arm"] == "map"))
    design = np.column_stack([np.ones(len(trials)), trials["arm"] == "map", trials["age"]]).astype(float)
    theirs = sm.OLS(trials["correct"].astype(float).to_numpy(), design).fit()
    ours = compare_arms(trials, reference="control", covariates=["age"]).loc["map"]
    assert ours["estimate"] == pytest.approx(theirs.params[1])


def test_unknown_reference_lists_the_arms():
    with pytest.raises(UnknownName, match="'contrl' is no arm. Arms: control, map"):
        compare_arms(table(), reference="contrl")


def test_missing_column_is_told_with_those_present():
    with pytest.raises(MissingColumns, match="lacks item; it has participant, arm"):
        mean_by_arm(table().drop(columns="item"))


def test_outcome_that_is_text_is_refused():
    with pytest.raises(MissingColumns, match="numbers or booleans are needed"):
        mean_by_arm(table().assign(correct="yes"))


def test_column_names_can_be_anyones():
    theirs = table().rename(
        columns={"participant": "UID", "item": "Query", "arm": "Method", "correct": "Right"}
    )
    names = {"participant": "UID", "item": "Query", "arm": "Method"}
    ours = compare_arms(theirs, "Right", reference="control", **names)
    pd.testing.assert_frame_equal(ours, compare_arms(table(), reference="control"))
