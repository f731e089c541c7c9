"""The rules behind the list of problems."""

from __future__ import annotations

import pytest

from studyapp.console.figures import count_pressing, gather
from studyapp.models import AllocationEntry, Participant, Person, Study
from studyapp.studies.closing import close
from tests.studyapp.console.people import COMMON, NOW, add_person, launched_early

pytestmark = pytest.mark.django_db


def texts(study: Study) -> list[str]:
    return [problem.text for problem in gather(study, "recruited", NOW).problems]


def test_arms_that_lose_people_unequally_need_a_hand(small_study: Study) -> None:
    study = launched_early(small_study)
    for n in range(20):
        add_person(study, answered=-1, arm="control")
        add_person(study, answered=COMMON, arm="map", left_at=NOW) if n < 3 else add_person(study, -1, "map")
    figures = gather(study, "recruited", NOW)
    assert [problem.text for problem in figures.problems if problem.needs_hand] == [
        "Arms lose people unequally: Map 15.0 % (3 of 20), No explanation 0.0 % (0 of 20)."
    ]
    assert figures.pressing == count_pressing(study, NOW) == 1


def test_a_small_difference_between_arms_is_no_problem(small_study: Study) -> None:
    study = launched_early(small_study)
    for n in range(20):
        add_person(study, answered=-1, arm="control")
        add_person(study, answered=COMMON, arm="map", left_at=NOW) if n < 1 else add_person(study, -1, "map")
    assert not gather(study, "recruited", NOW).pressing  # 5 points are allowed


def test_two_participants_of_one_session_need_a_hand(small_study: Study) -> None:
    study = launched_early(small_study)
    for session in ("a", "a", "b", "", ""):
        add_person(study, recruiter_session=session)
    assert texts(study) == ["1 session at the recruiter came with several participants, maybe one person."]


def test_a_closed_study_needs_no_hand(small_study: Study) -> None:
    study = launched_early(small_study)
    for _ in range(2):
        add_person(study, recruiter_session="a")
    closed = close(study)
    assert count_pressing(closed, NOW) == 0


def test_silent_people_are_told(small_study: Study) -> None:
    study = launched_early(small_study)
    add_person(study, answered=COMMON, arm="map", minutes_ago=61)
    add_person(study, answered=COMMON, arm="map", minutes_ago=59)
    add_person(study, answered=COMMON, arm="map", minutes_ago=61, left_at=NOW)  # said so
    [text] = texts(study)
    assert text.startswith("1 person gave no answer for more than 1 hour, taken as left; ")


def test_who_came_back_after_their_place_was_given_again_is_told(small_study: Study) -> None:
    study = launched_early(small_study)
    add_person(study, answered=-1, arm="map")
    for answered, reason in ((-1, "silent"), (-1, "left"), (COMMON, "silent")):
        person = add_person(study, answered=answered, arm="map")
        AllocationEntry.objects.create(
            study=study, source="recruited", sequence=person.place, action="freed", place=person.place,
            block=1, arm="map", participant=person, allocator="test", reason=reason, at=NOW,
        )  # fmt: skip
    [text] = texts(study)
    assert text.startswith("1 person came back after a long silence and finished, although ")


def test_a_person_of_another_study_is_told(small_study: Study) -> None:
    study = launched_early(small_study)
    other = Study.objects.create(slug="other", title="Other", bundle=study.bundle)
    known = Person.objects.create(recruiter="prolific", identity_hash="a" * 64, identity_encrypted=b"")
    new = Person.objects.create(recruiter="prolific", identity_hash="b" * 64, identity_encrypted=b"")
    add_person(study, person=known)
    add_person(study, person=new)
    Participant.objects.create(study=other, source="recruited", version=1, person=known)
    assert texts(study) == [
        "1 person took part in another study here too: the recruiter names them the same."
    ]


def test_failed_attention_checks_are_counted_with_the_plans_rule(small_study: Study) -> None:
    study = launched_early(small_study)
    add_person(study, answered=-1, arm="map", wanted=False)
    add_person(study, answered=-1, arm="map")
    assert texts(study) == [
        "1 of 2 followed none of their attention checks. The plan keeps them in the analysis."
    ]


def test_people_without_scripts_are_counted_once(small_study: Study) -> None:
    study = launched_early(small_study)
    add_person(study, answered=3, timing="none")
    add_person(study, answered=3)
    assert texts(study) == ["1 person came without scripts: their times are missing and marked so."]


def test_a_reached_target_is_told(small_study: Study) -> None:
    study = launched_early(small_study)
    figures = gather(study, "recruited", NOW)
    assert not figures.problems
    for n in range(120):
        add_person(study, answered=-1, arm=["control", "map", "placebo"][n % 3])
    assert texts(study) == ["The target is reached: 120 of 120 finished. The study can be closed."]
