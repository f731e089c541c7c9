"""A full study turns people away kindly, before and at the gate, and gives freed places again."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from studyapp.allocation.services import places_taken
from studyapp.models import Event, Study
from studyapp.recruit.arrivals import sign_source
from studyapp.studies.closing import close
from studyapp.studies.launching import launch
from studyapp.studies.loading import load
from tests.studyapp.small_study import SEED, write_study
from tests.studyapp.visitor import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def tiny_quota(tmp_path: Path) -> Study:
    folder = write_study(
        tmp_path / "few", ("  free_after_minutes: 60", "  free_after_minutes: 60\n  quota_per_arm: 1")
    )
    return launch(load(folder), SEED)


def test_arrivals_at_a_full_study_are_turned_away(tiny_quota: Study, client: Client) -> None:
    for _ in range(3):
        Visitor(tiny_quota).arrive().walk_to("tutorial")
    response = client.get(reverse("arrive", args=["few"]))
    assert response.status_code == 410
    assert "All places are taken" in response.content.decode()


def test_who_reaches_the_gate_too_late_is_told_so_and_gets_no_arm(tiny_quota: Study) -> None:
    late = Visitor(tiny_quota).arrive()
    late.walk_to("gate")
    for _ in range(3):
        Visitor(tiny_quota).arrive().walk_to("tutorial")
    late.answer()
    assert "All places were taken while you were reading" in late.html
    assert late.participant.arm == ""
    assert late.participant.outcome == "left"
    assert "All places were taken while you were reading" in late.look().html  # a reload says the same
    assert "SORRY7" in late.html


def test_who_is_still_before_the_gate_when_the_study_closes_is_told_so(tiny_quota: Study) -> None:
    late = Visitor(tiny_quota).arrive()
    late.walk_to("gate")
    close(tiny_quota)
    late.answer()
    assert "The study ended while you were reading" in late.html
    assert "The study ended while you were reading" in late.look().html
    assert late.participant.arm == ""
    assert Event.objects.get(participant=late.participant, kind="left").detail == {"reason": "study-closed"}


def test_the_place_of_someone_who_left_is_given_again(tiny_quota: Study, client: Client) -> None:
    visitors = [Visitor(tiny_quota).arrive() for _ in range(3)]
    for visitor in visitors:
        visitor.walk_to("tutorial")
    client.post(reverse("leave", args=[visitors[1].token]), {"stop": "1"})
    replacement = Visitor(tiny_quota).arrive()
    replacement.walk_to("tutorial")
    assert replacement.participant.arm == visitors[1].participant.arm
    assert places_taken(tiny_quota, "recruited") == {"control": 1, "map": 1, "placebo": 1}


def test_virtual_participants_have_their_own_stream_without_quota(tiny_quota: Study) -> None:
    for _ in range(4):
        Visitor(tiny_quota).arrive(**{"as": sign_source(tiny_quota, "simulated")}).walk_to("tutorial")
    assert places_taken(tiny_quota, "recruited") == {}
    assert sum(places_taken(tiny_quota, "simulated").values()) == 4
