"""Closing a study for good."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from studyapp.models import Study

pytestmark = pytest.mark.django_db
URL = "/console/monitor/small/close/"


def test_the_outsider_closes_nothing(client: Client, small_study: Study) -> None:
    assert client.post(URL, {"confirm": "small"}).url.startswith(reverse("console-login"))
    small_study.refresh_from_db()
    assert small_study.status == "open"


def test_reading_is_the_wrong_method(researcher: Client, small_study: Study) -> None:
    assert researcher.get(URL).status_code == 405


@pytest.mark.parametrize("typed", ["", "Small", "<b>other</b>"])
def test_another_name_closes_nothing(researcher: Client, small_study: Study, typed: str) -> None:
    response = researcher.post(URL, {"confirm": typed})
    assert response.status_code == 422
    page = response.content.decode()
    assert 'aria-invalid="true"' in page
    assert '<details class="menu end" open>' in page
    assert "<b>other" not in page
    small_study.refresh_from_db()
    assert small_study.status == "open"


def test_the_name_closes_it_and_a_second_time_changes_nothing(researcher: Client, small_study: Study) -> None:
    page = researcher.post(URL, {"confirm": " small "}, follow=True).content.decode()
    assert "The study is closed" in page
    small_study.refresh_from_db()
    closed_at = small_study.closed_at
    researcher.post(URL, {"confirm": "small"})
    small_study.refresh_from_db()
    assert small_study.status == "closed"
    assert small_study.closed_at == closed_at


def test_the_page_says_what_happens_to_people_inside(researcher: Client, small_study: Study) -> None:
    page = researcher.get(reverse("monitor", args=["small"])).content.decode()
    assert "Closing cannot be undone." in page
    assert "Whoever was allocated may finish" in page
