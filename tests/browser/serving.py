"""A whole site of its own, as it runs in production: gunicorn, DEBUG=0, collected and compressed static files."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

from tests.studyapp.processes import ROOT, Server
from tests.studyapp.small_study import write_study

SEED = "00112233445566778899aabbccddeeff"


@dataclass(frozen=True)
class Site:
    """A served site with three studies open on it: digits, reviews, and a small one that shows texts and tables."""

    base: str
    server: Server
    database: Path

    def address(self, path: str) -> str:
        return self.base + path

    def manage(self, *arguments: str) -> str:
        """Run a management command on the site's database and return what it printed."""
        return self.server.manage(*arguments)

    def rows(self, query: str, *parameters: Any) -> list[sqlite3.Row]:
        """Ask the database what was stored."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=20)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(query, parameters).fetchall()

    def arm_of(self, token: str) -> str:
        return str(self.rows("SELECT arm FROM studyapp_participant WHERE token = ?", token)[0]["arm"])

    def steps_of(self, token: str) -> list[sqlite3.Row]:
        """The participant's planned steps in their order."""
        return self.rows(
            "SELECT s.* FROM studyapp_step s JOIN studyapp_participant p ON p.id = s.participant_id"
            " WHERE p.token = ? ORDER BY s.position",
            token,
        )

    def responses_of(self, token: str) -> list[sqlite3.Row]:
        """The participant's responses with the position, phase and kind of their step, in their order."""
        return self.rows(
            "SELECT r.*, s.position, s.phase, s.kind, s.item FROM studyapp_response r"
            " JOIN studyapp_step s ON s.id = r.step_id JOIN studyapp_participant p ON p.id = s.participant_id"
            " WHERE p.token = ? ORDER BY s.position, r.id",
            token,
        )

    def next_step_of(self, token: str) -> sqlite3.Row | None:
        """The first planned step that lacks a response."""
        answered = {row["position"] for row in self.responses_of(token)}
        return next((step for step in self.steps_of(token) if step["position"] not in answered), None)


@contextmanager
def served_site(folder: Path) -> Iterator[Site]:
    """Set a site up in `folder`, serve it, and stop it again."""
    database, port = folder / "foretell.sqlite3", _free_port()
    base = f"http://127.0.0.1:{port}"
    server = Server(_environment(folder, database, base))
    server.manage("migrate", "--verbosity=0")
    server.manage("collectstatic", "--noinput", "--verbosity=0")
    server.manage("load", "fixtures/digits")
    server.manage("launch", "digits", "--seed", SEED)
    server.manage("load", "fixtures/reviews")
    server.manage("launch", "reviews", "--seed", SEED)
    server.manage("load", str(write_study(folder / "told", told=True)))
    server.manage("launch", "told", "--seed", SEED)
    log = (folder / "gunicorn.log").open("w")
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    process = subprocess.Popen(command, cwd=ROOT, env=server.environment, stdout=log, stderr=log)
    try:
        _wait_until_it_answers(process, base)
        yield Site(base, server, database)
    finally:
        process.terminate()
        process.wait(timeout=40)
        log.close()


def _environment(folder: Path, database: Path, base: str) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "studyapp.settings",
        "DATABASE_URL": f"sqlite:///{database}",
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "DEBUG": "0",
        "SECRET_KEY": "for-tests-" + "s" * 50,
        "IDENTITY_KEYS": "ZGV2ZWxvcG1lbnQtb25seS1rZXktb2YtMzItYnl0ZXM=",
        "IDENTITY_PEPPER": "for-tests-" + "p" * 30,
        "ALLOWED_HOSTS": "127.0.0.1",
        "PUBLIC_URL": base,
        "WEB_CONCURRENCY": "1",
        "WEB_THREADS": "4",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(process: subprocess.Popen[bytes], base: str) -> None:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/s/digits/", timeout=30):
                return
        except URLError:
            continue
    raise AssertionError("gunicorn did not start; see gunicorn.log in the test's folder")
