"""What a run that was stopped had finished, kept beside its output until the bundle is whole."""

import base64
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from protocol.draws import draw
from protocol.freezing import canonical_json

from .base import Shown


class Unit(NamedTuple):
    """One explanation: what it explains, and by what."""

    explainer: str
    model: str
    target: str
    item: str


class WorkFolder:
    """Finished explanations, one file each. A folder with another key is of no use and emptied."""

    def __init__(self, out: Path, key: str) -> None:
        self.folder = out.with_name(f".{out.name}.work")
        mark = self.folder / "key"
        if not mark.is_file() or mark.read_text(encoding="utf-8") != key:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            mark.write_text(key, encoding="utf-8")

    def finished(self, unit: Unit) -> tuple[tuple[Shown, ...], float] | None:
        """The explanation and the seconds it took, if it was finished."""
        try:
            record = json.loads(self._file(unit).read_bytes())
            shown = tuple(
                Shown(**part | {"content": base64.b64decode(part["content"])}) for part in record["shown"]
            )
            return shown, record["seconds"]
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):  # a disk that was full, or another hand: make it again
            return None

    def keep(self, unit: Unit, shown: Sequence[Shown], seconds: float) -> None:
        """Keep a finished explanation; the file is there whole or not at all."""
        parts = [asdict(part) | {"content": base64.b64encode(part.content).decode()} for part in shown]
        record = canonical_json({"unit": unit, "seconds": seconds, "shown": parts})
        passing = self._file(unit).with_suffix(".partial")
        passing.write_bytes(record)
        passing.replace(self._file(unit))

    def remove(self) -> None:
        """Remove all of it, once the bundle is whole."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _file(self, unit: Unit) -> Path:
        return self.folder / f"{draw(0, 'unit', json.dumps(unit)):064x}.json"
