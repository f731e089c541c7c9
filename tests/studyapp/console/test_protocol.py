"""The protocol's page and its JSON."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from studyapp.models import Study
from studyapp.studies.closing import close
from tests.studyapp.small_study import SEED

pytestmark = pytest.mark.django_db
URL = "/console/protocol/small/"
JSON = "/console/protocol/small/1.json"


@pytest.mark.parametrize("url", [URL, JSON])
def test_the_outsider_is_sent_to_the_login(client: Client, small_study: Study, url: str) -> None:
    assert client.get(url).url == f"{reverse('console-login')}?next={url}"


@pytest.mark.parametrize("url", [URL, JSON])
def test_only_reading_is_allowed(researcher: Client, small_study: Study, url: str) -> None:
    assert researcher.post(url).status_code == 405


def test_arms_phases_and_plan_are_readable(researcher: Client, small_study: Study) -> None:
    page = researcher.get(URL).content.decode()
    for text in (
        small_study.protocol_sha256,
        "Another item&#x27;s map",
        "2 questions, 2 attempts",
        "4 pictures, the same for everyone, in random order, each with confidence, and 1 attention check",
        "40 per arm: A study for tests.",
        "each arm against “No explanation”; two-sided; alpha 0.05, Holm’s correction over the contrasts",
        "CC0-1.0",
    ):
        assert text in page


def test_the_seed_is_secret_until_the_study_is_closed(researcher: Client, small_study: Study) -> None:
    page = researcher.get(URL).content.decode()
    assert small_study.seed_sha256 in page
    assert SEED not in page
    close(small_study)
    assert SEED in researcher.get(URL).content.decode()


def test_the_json_is_the_resolved_protocol(researcher: Client, small_study: Study) -> None:
    assert researcher.get(JSON).json() == small_study.versions.get().resolved


def test_an_unknown_version_has_its_own_page(researcher: Client, small_study: Study) -> None:
    response = researcher.get("/console/protocol/small/7.json")
    assert response.status_code == 404
    assert "has no protocol version 7" in response.content.decode()


def test_texts_are_text(researcher: Client, draft_study: Study) -> None:
    Study.objects.update(title="<b>bold</b>")
    version = draft_study.versions.get()
    version.resolved["arms"][1]["label"] = "<i>map</i>"
    version.sha256 = "0" * 64
    version.save()
    page = researcher.get(URL).content.decode()
    assert "<b>bold" not in page
    assert "<i>map" not in page
    assert "&lt;i&gt;map" in page
