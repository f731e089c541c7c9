"""Many at once, as in production: processes and threads, real commits, real locks."""

import csv
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.studyapp.processes import Server, fresh_server, wait
from tests.studyapp.small_study import SEED, write_study

PROCESSES, THREADS, PEOPLE = 4, 20, 200
NEW_PERSON = """
import django; django.setup()
from studyapp.models import Study
from studyapp.participate.services import arrive
print(arrive(Study.objects.get(), "recruited").token)
"""


@pytest.fixture
def server(db: None, tmp_path: Path) -> Iterator[Server]:
    """Server processes with the small study open, and room for everyone."""
    folder = write_study(tmp_path / "small", ("target_n_per_arm: 40", "target_n_per_arm: 400"))
    with fresh_server(tmp_path) as server:
        server.manage("load", str(folder))
        server.manage("launch", "small", "--seed", SEED)
        yield server


def at_once(server: Server, kind: str, what: str) -> list[str]:
    """Let every process do the same at the same moment; return the arms that were given."""
    start = str(time.time() + 4)
    command = ("-m", "tests.studyapp.allocation.arrivals", start, str(THREADS), kind, what)
    running = [server.start(*command) for _ in range(PROCESSES)]
    return [arm for process in running for arm in wait(process).split()]


def test_two_hundred_at_once_are_all_let_in_and_blocks_are_exact(server: Server, tmp_path: Path) -> None:
    given = at_once(server, "walk", str(PEOPLE // PROCESSES))
    assert len(given) == PEOPLE
    server.manage("export", "small", "--out", str(tmp_path / "out"))
    with (tmp_path / "out" / "allocation.csv").open(newline="") as file:
        log = list(csv.DictReader(file))
    assert (
        [int(row["sequence"]) for row in log]
        == [int(row["place"]) for row in log]
        == list(range(1, PEOPLE + 1))
    )
    assert len({row["participant"] for row in log}) == PEOPLE
    assert Counter(row["arm"] for row in log) == Counter(given)
    blocks = defaultdict(list)
    for row in log:
        blocks[row["block"]].append(row["arm"])
    *complete, _ = blocks.values()  # the last may be cut
    for arms in complete:
        assert Counter(arms) == dict.fromkeys(("control", "map", "placebo"), len(arms) // 3)
    assert f"{PEOPLE} of {PEOPLE} allocations and {PEOPLE} of {PEOPLE} sessions" in server.manage(
        "verify", "small"
    )


def test_one_participant_allocated_many_times_at_once_has_one_place(server: Server) -> None:
    token = server.run("-c", NEW_PERSON).strip()
    given = at_once(server, "allocate", token)
    assert len(given) == PROCESSES * THREADS
    assert len(set(given)) == 1
