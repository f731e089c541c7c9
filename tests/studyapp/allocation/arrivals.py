"""A server process for tests: many threads that wait for one moment, then let participants in.

`arrivals.py START THREADS walk COUNT` walks COUNT new participants up to their tutorial;
`arrivals.py START THREADS allocate TOKEN` allocates one and the same participant in every thread.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.db import connection  # noqa: E402

from studyapp.allocation.services import allocate  # noqa: E402
from studyapp.models import Participant, Study  # noqa: E402
from tests.studyapp.walker import at, walk  # noqa: E402


def main(start: str, threads: str, kind: str, what: str) -> None:
    def act(number: int) -> str:
        time.sleep(max(0.0, float(start) - time.time()))
        try:
            if kind == "walk":
                return walk(Study.objects.get(), stop=at("tutorial")).arm
            participant = Participant.objects.get(token=what)
            return allocate(participant, participant.study.protocol).arm
        finally:
            connection.close()

    with ThreadPoolExecutor(int(threads)) as pool:
        for arm in pool.map(act, range(int(what) if kind == "walk" else int(threads))):
            print(arm)


main(*sys.argv[1:])
