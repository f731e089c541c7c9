"""A database of its own with real commits, and server processes that work on it at the same time."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connections

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Server:
    """The environment of processes that share a database."""

    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a management command to its end and return what it printed."""
        return self.run("manage.py", *arguments)

    def run(self, *arguments: str) -> str:
        """Run Python to its end and return what it printed."""
        return wait(self.start(*arguments))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start Python with these arguments."""
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip


def wait(process: subprocess.Popen[str]) -> str:
    """Wait for a process; AssertionError with its output where it fails."""
    printed, _ = process.communicate(timeout=120)
    if process.returncode != 0:
        raise AssertionError(printed)
    return printed


@contextmanager
def fresh_server(folder: Path) -> Iterator[Server]:
    """Make an empty, migrated database of the kind that the tests run on: a file, or one on their server."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "studyapp.settings",
        "MEDIA_ROOT": str(folder / "media"),
    }
    if connections["default"].vendor == "sqlite":
        server = Server(environment | {"DATABASE_URL": f"sqlite:///{folder / 'own.sqlite3'}"})
        server.manage("migrate", "--verbosity=0")
        yield server
        return
    name = f"foretell_own_{secrets.token_hex(6)}"
    at = settings.DATABASES["default"]
    login = f"{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT'] or 5432}"
    _administer(f'CREATE DATABASE "{name}"')
    try:
        server = Server(environment | {"DATABASE_URL": f"postgres://{login}/{name}"})
        server.manage("migrate", "--verbosity=0")
        yield server
    finally:
        _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(statement: str) -> None:
    """Run a statement that no transaction may hold."""
    with connections["default"].creation._nodb_cursor() as cursor:
        cursor.execute(statement)
