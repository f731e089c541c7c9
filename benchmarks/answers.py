"""Answers per second and their latency: gunicorn with SQLite and with PostgreSQL, side by side.

python -m benchmarks.answers --seconds 20 --participants 1 20 50

Each combination has a server, a database and a study of its own. Participants walk `fixtures/digits` over
HTTP as fast as they can, without time to think: what is measured is the server's ceiling, and the wait when
many answer at the same moment. One answer is one page's form: posted, stored, and the next page received.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

from cryptography.fernet import Fernet
from tqdm import tqdm

from protocol.reading import read_protocol
from protocol.schema.phases import Gate
from scripts.with_postgres import NoPostgres, throwaway_postgres
from studyapp.simulate.forms import step_form

ROOT = Path(__file__).resolve().parent.parent
STUDY = ROOT / "fixtures" / "digits"
HOST = "127.0.0.1"
WARM_UP_SECONDS = 3.0
FORM = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}


class BenchmarkFailed(Exception):
    """The server did not start, or answered with something else than the next page."""


@dataclass
class Server:
    """A running gunicorn with its own database and media."""

    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        """Return the process ids of the workers (Linux)."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def cpu_seconds(self) -> float:
        """Return the CPU time that the workers have used so far (Linux)."""
        ticks = 0
        for pid in self.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(study: Path, database: str, folder: Path, *, workers: int = 2) -> Iterator[Server]:
    """Load and launch a study folder, serve it as docs/hosting.md says, and stop at the end."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    port = _free_port()
    environment |= {
        "DEBUG": "0",
        "SECRET_KEY": "benchmark-" * 6,
        "IDENTITY_KEYS": Fernet.generate_key().decode(),
        "IDENTITY_PEPPER": "benchmark",
        "ALLOWED_HOSTS": HOST,
        "PUBLIC_URL": f"http://{HOST}:{port}",
        "DATABASE_URL": database,
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "BIND": f"{HOST}:{port}",
        "WEB_CONCURRENCY": str(workers),
    }
    for command in (
        ["migrate"],
        ["collectstatic", "--noinput"],
        ["load", str(study)],
        ["launch", study.name],
    ):
        _run([sys.executable, "manage.py", *command, "--verbosity", "0"], environment)
    log = folder / "gunicorn.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port, process, log)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait()


class Walker:
    """A participant over HTTP: follows the link, answers each page with the first thing on offer."""

    def __init__(self, port: int, slug: str, right: Mapping[str, str]) -> None:
        self.slug, self.right = slug, right
        self.connection = HTTPConnection(HOST, port, timeout=60)

    def walk(self) -> Iterator[tuple[float, float]]:
        """Walk one session; yield for each answer when it was sent and how long it took, in seconds."""
        response, _ = self._request("GET", f"/s/{self.slug}/")
        link = response.headers["Location"]
        if response.status != 302 or link is None:
            raise BenchmarkFailed(f"/s/{self.slug}/ answered {response.status}")
        _, page = self._request("GET", link)
        while form := step_form(page):
            body = urlencode(form.hidden | self._answers(form.choices, form.typed))
            sent = time.monotonic()
            response, page = self._request("POST", link, body)
            took = time.monotonic() - sent
            if response.status != 200:
                raise BenchmarkFailed(f"an answer to {link} got {response.status}:\n{body}\n{page[:2000]}")
            yield sent, took

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _answers(self, choices: Mapping[str, list[str]], typed: list[str]) -> dict[str, str]:
        chosen = {name: self.right.get(name, offered[0]) for name, offered in choices.items()}
        return chosen | dict.fromkeys(typed, "1")

    def _request(self, method: str, path: str, body: str | None = None) -> tuple[HTTPResponse, str]:
        headers = FORM if body is not None else {}
        for attempt in (1, 2):
            try:
                self.connection.request(method, path, body, headers)
                response = self.connection.getresponse()
                return response, response.read().decode()
            except (HTTPException, ConnectionError):  # a kept connection that the server closed meanwhile
                self.connection.close()
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")


def right_answers(study: Path) -> dict[str, str]:
    """Return the answers that pass the gate, by form field."""
    protocol = read_protocol(study / "protocol.yaml")
    gates = [phase for phase in protocol.phases if isinstance(phase, Gate)]
    return {f"q-{question.name}": question.right or "" for gate in gates for question in gate.questions}


@dataclass
class Measurement:
    """What one combination gave."""

    database: str
    participants: int
    seconds: float
    took: list[float] = field(default_factory=list)
    client_cpu: float = 0.0
    server_cpu: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency in ms that `share` of the answers do not exceed."""
        ordered = sorted(self.took)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def row(self) -> str:
        """Return the line of the table."""
        cells = [
            self.database,
            f"{self.participants}",
            f"{len(self.took)}",
            f"{self.per_second:.1f}",
            *(f"{self.percentile(share):.0f}" for share in (0.50, 0.95, 0.99)),
            f"{1000 * self.server_cpu / len(self.took):.1f}",
            f"{100 * self.client_cpu / self.seconds:.0f} %",
        ]
        return f"| {' | '.join(cells)} |"


