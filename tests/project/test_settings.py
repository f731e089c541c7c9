"""Settings come from the environment, are documented, and a bad one stops the start."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.project.subprocesses import PRODUCTION, ROOT, run_python

START = ("-c", "from django.conf import settings; settings.DEBUG; print('started')")


def start(**settings: str) -> tuple[bool, str]:
    done = run_python(*START, DJANGO_SETTINGS_MODULE="studyapp.settings", **settings)
    return done.stdout.strip() == "started", done.stderr


def read_by(path: Path) -> set[str]:
    """Names of environment variables that a Python file reads."""
    pattern = r"(?:environment\.\w+\(|os\.environ\.get\(|os\.environ\[)\s*[\"']([A-Z][A-Z_]+)[\"']"
    return set(re.findall(pattern, path.read_text()))


def documented(*headings: str) -> set[str]:
    """Names in the tables under the headings of docs/settings.md; of all of them when none is given."""
    sections = re.split(r"^## ", (ROOT / "docs" / "settings.md").read_text(), flags=re.MULTILINE)[1:]
    wanted = [part for part in sections if not headings or part.startswith(headings)]
    return set(re.findall(r"^\| `([A-Z_]+)` \|", "\n".join(wanted), flags=re.MULTILINE))


def test_every_setting_is_documented_and_every_documented_one_exists():
    assert documented("The three secrets", "The server", "Data") == read_by(ROOT / "studyapp" / "settings.py")


def test_every_variable_of_gunicorn_is_documented():
    assert documented("Gunicorn") == read_by(ROOT / "gunicorn.conf.py")


def test_no_other_part_of_the_server_reads_the_environment():
    own = {"settings.py", "environment.py"}
    readers = [
        path.relative_to(ROOT)
        for path in (ROOT / "studyapp").rglob("*.py")
        if path.name not in own and re.search(r"os\.environ(?!\.setdefault)|os\.getenv", path.read_text())
    ]
    assert readers == []


def test_it_starts_with_nothing_set():
    started, said = start()
    assert started, said


def test_it_starts_for_participants_with_its_secrets():
    started, said = start(**PRODUCTION)
    assert started, said


@pytest.mark.parametrize("absent", ["SECRET_KEY", "IDENTITY_KEYS", "IDENTITY_PEPPER"])
@pytest.mark.parametrize("how", ["unset", "empty"])
def test_without_debug_it_refuses_to_start_without_a_secret(absent, how):
    settings = {name: value for name, value in PRODUCTION.items() if name != absent}
    started, said = start(**settings, **({absent: ""} if how == "empty" else {}))
    assert not started
    assert f"{absent} is not set" in said
    assert "docs/settings.md" in said


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("DEBUG", "maybe", "yes"),
        ("BEHIND_PROXY", "perhaps", "yes"),
        ("CONN_MAX_AGE", "soon", "whole number"),
        ("SECURE_HSTS_SECONDS", "-1", "whole number"),
        ("DATABASE_URL", "mysql://user:topsecret@host/name", "sqlite:///FILE"),
    ],
)
def test_a_bad_value_stops_the_start_and_is_named(name, value, allowed):
    started, said = start(**{name: value})
    assert not started
    assert name in said
    assert allowed in said
    assert "topsecret" not in said


def test_the_script_that_clears_settings_before_tests_knows_them_all():
    done = subprocess.run([ROOT / "scripts" / "settings-read"], capture_output=True, text=True, check=True)
    listed = set(done.stdout.split())
    assert listed == read_by(ROOT / "studyapp" / "settings.py")
