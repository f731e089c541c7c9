"""A web process stays small while it serves."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from benchmarks.answers import STUDY, Walker, right_answers, served
from tests.studyapp.small_study import write_study

MOST_MB = 120
SESSIONS = 100


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    (kilobytes,) = re.findall(r"^VmRSS:\s+(\d+) kB$", status, flags=re.MULTILINE)
    return int(kilobytes) / 1024


def memory_after_sessions(study: Path, folder: Path) -> float:
    """Serve whole sessions with one worker on SQLite, and return its resident memory in MB."""
    right = right_answers(study)
    with served(study, f"sqlite:///{folder / 'study.sqlite3'}", folder, workers=1) as server:
        answers = 0
        for _ in range(SESSIONS):
            walker = Walker(server.port, study.name, right)
            answers += sum(1 for _ in walker.walk())
            walker.close()
        (worker,) = server.workers()
        assert answers > SESSIONS * 10  # they did walk
        return resident_mb(worker)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_worker_that_served_100_sessions_is_small(tmp_path):
    study = write_study(tmp_path / "small", ("target_n_per_arm: 40", "target_n_per_arm: 400"))
    assert memory_after_sessions(study, tmp_path) <= MOST_MB


@pytest.mark.proof
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_worker_that_served_100_sessions_of_the_bundled_study_is_small(tmp_path):
    assert memory_after_sessions(STUDY, tmp_path) <= MOST_MB
