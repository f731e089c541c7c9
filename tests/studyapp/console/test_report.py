"""The report's tab and the report itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from studyapp.models import Study
from studyapp.studies.closing import close

pytestmark = pytest.mark.django_db
TAB = "/console/report/small/"
FILE = "/console/report/small/report.html"


@pytest.fixture
def report(settings: Settings) -> bytes:
    path = Path(settings.MEDIA_ROOT) / "reports" / "small" / "report.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        b'<!doctype html><html lang="en" data-source="simulated"><title>Report</title><script>alert(1)</script>'
    )
    return path.read_bytes()


@pytest.mark.parametrize("url", [TAB, FILE])
def test_the_outsider_is_sent_to_the_login(
    client: Client, small_study: Study, report: bytes, url: str
) -> None:
    assert client.get(url).url == f"{reverse('console-login')}?next={url}"


@pytest.mark.parametrize("url", [TAB, FILE])
def test_only_reading_is_allowed(researcher: Client, small_study: Study, url: str) -> None:
    assert researcher.post(url).status_code == 405


def test_without_a_report_the_commands_are_told(researcher: Client, small_study: Study) -> None:
    page = researcher.get(TAB).content.decode()
    assert "manage.py export small" in page
    assert "python -m analysis report" in page
    assert "<iframe" not in page
    assert researcher.get(FILE).url == TAB


def test_a_report_is_shown_in_its_own_frame(researcher: Client, small_study: Study, report: bytes) -> None:
    response = researcher.get(TAB)
    assert f'src="{FILE}"' in response.content.decode()
    assert "frame-src 'self'" in response["Content-Security-Policy"]


def test_a_report_is_sent_as_it_is_and_can_do_nothing(
    researcher: Client, small_study: Study, report: bytes
) -> None:
    response = researcher.get(FILE)
    assert b"".join(response.streaming_content) == report
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_a_report_of_another_study_is_not_sent(
    researcher: Client, draft_study: Study, settings: Settings
) -> None:
    path = Path(settings.MEDIA_ROOT) / "reports" / "other" / "report.html"
    path.parent.mkdir(parents=True)
    path.write_text("x")
    assert researcher.get("/console/report/other/report.html").status_code == 404


@pytest.mark.parametrize("mark", ["", ' data-source="recruited"'], ids=["unmarked", "recruited"])
def test_a_report_of_real_people_stays_hidden_until_the_study_is_closed(
    researcher: Client, small_study: Study, report: bytes, settings: Settings, mark: str
) -> None:
    path = Path(settings.MEDIA_ROOT) / "reports" / "small" / "report.html"
    path.write_text(f'<!doctype html><html lang="en"{mark}><title>Report</title>effect 0.2')
    page = researcher.get(TAB).content.decode()
    assert "Outcomes stay hidden until the study is closed" in page
    assert "<iframe" not in page
    assert researcher.get(FILE).url == TAB
    close(small_study)
    assert "<iframe" in researcher.get(TAB).content.decode()
    assert b"effect 0.2" in b"".join(researcher.get(FILE).streaming_content)


def test_a_report_of_previews_is_shown_before_the_end(
    researcher: Client, small_study: Study, report: bytes, settings: Settings
) -> None:
    path = Path(settings.MEDIA_ROOT) / "reports" / "small" / "report.html"
    path.write_bytes(report.replace(b"simulated", b"preview"))
    assert "<iframe" in researcher.get(TAB).content.decode()
