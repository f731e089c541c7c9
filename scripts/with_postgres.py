"""Run a command with DATABASE_URL naming a PostgreSQL of its own, which is gone afterwards.

python scripts/with_postgres.py python -m pytest tests/studyapp

The cluster lies in a temporary folder and listens on a free port of this machine, with a random password:
nothing is shared with a PostgreSQL that already runs. PostgreSQL refuses to run as root: it then runs as
`postgres` or `nobody`.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# For tests: nothing needs to outlive them.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
COMMON = "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300"


class NoPostgres(Exception):
    """PostgreSQL's programs are absent, or the cluster does not start."""


@contextmanager
def throwaway_postgres(*, durable: bool = False) -> Iterator[str]:
    """Yield the DATABASE_URL of a new, empty cluster; stop and delete it at the end.

    With `durable` it syncs every commit to disk, as one that serves a study does.
    """
    programs = find_programs()
    owner = _unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="foretell-pg-"))
    data, log, password_file = folder / "data", folder / "log", folder / "password"
    password = secrets.token_hex(16)
    password_file.write_text(password)
    if owner is not None:
        for path in (folder, password_file):
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def run(program: str, *arguments: str) -> None:
        identity = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
        done = subprocess.run(
            [programs / program, *arguments],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **identity,  # type: ignore[call-overload]
        )
        if done.returncode:
            details = log.read_text(errors="replace") if log.exists() else ""
            raise NoPostgres(f"{program} failed:\n{done.stdout}{details}")

    try:
        login = ("-U", "foretell", "-A", "scram-sha-256", f"--pwfile={password_file}")
        run("initdb", "-D", str(data), *login, "-E", "UTF8", "--no-sync")
        port = _free_port()
        options = f"{COMMON} -p {port} {'' if durable else FAST}"
        # pg_ctl hands its output on to the server, which would keep a pipe open: hence the log file.
        run("pg_ctl", "-D", str(data), "-l", str(log), "-o", options, "-w", "-t", "60", "start")
        try:
            yield f"postgres://foretell:{password}@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_programs() -> Path:
    """Return the folder with initdb and pg_ctl: POSTGRES_BIN, or what scripts/system-packages finds."""
    if folder := os.environ.get("POSTGRES_BIN"):
        return Path(folder)
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if folders:
        return folders[-1]
    if program := shutil.which("initdb"):
        return Path(program).parent
    raise NoPostgres(
        "PostgreSQL's initdb was not found. Install PostgreSQL, or set POSTGRES_BIN to its folder."
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Return whom the server runs as where we are root; otherwise None: as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres("PostgreSQL refuses to run as root, and neither the user postgres nor nobody exists.")


def main(command: list[str]) -> int:
    """Run the command; its exit status is ours."""
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster is stopped on the way out
    try:
        with throwaway_postgres() as url:
            child = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url})
            try:
                return child.wait()
            except KeyboardInterrupt:  # the child got it too: let it close
                child.wait()
                return 130
            finally:
                if child.poll() is None:
                    child.terminate()
                    child.wait()
    except NoPostgres as error:
        print(f"[postgres] {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