def measure(server: Server, database: str, participants: int, seconds: float) -> Measurement:
    """Let so many participants answer without pause for so long, after a warm-up."""
    right, stop = right_answers(STUDY), threading.Event()
    taken: list[tuple[float, float]] = []  # appending to a list is atomic
    failures: list[Exception] = []

    def keep_walking() -> None:
        walker = Walker(server.port, STUDY.name, right)
        try:
            while not stop.is_set():
                for answer in walker.walk():
                    taken.append(answer)
                    if stop.is_set():
                        break
        except (BenchmarkFailed, HTTPException, OSError) as error:
            failures.append(error)
            stop.set()
        finally:
            walker.close()

    threads = [threading.Thread(target=keep_walking) for _ in range(participants)]
    for thread in threads:
        thread.start()
    stop.wait(WARM_UP_SECONDS)
    begun, client, served_before = time.monotonic(), time.process_time(), server.cpu_seconds()
    stop.wait(seconds)
    ended, client_cpu = time.monotonic(), time.process_time() - client
    server_cpu = server.cpu_seconds() - served_before
    stop.set()
    for thread in threads:
        thread.join()
    if failures:
        raise BenchmarkFailed(str(failures[0])) from failures[0]
    inside = [took for sent, took in taken if begun <= sent + took <= ended]
    if not inside:
        raise BenchmarkFailed("no answer arrived in the time measured")
    return Measurement(database, participants, ended - begun, inside, client_cpu, server_cpu)


def run(participants: list[int], seconds: float, workers: int) -> list[Measurement]:
    """Measure every combination, each on a fresh database."""
    found = []
    combinations = [(database, count) for count in participants for database in ("SQLite", "PostgreSQL")]
    for database, count in tqdm(combinations, unit="combination", disable=None):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = f"sqlite:///{folder / 'foretell.sqlite3'}"
            if database == "PostgreSQL":
                url = stack.enter_context(throwaway_postgres(durable=True))
            server = stack.enter_context(served(STUDY, url, folder, workers=workers))
            found.append(measure(server, database, count, seconds))
    return found


def report(found: list[Measurement]) -> str:
    """Return the table, and the ratios within this run, as Markdown."""
    lines = [
        "| database | people | answers | answers/s | p50 ms | p95 ms | p99 ms | CPU ms/answer | client CPU |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
        *(one.row() for one in found),
        "",
        "| people | PostgreSQL / SQLite, answers/s |",
        "|---:|---:|",
    ]
    rates = {(one.database, one.participants): one.per_second for one in found}
    counts = dict.fromkeys(one.participants for one in found)
    ratios = [f"| {count} | {rates['PostgreSQL', count] / rates['SQLite', count]:.2f} |" for count in counts]
    return "\n".join(lines + ratios)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise BenchmarkFailed(f"{' '.join(command[1:])} failed:\n{done.stdout}{done.stderr}")


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        connection = HTTPConnection(HOST, port, timeout=10)
        try:
            connection.request("GET", "/console/login/")
            connection.getresponse().read()
            return
        except (HTTPException, OSError):
            time.sleep(0.1)
        finally:
            connection.close()
    raise BenchmarkFailed(f"the server does not answer:\n{log.read_text(errors='replace')[-3000:]}")


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Measure answers per second on SQLite and on PostgreSQL.")
    parser.add_argument("--participants", type=int, nargs="+", default=[1, 20, 50], metavar="N")
    parser.add_argument("--seconds", type=float, default=20, help="measured for each combination (20)")
    parser.add_argument("--workers", type=int, default=2, help="gunicorn's processes (2)")
    options = parser.parse_args()
    try:
        found = run(options.participants, options.seconds, options.workers)
    except (BenchmarkFailed, NoPostgres) as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 1
    print(f"\n{os.cpu_count()} cores, {options.workers} processes of gunicorn, {options.seconds:g} s each\n")
    print(report(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
