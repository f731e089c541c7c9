"""The monitor."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from studyapp.models import Response, Step, Study
from studyapp.studies.closing import close
from tests.studyapp.console.people import COMMON, NOW, add_person, launched_early
from tests.studyapp.visitor import Visitor

pytestmark = pytest.mark.django_db
URL = "/console/monitor/small/"


def read(client: Client, source: str = "") -> str:
    response = client.get(URL, {"source": source} if source else {})
    assert response.status_code == 200
    return response.content.decode()


def test_the_outsider_is_sent_to_the_login(client: Client, small_study: Study) -> None:
    assert client.get(URL).url == f"{reverse('console-login')}?next={URL}"


def test_only_reading_is_allowed(researcher: Client, small_study: Study) -> None:
    assert researcher.post(URL).status_code == 405


def test_an_unknown_study_has_its_own_page(researcher: Client) -> None:
    response = researcher.get("/console/monitor/nope/")
    assert response.status_code == 404
    assert "No study called “nope”" in response.content.decode()


def test_nobody_yet_shows_the_link_to_the_study(researcher: Client, small_study: Study) -> None:
    page = read(researcher)
    assert "Nobody yet" in page
    assert "/s/small/" in page


def test_a_draft_says_how_to_launch_it(researcher: Client, draft_study: Study) -> None:
    page = read(researcher)
    assert "manage.py launch small" in page
    assert "Pause recruitment" not in page
    assert "Close study" not in page
    assert 'action="/preview/small/"' in page


def test_a_closed_study_can_neither_be_paused_nor_closed(researcher: Client, small_study: Study) -> None:
    close(small_study)
    page = read(researcher)
    assert "Closed without participants" in page
    assert "<form" in page  # signing out
    assert "Pause recruitment" not in page
    assert "Close study" not in page


def test_real_walks_are_counted(researcher: Client, small_study: Study) -> None:
    Visitor(small_study).arrive().walk_to_the_end()
    Visitor(small_study).arrive().walk_to("test", "trial")
    page = read(researcher)
    assert re.search(r"finished, of 120</dt><dd>1</dd>", page)
    assert re.search(r"in the study now</dt><dd>1</dd>", page)
    assert "2 allocated and 1 finished after" in page
    assert "Outcomes stay hidden until the study is closed." in page
    assert "UTC" in page


def test_recruited_people_come_before_simulated_ones(researcher: Client, small_study: Study) -> None:
    study = launched_early(small_study)
    add_person(study, answered=-1, arm="map", source="simulated")
    assert "Simulated participants." in read(researcher)
    add_person(study)
    assert "Simulated participants." not in read(researcher)
    assert "Simulated participants." in read(researcher, "simulated")
    assert "Previews." in read(researcher, "preview")
    assert "Simulated participants." not in read(researcher, "nonsense")


def test_the_time_of_virtual_people_is_what_they_say_to_have_spent(
    researcher: Client, small_study: Study
) -> None:
    """They walk in no time; here two pages of 90 s by their own account."""
    study = launched_early(small_study)
    someone = add_person(study, answered=-1, arm="map", source="simulated", took=0)
    Response.objects.bulk_create(
        Response(
            step=Step.objects.create(participant=someone, position=position, phase="test", kind="trial",
                                     phase_number=7, questions=[["a", "first"], ["b", "final"]]),
            question=question, role="first", response_ms=90_000, timing="script", answered_at=NOW,
        )
        for position in (101, 102)
        for question in "a"
    )  # fmt: skip
    add_person(study, answered=-1, arm="map", took=20)
    assert "<dt>median simulated time on the pages, IQR 3–3</dt><dd>3 <small>min" in read(
        researcher, "simulated"
    )
    assert "<dt>median time, IQR 20–20</dt><dd>20 <small>min" in read(researcher)


def test_no_outcome_is_shown_or_read(
    researcher: Client, small_study: Study, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    study = launched_early(small_study)
    add_person(study, answered=-1, arm="map")
    with django_assert_num_queries(16) as seen:
        page = read(researcher)
    assert "correct" not in page
    asked = [
        query["sql"] for query in seen.captured_queries if '"studyapp_response"."answer"' in query["sql"]
    ]
    assert all("attention" in sql for sql in asked)


def test_five_people_or_fifty_take_the_same_queries(
    researcher: Client, small_study: Study, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    study = launched_early(small_study)
    read(researcher)
    for people in (5, 45):
        for n in range(people):
            add_person(study, answered=[-1, COMMON + 3, COMMON][n % 3], arm=["control", "map"][n % 2])
            add_person(study, answered=2, left_at=NOW if n % 2 else None)
        with django_assert_num_queries(17):
            read(researcher)


def test_titles_and_labels_are_text(researcher: Client, small_study: Study) -> None:
    Study.objects.update(title="<b>bold</b>")
    page = read(researcher)
    assert "&lt;b&gt;bold" in page
    assert "<b>bold" not in page


def test_the_page_keeps_the_policy(researcher: Client, small_study: Study) -> None:
    """No inline style, script or handler, as the content security policy forbids them."""
    study = launched_early(small_study)
    add_person(study, answered=-1, arm="map")
    add_person(study, answered=COMMON, arm="map", left_at=NOW)
    response = researcher.get(URL)
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert not re.search(
        r"\sstyle=|<style|<script(?![^>]* src=)|\son\w+=|javascript:", response.content.decode()
    )


def test_every_link_leads_somewhere(researcher: Client, small_study: Study) -> None:
    study = launched_early(small_study)
    add_person(study, recruiter_session="a")
    add_person(study, recruiter_session="a")
    page = read(researcher)
    for link in set(re.findall(r'href="([^"]+)"', page)) - {"data:,"}:
        if link.startswith("#"):
            assert f'id="{link[1:]}"' in page
        elif not link.startswith("/static/"):
            assert researcher.get(link).status_code == 200
