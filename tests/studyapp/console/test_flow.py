"""The tables of the monitor, against people whose places are known.

Of thirteen who arrived, one reads the consent, one was silent at it for two hours, one declined, one is at
the gate, one stopped there, one was screened out, and seven were allocated.
"""

from __future__ import annotations

import pytest

from studyapp.console.counts import count_sources
from studyapp.console.figures import Figures, gather
from studyapp.models import Study
from tests.studyapp.console.people import COMMON, NOW, add_person, launched_early

pytestmark = pytest.mark.django_db


@pytest.fixture
def figures(small_study: Study) -> Figures:
    study = launched_early(small_study)
    add_person(study, took=0)  # reads the consent
    add_person(study, minutes_ago=120)  # was silent at it
    add_person(study, declined_at=NOW)
    add_person(study, answered=3)  # at the gate
    add_person(study, answered=3, left_at=NOW)
    add_person(study, answered=COMMON, screened_out_at=NOW)
    add_person(study, answered=-1, arm="control", took=10)
    add_person(study, answered=-1, arm="control", took=20)
    add_person(study, answered=-1, arm="map", took=40, minutes_ago=300)
    add_person(study, answered=COMMON + 1, arm="map", minutes_ago=30)  # away, at practice
    add_person(study, answered=COMMON + 4, arm="map", left_at=NOW)  # at the second practice trial
    add_person(study, answered=COMMON, arm="placebo", minutes_ago=61)  # silent for longer than an hour
    add_person(study, answered=-1, arm="placebo", withdrawn_at=NOW)
    add_person(study, answered=COMMON + 6, arm="placebo", source="simulated")  # counts for nothing here
    return gather(study, "recruited", NOW)


def test_the_stages_before_allocation_add_up(figures: Figures) -> None:
    rows = [(row.label, row.reached, row.stopped, row.how, row.still_there) for row in figures.stages]
    assert rows == [
        ("Arrived", 13, 2, "1 declined, 1 left", 1),
        ("Consented", 10, 1, "left", 1),
        ("Finished the gate", 8, 1, "screened out", 0),
        ("Allocated", 7, None, "", None),
    ]


def test_everyone_allocated_is_finished_left_away_or_here(figures: Figures) -> None:
    rows = [(a.label, a.allocated, a.finished, a.left, a.away, a.here) for a in figures.flow.arms]
    assert rows == [
        ("No explanation", 2, 2, 0, 0, 0),
        ("Map", 3, 1, 1, 1, 0),
        ("Another item's map", 2, 0, 2, 0, 0),
    ]
    total = figures.flow.total
    assert (total.allocated, total.finished, total.left, total.away, total.here) == (7, 3, 3, 1, 0)
    assert total.percent_left == pytest.approx(300 / 7)


def test_each_phase_counts_who_reached_it(figures: Figures) -> None:
    assert figures.flow.phases == ["Tutorial", "Practice", "Learning", "Test", "Ratings", "Demographics"]
    reached = [[cell.people for cell in arm.reached] for arm in figures.flow.arms]
    assert reached == [[2, 2, 2, 2, 2, 2], [3, 2, 1, 1, 1, 1], [2, 1, 1, 1, 1, 1]]
    assert figures.flow.arms[1].reached[1].bar.width == pytest.approx(66.67)


def test_in_the_study_now_are_those_who_answered_or_came_in_the_last_quarter_of_an_hour(
    figures: Figures,
) -> None:
    assert figures.in_study == 2  # one at the consent, one at the gate


def test_the_median_time_runs_from_arrival_to_the_debrief(figures: Figures) -> None:
    assert figures.duration is not None
    # 10, 20, 40; quantiles as in numpy.percentile([10, 20, 40], [25, 50, 75]) = 15, 20, 30
    assert (figures.duration.low, figures.duration.median, figures.duration.high) == (15, 20, 30)


def test_the_target_is_the_sum_of_the_quotas(figures: Figures) -> None:
    assert figures.target == 120
    assert [(arm.finished, arm.quota) for arm in figures.balance] == [(2, 40), (1, 40), (0, 40)]
    assert figures.balance[0].bar.tick == 80
    assert "differ by 1" in figures.balance_note
    assert "allows up to 2" in figures.balance_note


def test_other_sources_have_neither_target_nor_quota(figures: Figures, small_study: Study) -> None:
    simulated = gather(small_study, "simulated", NOW)
    assert simulated.target is None
    assert simulated.balance[0].quota is None
    assert simulated.flow.total.allocated == 1
    assert count_sources(small_study) == {"recruited": 13, "simulated": 1, "preview": 0}


def test_nobody_makes_zeros(small_study: Study) -> None:
    empty = gather(small_study, "recruited", NOW)
    assert (empty.arrived, empty.duration, empty.recruitment, empty.problems) == (0, None, None, [])
    assert empty.flow.total.percent_left is None
