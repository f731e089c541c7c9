"""The plan's exclusions: whom they hit, and what they say when they cannot."""

from __future__ import annotations

import pytest

from analysis import read_export
from analysis.errors import MissingColumns, UnknownName
from analysis.population import apply_exclusion, primary_trials
from analysis.reading import Study
from protocol.schema.plan import Exclusion
from tests.analysis.exports import build_export


def exclusion(filter_: str, **options: float) -> Exclusion:
    return Exclusion(name="a rule", kind="process", filter=filter_, options=options)


def test_failed_attention_hits_who_passed_too_few(study: Study):
    told = apply_exclusion(study, primary_trials(study), exclusion("failed-attention", minimum_passed=2))
    people = study.participants
    shown = people["attention_shown"] > 0
    assert told.participants == set(people.loc[shown & (people["attention_passed"] < 2), "participant"])
    assert told.by_arm.sum() == len(told.participants) > 0


def test_who_was_shown_no_check_stays_in_and_is_counted(study: Study):
    told = apply_exclusion(study, primary_trials(study), exclusion("failed-attention", minimum_passed=2))
    analysed = study.participants["participant"].isin(primary_trials(study)["participant"])
    assert told.undefined == int((analysed & (study.participants["attention_shown"] == 0)).sum())


def test_too_fast_goes_by_the_median(study: Study):
    trials = primary_trials(study)
    told = apply_exclusion(study, trials, exclusion("too-fast", minimum=3500))
    median = trials.groupby("participant")["response_ms"].median()
    assert told.participants == set(median.index[median < 3500])


def test_at_chance_hits_up_to_chance(study: Study):
    trials = primary_trials(study)
    told = apply_exclusion(study, trials, exclusion("at-chance", chance=0.5))
    accuracy = trials.astype({"correct": float}).groupby("participant")["correct"].mean()
    assert told.participants == set(accuracy.index[accuracy <= 0.5])
    assert not told.remaining(trials)["participant"].isin(told.participants).any()


def test_people_without_times_stay_in_and_are_counted(tmp_path):
    study = read_export(build_export(tmp_path / "export", people=2, times=False))
    told = apply_exclusion(study, primary_trials(study), exclusion("too-fast", minimum=3000))
    assert not told.participants
    assert told.undefined == primary_trials(study)["participant"].nunique()


def test_unknown_filter_lists_the_known_ones(study: Study):
    with pytest.raises(UnknownName, match="'too-slow'. Known ones: at-chance, failed-attention, too-fast"):
        apply_exclusion(study, primary_trials(study), exclusion("too-slow"))


def test_unknown_option_lists_the_known_ones(study: Study):
    with pytest.raises(UnknownName, match="'too-fast' has no option 'maximum'. Its options: minimum"):
        apply_exclusion(study, primary_trials(study), exclusion("too-fast", maximum=1))


def test_needed_option_is_asked_for(study: Study):
    with pytest.raises(UnknownName, match="'at-chance' needs the option 'chance'"):
        apply_exclusion(study, primary_trials(study), exclusion("at-chance"))


def test_missing_column_is_named(study: Study):
    trials = primary_trials(study).drop(columns="response_ms")
    with pytest.raises(MissingColumns, match="lacks response_ms"):
        apply_exclusion(study, trials, exclusion("too-fast", minimum=1))
