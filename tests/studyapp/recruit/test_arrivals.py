"""Recruitment links: what their parameters say, and what a forged one does not."""

from __future__ import annotations

import pytest
from django.core import signing

from studyapp.models import Participant, Person, Study
from studyapp.recruit.arrivals import Arrival, read_arrival, sign_source
from tests.studyapp.visitor import Visitor

PROLIFIC = {"PROLIFIC_PID": "5f4c0000a", "STUDY_ID": "study1", "SESSION_ID": "session1"}
SMALL, OTHER = Study(slug="small"), Study(slug="other")


def test_prolific_s_parameters_are_read() -> None:
    assert read_arrival(SMALL, PROLIFIC) == Arrival(
        "recruited", "prolific", "5f4c0000a", recruiter_study="study1", recruiter_session="session1"
    )


def test_prolific_s_study_and_session_may_be_missing() -> None:
    assert read_arrival(SMALL, {"PROLIFIC_PID": "5f4c0000a"}) == Arrival("recruited", "prolific", "5f4c0000a")


def test_blanks_around_an_identity_do_not_make_another_person() -> None:
    assert read_arrival(SMALL, PROLIFIC | {"PROLIFIC_PID": " 5f4c0000a\n"}).identity == "5f4c0000a"


@pytest.mark.parametrize("identity", [None, "", "   ", "x" * 101])
def test_without_an_identity_that_can_be_one_someone_comes_from_no_recruiter(identity: str | None) -> None:
    parameters = {name: value for name, value in PROLIFIC.items() if name != "PROLIFIC_PID"}
    if identity is not None:
        parameters["PROLIFIC_PID"] = identity
    assert read_arrival(SMALL, parameters) == Arrival("recruited")


def test_the_longest_identity_is_taken_whole() -> None:
    assert read_arrival(SMALL, {"PROLIFIC_PID": "x" * 100}).identity == "x" * 100


@pytest.mark.parametrize("source", Participant.Source.values)
def test_a_signed_source_is_read_with_its_session(source: str) -> None:
    signed = sign_source(SMALL, source, "walk 7")
    assert read_arrival(SMALL, {"as": signed}) == Arrival(source, recruiter_session="walk 7")


def test_a_signed_source_leaves_no_room_for_an_identity() -> None:
    assert read_arrival(SMALL, PROLIFIC | {"as": sign_source(SMALL, "simulated")}) == Arrival("simulated")


@pytest.mark.parametrize(
    "forged",
    [
        "simulated",
        signing.dumps(["small", "simulated", ""]),  # our key, another purpose
        signing.dumps(["small", "simulated", ""], key="guessed", salt="studyapp.recruit.source"),
        sign_source(OTHER, "simulated"),
        sign_source(SMALL, "nobody"),
        sign_source(SMALL, "simulated")[:-1],
        signing.dumps("simulated", salt="studyapp.recruit.source"),
        signing.dumps(5, salt="studyapp.recruit.source"),
    ],
    ids=["bare", "purpose", "key", "study", "source", "cut", "text", "number"],
)
def test_a_forged_source_counts_as_absent(forged: str) -> None:
    assert read_arrival(SMALL, PROLIFIC | {"as": forged}) == read_arrival(SMALL, PROLIFIC)


@pytest.mark.django_db
def test_overlong_names_of_study_and_session_are_cut_and_the_person_comes_in(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive(**PROLIFIC | {"STUDY_ID": "s" * 500, "SESSION_ID": "t" * 500})
    assert visitor.participant.recruiter_study == "s" * 100
    assert visitor.participant.recruiter_session == "t" * 100


@pytest.mark.django_db
@pytest.mark.parametrize("parameter", PROLIFIC)
def test_a_zero_byte_in_a_link_breaks_nothing(small_study: Study, parameter: str) -> None:
    # PostgreSQL refuses to store one.
    visitor = Visitor(small_study).arrive(**PROLIFIC | {parameter: "a\0b"})
    assert visitor.seen[-1].status_code == 200
    assert "\0" not in visitor.participant.recruiter_study + visitor.participant.recruiter_session


@pytest.mark.django_db
def test_whoever_comes_without_an_identity_leaves_no_person(small_study: Study) -> None:
    Visitor(small_study).arrive(PROLIFIC_PID="x" * 101)
    assert not Person.objects.exists()
