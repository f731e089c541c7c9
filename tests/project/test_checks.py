"""Django's own checks for a deployment, and for migrations, stay clean."""

from __future__ import annotations

from tests.project.subprocesses import PRODUCTION, run_python


def test_a_deployment_with_the_documented_settings_has_no_issue():
    done = run_python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_a_deployment_without_https_is_warned():
    settings = PRODUCTION | {"PUBLIC_URL": "http://study.example.org"}
    done = run_python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **settings)
    assert done.returncode == 1
    assert "foretell.W001" in done.stderr


def test_no_migration_is_missing():
    done = run_python("manage.py", "makemigrations", "--check", "--dry-run", DATABASE_URL="sqlite://:memory:")
    assert done.returncode == 0, done.stdout + done.stderr
