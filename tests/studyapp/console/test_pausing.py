"""Pausing and resuming recruitment."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from studyapp.models import Study

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["study-pause", "study-resume"])
def test_the_outsider_changes_nothing(client: Client, small_study: Study, name: str) -> None:
    assert client.post(reverse(name, args=["small"])).url.startswith(reverse("console-login"))
    small_study.refresh_from_db()
    assert small_study.status == "open"


@pytest.mark.parametrize("name", ["study-pause", "study-resume"])
def test_reading_is_the_wrong_method(researcher: Client, small_study: Study, name: str) -> None:
    assert researcher.get(reverse(name, args=["small"])).status_code == 405
    assert researcher.post(reverse(name, args=["nope"])).status_code == 404


def test_a_study_is_paused_and_resumed_and_a_second_time_changes_nothing(
    researcher: Client, small_study: Study
) -> None:
    for name, status, said in (
        ("study-pause", "paused", "Recruitment is paused."),
        ("study-resume", "open", "Recruitment goes on."),
    ):
        for _ in range(2):
            response = researcher.post(reverse(name, args=["small"]), follow=True)
            assert response.redirect_chain[-1][0] == reverse("monitor", args=["small"])
            assert said in response.content.decode()
            small_study.refresh_from_db()
            assert small_study.status == status


def test_a_draft_cannot_be_paused(researcher: Client, draft_study: Study) -> None:
    page = researcher.post(reverse("study-pause", args=["small"]), follow=True).content.decode()
    assert "small is draft" in page
    draft_study.refresh_from_db()
    assert draft_study.status == "draft"
