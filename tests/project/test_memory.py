"""A web process stays small while it serves."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.answers import STUDY, Walker, right_answers, served
from tests.studyapp.small_study import write_study

MOST_MB = 120
SESSIONS = 100
HEAVY = (
    "torch",
    "numpy",
    "pandas",
    "scipy",
    "matplotlib",
    "pyarrow",
)  # their compiled parts are mapped files


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    (kilobytes,) = re.findall(r"^VmRSS:\s+(\d+) kB$", status, flags=re.MULTILINE)
    return int(kilobytes) / 1024


def heavy_files(pid: int) -> list[str]:
    """Return the files of heavy libraries that a process has mapped."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    mapped = {line.split(maxsplit=5)[5] for line in lines if "/" in line}
    return sorted(file for file in mapped if any(f"/{name}" in file for name in HEAVY))


@dataclass(frozen=True)
class Worker:
    """A worker as it was after it served."""

    resident_mb: float
    heavy: list[str]


def worker_after_sessions(study: Path, folder: Path) -> Worker:
    """Serve whole sessions with one worker on SQLite, and return what it has become."""
    right = right_answers(study)
    with served(study, f"sqlite:///{folder / 'study.sqlite3'}", folder, workers=1) as server:
        answers = 0
        for _ in range(SESSIONS):
            walker = Walker(server.port, study.name, right)
            answers += sum(1 for _ in walker.walk())
            walker.close()
        (worker,) = server.workers()
        assert answers > SESSIONS * 10  # they did walk
        return Worker(resident_mb(worker), heavy_files(worker))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_heavy_library_would_be_seen():
    wait = "import numpy, sys; print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", wait], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        seen = heavy_files(process.pid)
        process.stdin.close()
    assert seen


# The small study has every kind of page in a third of the steps; the bundled one takes too long for `make test`.
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_worker_that_served_100_sessions_is_small(tmp_path):
    study = write_study(tmp_path / "small", ("target_n_per_arm: 40", "target_n_per_arm: 400"))
    worker = worker_after_sessions(study, tmp_path)
    assert worker.resident_mb <= MOST_MB
    assert worker.heavy == []


@pytest.mark.proof
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_worker_that_served_100_sessions_of_the_bundled_study_is_small(tmp_path):
    worker = worker_after_sessions(STUDY, tmp_path)
    assert worker.resident_mb <= MOST_MB
    assert worker.heavy == []
