"""Recruitment links: who comes is kept apart from what they answer, and the link they get is clean."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from studyapp.models import Participant, Person, Study
from studyapp.recruit.arrivals import sign_source
from studyapp.recruit.identities import reveal
from studyapp.studies.closing import close
from tests.studyapp.visitor import Visitor

pytestmark = pytest.mark.django_db
PROLIFIC = {"PROLIFIC_PID": "5f4c0000a", "STUDY_ID": "study1", "SESSION_ID": "session1"}


def test_prolific_parameters_lead_to_a_clean_unguessable_link(small_study: Study, client: Client) -> None:
    response = client.get(reverse("arrive", args=["small"]), PROLIFIC)
    participant = Participant.objects.get()
    assert response.status_code == 302
    assert response.url == f"/p/{participant.token}/"
    assert len(participant.token) >= 32
    assert (participant.recruiter_study, participant.recruiter_session) == ("study1", "session1")


def test_a_person_is_kept_as_keyed_hash_and_cipher(small_study: Study, client: Client) -> None:
    client.get(reverse("arrive", args=["small"]), PROLIFIC)
    person = Person.objects.get()
    assert "5f4c0000a" not in person.identity_hash
    assert b"5f4c0000a" not in bytes(person.identity_encrypted)
    assert reveal(person) == "5f4c0000a"


def test_the_same_person_goes_on_where_they_were(small_study: Study) -> None:
    first = Visitor(small_study).arrive(**PROLIFIC)
    first.walk_to("learning", "learning")
    again = Visitor(small_study).arrive(**PROLIFIC | {"SESSION_ID": "session2"})
    assert again.token == first.token
    assert again.html == first.look().html


def test_people_without_a_recruiter_are_each_new(small_study: Study) -> None:
    assert Visitor(small_study).arrive().token != Visitor(small_study).arrive().token


def test_a_signed_source_is_kept_and_a_forged_one_is_not(small_study: Study) -> None:
    signed = Visitor(small_study).arrive(**{"as": sign_source(small_study, "simulated")})
    forged = Visitor(small_study).arrive(**{"as": "simulated"})
    assert signed.participant.source == "simulated"
    assert forged.participant.source == "recruited"


def test_a_draft_and_an_unknown_study_have_no_link(draft_study: Study, client: Client) -> None:
    for slug in ("small", "nothing"):
        response = client.get(reverse("arrive", args=[slug]))
        assert response.status_code == 404
        assert "This link does not work" in response.content.decode()
    assert not Participant.objects.exists()


def test_a_closed_study_takes_nobody_new_and_says_so(small_study: Study, client: Client) -> None:
    inside = Visitor(small_study).arrive()
    close(small_study)
    response = client.get(reverse("arrive", args=["small"]))
    assert response.status_code == 410
    assert "This study is over" in response.content.decode()
    assert Participant.objects.count() == 1
    assert 'name="step"' in inside.look().html


def test_only_get_arrives(small_study: Study, client: Client) -> None:
    assert client.post(reverse("arrive", args=["small"])).status_code == 405
    assert client.head(reverse("arrive", args=["small"])).status_code == 405
    assert not Participant.objects.exists()
