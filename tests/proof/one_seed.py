"""One seed of the recovery proof: a study of its own, walked, exported and analysed.

Imported only by a process that `prepare` has set up: it is Django's, with a throw-away database in memory.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
import signal
import tarfile
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from protocol import canonical_json
from studyapp.simulate.psychometrics import Psychometrics

EFFECTS = {"examples": 0.8}
STUDY = Path(__file__).parents[2] / "fixtures" / "digits"
_IN_MEMORY = Path("/dev/shm")  # a file system in memory, where there is one
_THROW_AWAY = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"
_SETTINGS = (
    "DATABASE_URL",
    "MEDIA_ROOT",
    "STATIC_ROOT",
    "DEBUG",
    "PUBLIC_URL",
    "ALLOWED_HOSTS",
    "SECURE_SSL_REDIRECT",
)


def prepare(scratch: str) -> None:
    """Set this process up: settings, a database with the study as a draft, and no interest in Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
    folder = Path(tempfile.mkdtemp(dir=scratch))
    for name in _SETTINGS:
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "studyapp.settings",
        "DATABASE_URL": f"sqlite:///{folder / 'draft.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder),
    }
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    settings.DEBUG = False  # else every query is kept
    for alias in connections:
        connections.databases[alias]["OPTIONS"] |= {"init_command": _THROW_AWAY}
    call_command("migrate", verbosity=0)
    from studyapp.studies.loading import load

    load(STUDY)
    connections.close_all()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


def run_seed(job: tuple[int, int, Path]) -> dict[str, Any]:
    """Analyse the study as walked with a seed and a number of participants; walk it first, if need be.

    The walk, which is nearly all of the work, is kept in the folder that the job names: an analysis that has
    changed since is repeated without it.
    """
    seed, participants, keep = job
    archive = keep / f"{design(participants)}-{seed:04d}.tar.gz"
    with tempfile.TemporaryDirectory(dir=scratch_place()) as scratch:
        folder = Path(scratch)
        if not archive.exists():
            _pack(_walk(seed, participants, folder), archive)
        with tarfile.open(archive) as packed:
            packed.extractall(folder / "walked", filter="data")
        return _analyse(seed, folder / "walked")


def _walk(seed: int, participants: int, folder: Path) -> Path:
    """Launch, walk and export the study; return the folder with its export and what the walk told."""
    from studyapp.export.services import export_study
    from studyapp.models import Study
    from studyapp.simulate.truth import tell_truth
    from studyapp.simulate.walks import simulated_walks
    from studyapp.studies.launching import launch

    with _Fresh():
        study = launch(Study.objects.get(), hashlib.sha256(f"recovery/{seed}".encode()).hexdigest()[:32])
        planted = Psychometrics(effects=EFFECTS)
        walks = list(simulated_walks(study, participants, seed, planted))
        export_study(study, folder / "export")
        truth = tell_truth(study, seed, planted)
    told = {
        "outcomes": dict(Counter(walk.outcome for walk in walks)),
        "pages": sum(walk.steps for walk in walks),
        "truth": {arm: effect[truth["weighting"]] for arm, effect in truth["differences"].items()},
    }
    (folder / "walk.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def _pack(folder: Path, archive: Path) -> None:
    archive.parent.mkdir(parents=True, exist_ok=True)
    part = archive.with_suffix(".part")
    with tarfile.open(part, "w:gz") as packed:
        for name in ("export", "walk.json"):
            packed.add(folder / name, name)
    part.rename(archive)


def _analyse(seed: int, folder: Path) -> dict[str, Any]:
    from analysis.planned import run_plan
    from analysis.reading import read_export

    walk = json.loads((folder / "walk.json").read_text(encoding="utf-8"))
    contrasts = run_plan(read_export(folder / "export"), draws=2).contrasts
    numbers = ("estimate", "low", "high", "se", "df", "p", "p_adjusted")
    told = {
        arm: {name: float(row[name]) for name in numbers}
        | {"truth": walk["truth"][arm], "people": int(row["people"])}
        for arm, row in contrasts.iterrows()
    }
    return {"seed": seed, "outcomes": walk["outcomes"], "pages": walk["pages"], "contrasts": told}


def design(participants: int) -> str:
    """Return what must be equal for two seeds to be counted together: study, parameters and size.

    Of the bundle this is what virtual participants answer by: its items and outputs, not what is shown of them.
    """
    protocol = YAML(typ="safe").load((STUDY / "protocol.yaml").read_text(encoding="utf-8"))
    for name in ("power", "power_reason"):  # words about the plan, which change nothing
        protocol["analysis"].pop(name, None)
    told = {
        "participants": participants,
        "planted": Psychometrics(effects=EFFECTS).told(),
        "protocol": protocol,
    } | {name: _hash(STUDY / "bundle" / name) for name in ("items.csv", "outputs.csv")}
    return hashlib.sha256(canonical_json(told)).hexdigest()[:16]


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def scratch_place() -> str | None:
    """Return where throw-away files go: memory, where there is a file system in it."""
    return str(_IN_MEMORY) if os.access(_IN_MEMORY, os.W_OK) else None


class _Fresh:
    """A copy of the database with the draft, and a folder, for the time of a block."""

    def __enter__(self) -> Path:
        from django.db import connections

        connections.close_all()
        draft = Path(connections["default"].settings_dict["NAME"])
        self.draft, self.folder = draft, Path(tempfile.mkdtemp(dir=draft.parent))
        shutil.copy(draft, self.folder / "study.sqlite3")
        self._point_at(self.folder / "study.sqlite3")
        return self.folder

    def __exit__(self, *error: object) -> None:
        self._point_at(self.draft)
        shutil.rmtree(self.folder)

    def _point_at(self, path: Path) -> None:
        from django.db import connections

        connections.close_all()
        for alias in connections:
            connections[alias].settings_dict["NAME"] = str(path)
