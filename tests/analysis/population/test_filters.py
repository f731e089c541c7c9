"""The plan's exclusions: whom they hit, and what they say when they cannot."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import read_export
from analysis.errors import AnalysisError, MissingColumns, UnknownName
from analysis.population import apply_exclusion, primary_trials
from analysis.reading import Study
from protocol.schema.plan import Exclusion
from tests.analysis.exports import build_export
from tests.analysis.population.studies import make_study, rule


def exclusion(filter_: str, **options: float) -> Exclusion:
    kind = "outcome" if filter_ == "at-chance" else "process"
    return Exclusion(name="a rule", kind=kind, filter=filter_, options=options)


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
    with pytest.raises(UnknownName, match="'too-slow'. Known ones: at-chance, column-above,"):
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


def hit_by(study: Study, filter_: str, **options: object) -> set[str]:
    return set(apply_exclusion(study, study.trials, rule(filter_, **options)).participants)


TRIALS = pd.DataFrame(
    [
        ("a", "i1", "x", 400.0),
        ("a", "i2", "x", 450.0),
        ("a", "i3", "x", 9000.0),
        ("b", "i1", "x", 3000.0),
        ("b", "i2", "y", 400.0),
        ("b", "i3", None, 3000.0),
        ("c", "i1", "y", None),
    ],
    columns=["participant", "item", "answer", "response_ms"],
)
PEOPLE = pd.DataFrame(
    {
        "participant": ["a", "b", "c"],
        "arm": "control",
        "person": ["P1", "P2", "P1"],
        "allocated_at": pd.to_datetime(["2026-01-02", "2026-01-03", "2026-01-01"]),
        "author_excluded": [0.0, 1.0, None],
        "device": ["Phone", "desktop", None],
        "duration_ms": [50_000.0, 60_000.0, None],
        "scripts": pd.array([True, False, None], dtype="boolean"),
    }
)


@pytest.fixture
def small() -> Study:
    return make_study(TRIALS, PEOPLE)


@pytest.mark.parametrize(
    ("filter_", "options", "expected"),
    [
        ("incomplete", {"minimum": 3}, {"c"}),
        ("incomplete", {"minimum": 3, "column": "answer"}, {"b", "c"}),
        ("too-many-fast", {"minimum": 2000, "count": 2}, {"a"}),
        ("too-many-fast", {"minimum": 2000, "count": 1}, {"a", "b"}),
        ("same-answer", {}, {"a"}),
        ("same-answer", {"share": 0.5}, {"a", "b"}),
        ("flagged", {"column": "author_excluded"}, {"b"}),
        ("column-equals", {"column": "device", "value": "phone"}, {"a"}),
        ("column-equals", {"column": "author_excluded", "value": "1"}, {"b"}),
        ("column-equals", {"column": "scripts", "value": False}, {"b"}),
        ("column-equals", {"column": "response_ms", "value": 9000}, {"a"}),
        ("column-below", {"column": "duration_ms", "minimum": 60_000}, {"a"}),
        ("column-above", {"column": "duration_ms", "maximum": 50_000}, {"b"}),
        ("duplicate-person", {}, {"a"}),  # the session of c came first
        ("without-scripts", {}, {"b"}),
    ],
)
def test_each_filter_hits_whom_its_rule_says(small, filter_, options, expected):
    assert hit_by(small, filter_, **options) == expected


@pytest.mark.parametrize(
    ("filter_", "options"),
    [
        ("too-many-fast", {"minimum": 2000, "count": 1}),
        ("same-answer", {}),
        ("flagged", {"column": "author_excluded"}),
        ("column-below", {"column": "duration_ms", "minimum": 60_000}),
        ("without-scripts", {}),
    ],
)
def test_who_has_no_value_stays_in_and_is_counted(small, filter_, options):
    assert apply_exclusion(small, small.trials, rule(filter_, **options)).undefined == 1


def test_first_rows_decide_where_no_table_says_when_a_session_began():
    study = make_study(TRIALS, PEOPLE.drop(columns="allocated_at"))
    assert hit_by(study, "duplicate-person") == {"c"}


def test_same_rating_is_taken_before_reverse_statements_are_turned():
    answers = {"a": [4, 4, 4], "b": [4, 2, 4], "c": [5]}
    rows = [(who, "trust", value) for who, given in answers.items() for value in given]
    ratings = pd.DataFrame(rows, columns=["participant", "instrument", "answer"])
    study = make_study(TRIALS, PEOPLE, ratings=ratings)
    assert hit_by(study, "same-rating") == {"a"}
    assert hit_by(study, "same-rating", instrument="trust", share=0.6) == {"a", "b"}


def test_incomplete_goes_by_the_protocol(study: Study):
    trials = primary_trials(study)
    told = apply_exclusion(study, trials, rule("incomplete"))
    counts = trials["participant"].value_counts()
    assert told.participants == set(counts.index[counts < 32])


def test_incomplete_without_a_protocol_asks_for_its_minimum(small):
    with pytest.raises(UnknownName, match="needs the option 'minimum'"):
        hit_by(small, "incomplete")


def test_a_mark_that_is_none_is_said(small):
    with pytest.raises(MissingColumns, match="'device' holds 'desktop', which is no mark"):
        hit_by(small, "flagged", column="device")


def test_text_cannot_be_below_a_limit(small):
    with pytest.raises(MissingColumns, match="'device' holds 'Phone'; numbers are needed"):
        hit_by(small, "column-below", column="device", minimum=1)


def test_absent_column_lists_what_both_tables_have(small):
    with pytest.raises(
        MissingColumns, match="'wealth'. Trials: participant, item.*Participants: participant"
    ):
        hit_by(small, "flagged", column="wealth")


def test_a_filter_by_outcome_cannot_be_called_a_process(small):
    with pytest.raises(AnalysisError, match="filter 'at-chance' selects by outcome"):
        hit_by(small, "at-chance", chance=0.5)
