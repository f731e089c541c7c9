"""Moderation: slopes against statsmodels, a planted interaction, and what is undefined."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from analysis.errors import UnknownName
from analysis.metrics.moderators import moderation
from tests.analysis.metrics.tables import crossed


def simulated(people: int = 80, items: int = 20, seed: int = 1) -> pd.DataFrame:
    """Return trials whose outcome rises by .05 per SD of literacy in control and by .15 under the map."""
    rng = np.random.default_rng(seed)
    trials = crossed(people, items, ("control", "map"))
    literacy = rng.normal(10, 2, people)
    trait = trials["participant"].str[1:].astype(int).map(dict(enumerate(literacy)))
    slope = trials["arm"].map({"control": 0.05, "map": 0.15})
    z = (trait - literacy.mean()) / literacy.std(ddof=1)
    return trials.assign(literacy=trait, score=0.6 + slope * z + rng.normal(0, 0.3, len(trials)))


def test_slopes_and_interaction_are_those_of_the_linear_model():
    trials = simulated()
    told = moderation(trials, "literacy", outcome="score", standardise=False)
    model = smf.ols("score ~ arm * literacy", trials).fit()
    assert told.loc["control", "slope"] == pytest.approx(model.params["literacy"])
    assert told.loc["map", "interaction"] == pytest.approx(model.params["arm[T.map]:literacy"])
    assert np.isnan(told.loc["control", "interaction"])


def test_planted_interaction_comes_back_per_standard_deviation():
    told = moderation(simulated(), "literacy", "control", outcome="score")
    assert told["slope"].to_dict() == pytest.approx({"control": 0.05, "map": 0.15}, abs=0.03)
    assert told.loc["map", "interaction_low"] < 0.1 < told.loc["map", "interaction_high"]
    assert told.loc["map", "p"] < 0.05
    assert told["mean"].tolist() == pytest.approx([0.6, 0.6], abs=0.03)


def test_trait_can_come_as_one_value_per_person():
    trials = simulated()
    trait = trials.drop_duplicates("participant").set_index("participant")["literacy"]
    told = moderation(trials, trait.drop("p0"), outcome="score")
    assert told["undefined"].tolist() == [20, 0]
    assert told["people"].tolist() == [39, 40]


def test_arm_whose_people_are_alike_has_no_slope():
    trials = simulated()
    trials["literacy"] = trials["literacy"].where(trials["arm"] == "map", 10.0)
    told = moderation(trials, "literacy", outcome="score")
    assert np.isnan(told.loc["control", "slope"])
    assert np.isfinite(told.loc["map", "slope"])
    assert told["p"].isna().all()


def test_two_people_have_a_slope_without_interval():
    told = moderation(simulated(4), "literacy", outcome="score")
    assert told["slope"].notna().all()
    assert told["slope_low"].isna().all()


def test_several_values_of_one_person_are_refused():
    trials = simulated()
    trials.loc[0, "literacy"] = -1
    with pytest.raises(ValueError, match="2 values for participant 'p0'"):
        moderation(trials, "literacy", outcome="score")


def test_unknown_reference_is_named():
    with pytest.raises(UnknownName, match="'none' is no arm. Arms: control, map"):
        moderation(simulated(), "literacy", "none", outcome="score")
