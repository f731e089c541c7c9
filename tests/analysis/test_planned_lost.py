"""Arms that are absent, too small or at the ceiling cost their own contrasts, and no other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.inference.holm import holm
from analysis.planned import primary_analysis
from protocol.schema.plan import Plan, PlannedContrast

FIVE = ["none", "low", "ceiling", "high", "gone"]
SHARES = {"none": 0.5, "low": 0.55, "ceiling": 1.0, "high": 0.8}


def trials(people: int = 48, items: int = 10) -> pd.DataFrame:
    """People in four of five arms; everyone in `ceiling` is always right, and nobody is in `gone`."""
    rng = np.random.default_rng(3)
    who, what = np.repeat(np.arange(people), items), np.tile(np.arange(items), people)
    arm = np.array(list(SHARES))[who % 4]
    right = rng.random(len(who)) < np.array([SHARES[name] for name in arm])
    return pd.DataFrame({"participant": who, "item": what, "arm": arm, "value": right.astype(float)})


def plan(**changes) -> Plan:
    told = {"reference": "none", "random_effects": {"participant": "1", "item": "1"}}
    return Plan.model_validate(told | changes)


@pytest.fixture(scope="module")
def told():
    return primary_analysis(trials(), plan(), FIVE)


def test_the_other_contrasts_are_those_of_the_data_without_the_lost_arms(told):
    kept = ["none", "low", "high"]
    alone = primary_analysis(trials()[lambda rows: rows["arm"].isin(kept)], plan(), kept)
    numbers = ["estimate", "low", "high", "se", "t", "df", "p", "odds_ratio"]
    pd.testing.assert_frame_equal(
        told.contrasts.loc[["low", "high"], numbers], alone.contrasts[numbers], check_names=False
    )
    assert told.is_modelled
    assert bool(told.contrasts.loc["high", "differs"])


def test_the_lost_contrasts_say_why_and_count_in_the_family(told):
    table = told.contrasts
    assert table.index.tolist() == ["low", "ceiling", "high", "gone"]
    assert table.loc[["ceiling", "gone"], ["estimate", "se", "p", "p_adjusted", "low"]].isna().all(axis=None)
    assert table["note"].tolist() == [
        "",
        "all 120 outcomes in ceiling are 1, so that there is no finite estimate (separation)",
        "",
        "no trial with an outcome in gone",
    ]
    assert table["p_adjusted"].to_list() == pytest.approx(holm(table["p"]), nan_ok=True)
    assert table.loc["high", "p_adjusted"] == pytest.approx(4 * table.loc["high", "p"])
    assert table.loc["ceiling", ["people", "trials"]].tolist() == [12, 240]
    assert "without the trials of ceiling, gone" in told.messages[-1]


def test_a_lost_arm_keeps_its_observed_mean_and_says_why(told):
    means = told.means
    assert means.loc["ceiling", "observed"] == 1
    assert means.loc[["ceiling", "gone"], "mean"].isna().all()
    assert means["note"].str.contains("ceiling|gone").tolist() == [False, False, True, False, True]
    assert means.loc[["none", "low", "high"], "low"].notna().all()


def test_a_lost_contrast_is_paid_for_in_the_family_of_the_largest_t(told):
    table = primary_analysis(trials(), plan(family="max-t"), FIVE).contrasts
    p = table.loc["high", "p"]
    assert 2 * p + p <= table.loc["high", "p_adjusted"] <= 2 * p + 2 * p + 1e-3 * p


def test_contrasts_that_do_not_weigh_a_lost_reference_have_numbers():
    pair = PlannedContrast(name="pair", weights={"high": 1, "low": -1})
    whole = PlannedContrast(name="whole", weights={"high": 1, "ceiling": -1})
    changes = {"reference": "ceiling", "contrasts": "planned", "planned": [pair, whole]}
    table = primary_analysis(trials(), plan(**changes), FIVE).contrasts
    assert np.isfinite(table.loc["pair", "estimate"])
    assert np.isnan(table.loc["whole", "estimate"])


def test_with_nothing_left_to_compare_the_model_says_why():
    table = trials()[lambda rows: rows["arm"].isin(["none", "ceiling"])]
    told = primary_analysis(table, plan(), ["none", "ceiling"])
    assert not told.is_modelled
    assert "Separation: condition[T.ceiling]" in told.contrasts.loc["ceiling", "note"]


def test_a_linear_model_needs_no_variation_within_an_arm():
    table = trials().assign(value=lambda rows: rows["value"] + rows["item"] % 3)
    told = primary_analysis(table, plan(outcome="weight-of-advice"), FIVE)
    assert told.contrasts["estimate"].notna().tolist() == [True, True, True, False]
    assert told.fit.link == "identity"


def test_a_planned_penalty_gives_the_separated_arm_an_estimate_and_is_said():
    told = primary_analysis(trials(), plan(separation="penalty"), FIVE)
    table = told.contrasts
    assert table.loc[["low", "ceiling", "high"], "estimate"].notna().all()
    assert table.loc["ceiling", "estimate"] == pytest.approx(0.5, abs=0.1)
    assert told.fit.method == "penalised Laplace"
    assert "standard deviation 2.5" in told.messages[0]
    assert "condition[T.ceiling]" in told.messages[0]
    assert table.loc["gone", "note"] == "no trial with an outcome in gone"


def test_a_penalty_is_not_used_where_nothing_is_separated():
    table, kept = trials()[lambda rows: rows["arm"] != "ceiling"], ["none", "low", "high"]
    plain, ready = (
        primary_analysis(table, plan(separation=rule), kept).contrasts for rule in ("none", "penalty")
    )
    pd.testing.assert_frame_equal(plain, ready, check_exact=True)


def test_the_metric_and_not_the_values_decides_which_model_is_fitted():
    table = trials()[lambda rows: rows["arm"].isin(["none", "high"])]
    arms = ["none", "high"]
    assert primary_analysis(table, plan(), arms).fit.link == "logit"
    assert primary_analysis(table, plan(outcome="weight-of-advice"), arms).fit.link == "identity"
    assert primary_analysis(table, plan(outcome="feature-recall"), arms).fit.link == "identity"
