"""What `make demo` does: prepare the bundled studies on SQLite, walk virtual participants through one, serve them.

Each stage is skipped when it is done, so an interrupted first run goes on where it stopped, and a later one
starts in seconds and keeps the data. Everything lies in data/demo; delete that folder to begin anew.

Uses the standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "data" / "demo"
STUDY = "digits"  # walked by virtual participants, with a report
OTHERS = ("reviews",)  # open to take part in
PARTICIPANTS = 160
SEED = "1"
HOST = "127.0.0.1"

ENVIRONMENT = HOME / "environment"  # the settings, secrets included, as a shell reads them
LOGIN = HOME / "login.txt"
TRUTH = HOME / "truth.json"
EFFECT = "examples=0.8"  # on the logit scale, so that the report has something to find
SIMULATED = HOME / "simulated"  # written when all virtual participants have walked
EXPORT = HOME / "export"
REPORT = HOME / "media" / "reports" / STUDY
STATIC = HOME / "static"
LOG = HOME / "server.log"


class DemoFailed(Exception):
    """A stage failed; the message says which and why."""


class Demo:
    """The stages, in their order, with the clock that they report."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.started = time.monotonic()
        self.python = ""
        self.environment: dict[str, str] = {}
        self.state: dict[str, str | None] = {}
        self.others: dict[str, dict[str, str | None]] = {}

    def run(self) -> int:
        """Prepare what is not ready yet, and serve until Ctrl-C."""
        self._refuse_busy_port()
        self._install()
        self._settle()
        self._prepare()
        return self._serve()

    def _refuse_busy_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.port))
            except OSError as error:
                raise DemoFailed(
                    f"port {self.port} cannot be used ({error.strerror}): another program, or another demo, "
                    f"listens there. Nothing was changed. Choose another one: make demo PORT={self.port + 1}"
                ) from error

    def _install(self) -> None:
        with self._stage("Python packages"):
            command = [str(ROOT / "scripts" / "environment"), "demo", "requirements-light.txt"]
            self.python = _run(command, dict(os.environ), quiet=True).strip()

    def _settle(self) -> None:
        """Make the folder, the secrets and the environment of all that follows."""
        HOME.mkdir(parents=True, exist_ok=True)
        HOME.chmod(0o700)
        if not ENVIRONMENT.exists():
            _write_private(ENVIRONMENT, _settings())
        # Nothing else of the caller's environment: settings of another installation would mix with these.
        self.environment = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TERM") if name in os.environ
        }
        self.environment |= dict(_read_settings())
        self.environment |= {
            "PUBLIC_URL": f"http://{HOST}:{self.port}",
            "PORT": str(self.port),
            "BIND": f"{HOST}:{self.port}",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
        }

    def _prepare(self) -> None:
        with self._stage("Database"):
            self._manage("migrate", "--verbosity", "0")
        stamp, digest = STATIC / "made-of", _digest_of_static()
        if not stamp.exists() or stamp.read_text() != digest:
            with self._stage("Scripts and styles"):
                self._manage("collectstatic", "--noinput", "--clear", "--verbosity", "0")
                stamp.write_text(digest)
        self.state = self._open(STUDY)
        self.others = {study: self._open(study) for study in OTHERS}
        if not SIMULATED.exists():
            with self._stage(f"{PARTICIPANTS} virtual participants"):
                self._simulate()
        if not (EXPORT / "dataset_description.json").exists():
            with self._stage("Export"):
                shutil.rmtree(EXPORT, ignore_errors=True)
                self._manage("export", STUDY, "--out", str(EXPORT))
        if not (REPORT / "report.html").exists():
            with self._stage("Report"):
                shutil.rmtree(REPORT, ignore_errors=True)
                REPORT.parent.mkdir(parents=True, exist_ok=True)
                self._call("-m", "analysis", "report", str(EXPORT), "--out", str(REPORT))

    def _open(self, study: str) -> dict[str, str | None]:
        """Load and launch a bundled study where that was not done; gives where it stands and its addresses."""
        state = self._ask_state(study)
        if state["status"] is None:
            with self._stage(f"Loading fixtures/{study}"):
                self._manage("load", f"fixtures/{study}")
        if state["status"] in (None, "draft"):
            with self._stage(f"Launching {study}"):
                self._manage("launch", study)
        return state

    def _simulate(self) -> None:
        """Walk virtual participants through the study; one arm's explanation is made to help them."""
        self._manage(
            "simulate",
            STUDY,
            "--participants",
            str(PARTICIPANTS),
            "--seed",
            SEED,
            "--effect",
            EFFECT,
            "--truth",
            str(TRUTH),
        )
        SIMULATED.touch()

    def _ask_state(self, study: str) -> dict[str, str | None]:
        """Ask where a study stands and for its addresses; make the console's login if it is absent."""
        answer: dict[str, str | None] = json.loads(
            self._call("scripts/demo_state.py", study, str(LOGIN), quiet=True)
        )
        return answer

    def _serve(self) -> int:
        # The server has a group of its own: Ctrl-C reaches this process only, which ends the server once.
        with LOG.open("a") as log:
            server = subprocess.Popen(
                [self.python, "-m", "gunicorn", "--config", "gunicorn.conf.py"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            with self._stage("Server"):
                self._wait_until_it_answers(server)
            self._announce()
            server.wait()
        except KeyboardInterrupt:
            print("\nStopping …", flush=True)
            _stop(server)
            print("Stopped. The data are kept: `make demo` goes on with them.", flush=True)
            return 0
        finally:
            _stop(server)
        raise DemoFailed(f"the server ended by itself. The end of {LOG.relative_to(ROOT)}:\n{_tail(LOG)}")

    def _wait_until_it_answers(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and server.poll() is None:
            connection = HTTPConnection(HOST, self.port, timeout=10)
            try:
                connection.request("GET", "/console/")
                if connection.getresponse().status < 500:
                    return
                break
            except (OSError, HTTPException):
                time.sleep(0.1)
            finally:
                connection.close()
        raise DemoFailed(f"the server does not answer. The end of {LOG.relative_to(ROOT)}:\n{_tail(LOG)}")

    def _announce(self) -> None:
        address = f"http://{HOST}:{self.port}"
        login = LOGIN.read_text().strip().splitlines()
        more = "".join(
            f"\n  {study:<11} {address}{state['participate']}" for study, state in self.others.items()
        )
        print(
            f"""
  Take part   {address}{self.state["participate"]}{more}
  Console     {address}{self.state["console"]}      {", ".join(login)}
  Report      {address}{self.state["report"]}

  The login stands in {LOGIN.relative_to(ROOT)}, the server's log in {LOG.relative_to(ROOT)}.
  Ctrl-C stops the server and keeps the data.
""",
            flush=True,
        )

    def _manage(self, *arguments: str) -> None:
        self._call("manage.py", *arguments)

    def _call(self, *arguments: str, quiet: bool = False) -> str:
        """Run Python with the demo's settings; what it prints is shown, or returned when `quiet`."""
        return _run([self.python, *arguments], self.environment, quiet=quiet)

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        print(f"[{begun - self.started:5.1f} s] {name} …", flush=True)
        yield
        now = time.monotonic()
        if now - begun > 1:
            print(f"[{now - self.started:5.1f} s] {name}: done", flush=True)


def _run(command: list[str], environment: dict[str, str], *, quiet: bool) -> str:
    """Run a command; what it prints is shown, or returned when `quiet`.

    It has a group of its own, so that Ctrl-C reaches this process only, which then ends the command without a
    traceback from inside it.
    """
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        text=True,
        start_new_session=True,
    ) as child:
        try:
            output, _ = child.communicate()
        except KeyboardInterrupt:
            os.killpg(child.pid, signal.SIGTERM)
            raise
    if child.returncode:
        shown = [Path(command[0]).name, *command[1:]]
        raise DemoFailed(f"`{shlex.join(shown)}` failed; the reason stands above.")
    return output or ""


def _settings() -> str:
    """Return the demo's settings: those of a real installation, on SQLite, without https."""
    values = {
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "IDENTITY_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "IDENTITY_PEPPER": secrets.token_urlsafe(32),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "DATABASE_URL": f"sqlite:///{HOME / 'foretell.sqlite3'}",
        "MEDIA_ROOT": str(HOME / "media"),
        "STATIC_ROOT": str(STATIC),
        "WEB_CONCURRENCY": "2",
    }
    lines = [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
    return "\n".join(["# Settings of the demo; holds secrets. Use: . data/demo/environment", *lines]) + "\n"


def _read_settings() -> Iterator[tuple[str, str]]:
    for line in ENVIRONMENT.read_text().splitlines():
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            yield name, shlex.split(value)[0]


def _write_private(path: Path, text: str) -> None:
    """Write whole or not at all, readable by nobody else."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.rename(path)


def _digest_of_static() -> str:
    """Return what changes when a script, a style or a package changes."""
    digest = hashlib.sha256((ROOT / ".venv" / "demo" / "installed").read_bytes())
    for path in sorted((ROOT / "studyapp").glob("**/static/**/*")):
        if path.is_file():
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is not None:
        return
    server.send_signal(signal.SIGTERM)  # gunicorn finishes what it is answering
    try:
        server.wait(timeout=10)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _tail(path: Path, lines: int = 25) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Run the demo; problems are told in a sentence, never as a traceback."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    port = os.environ.get("PORT", "8000")
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        print(f"make demo: PORT={port!r} is not a port; a number from 1 to 65535 is.", file=sys.stderr)
        return 2
    try:
        return Demo(int(port)).run()
    except DemoFailed as error:
        print(f"make demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Call `make demo` again: it goes on where it stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
