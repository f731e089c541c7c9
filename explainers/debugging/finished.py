"""Trainings that a run which was stopped had finished, kept beside its output until the table is whole."""

import hashlib
import json
import shutil
from pathlib import Path

from protocol.freezing import canonical_json

from .training import Job, Quality


class Finished:
    """One file for each training. A folder with another key is of no use and emptied."""

    def __init__(self, out: Path, key: str) -> None:
        self.folder = out.with_name(f".{out.name}.work")
        self._read: dict[Job, Quality] = {}
        mark = self.folder / "key"
        if not mark.is_file() or mark.read_text(encoding="utf-8") != key:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            mark.write_text(key, encoding="utf-8")

    def of(self, job: Job) -> Quality | None:
        """What the training gave, if it was finished."""
        if job not in self._read:
            try:
                self._read[job] = Quality(**json.loads(self._file(job).read_bytes()))
            except (OSError, ValueError, TypeError):  # cut short, or never there: train it
                return None
        return self._read[job]

    def keep(self, job: Job, quality: Quality) -> None:
        """Keep what a training gave; the file is there whole or not at all."""
        passing = self._file(job).with_suffix(".partial")
        passing.write_bytes(canonical_json(quality._asdict()))
        passing.replace(self._file(job))
        self._read[job] = quality

    def remove(self) -> None:
        """Remove all of it, once the table is whole."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _file(self, job: Job) -> Path:
        edit = {name: sorted(values) for name, values in vars(job.edit).items()}
        told = canonical_json({**job._asdict(), "edit": edit})
        return self.folder / f"{hashlib.sha256(told).hexdigest()}.json"
