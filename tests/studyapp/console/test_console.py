"""The list of studies."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from studyapp.models import Study
from studyapp.studies.closing import pause
from tests.studyapp.console.people import add_person, launched_early

pytestmark = pytest.mark.django_db


def test_the_outsider_is_sent_to_the_login(client: Client) -> None:
    assert client.get(reverse("console")).url.startswith(reverse("console-login"))


def test_only_reading_is_allowed(researcher: Client) -> None:
    assert researcher.post(reverse("console")).status_code == 405


def test_without_a_study_the_command_line_is_told(researcher: Client) -> None:
    page = researcher.get(reverse("console")).content.decode()
    assert "No study yet" in page
    assert "manage.py load" in page


def test_a_study_is_shown_with_its_state_and_progress(researcher: Client, small_study: Study) -> None:
    study = launched_early(small_study)
    add_person(study, answered=-1, arm="map")
    add_person(study, answered=-1, arm="map", source="simulated")
    add_person(study, recruiter_session="a")
    add_person(study, recruiter_session="a")
    page = researcher.get(reverse("console")).content.decode()
    assert "1 of 120 finished" in page
    assert '<span class="badge open">Open</span>' in page
    assert "1 simulated" in page
    assert "1 problem needs you" in page
    pause(study)
    assert '<span class="badge paused">Paused</span>' in researcher.get(reverse("console")).content.decode()


def test_a_draft_is_shown_as_one(researcher: Client, draft_study: Study) -> None:
    page = researcher.get(reverse("console")).content.decode()
    assert '<span class="badge draft">Draft</span>' in page
    assert "no one yet" in page


def test_titles_are_text(researcher: Client, small_study: Study) -> None:
    Study.objects.update(title="<b>bold</b> & “more”")
    page = researcher.get(reverse("console")).content.decode()
    assert "&lt;b&gt;bold&lt;/b&gt; &amp;" in page
    assert "<b>bold" not in page


def test_more_people_take_no_more_queries(
    researcher: Client, small_study: Study, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    study = launched_early(small_study)
    add_person(study, answered=-1, arm="map")
    researcher.get(reverse("console"))
    for people in (4, 40):
        for _ in range(people):
            add_person(study, answered=3)
        with django_assert_num_queries(9):
            researcher.get(reverse("console"))
