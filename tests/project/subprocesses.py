"""Run Python in a process of its own, with settings of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "IDENTITY_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "IDENTITY_PEPPER": "pepper-for-the-tests-only",
    "ALLOWED_HOSTS": "study.example.org",
    "PUBLIC_URL": "https://study.example.org",
}


def run_python(*arguments: str, cwd: Path = ROOT, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the repository's root, or in `cwd`; of our environment it gets the path only, and `settings`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=kept | {"PYTHONDONTWRITEBYTECODE": "1"} | settings,
        capture_output=True,
        text=True,
        timeout=120,
    )
