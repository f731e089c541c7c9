"""What a run that was stopped had finished, kept beside its output until the bundle is whole."""

import base64
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from protocol.draws import draw
from protocol.freezing import canonical_json

from ..base import Shown
from ..bundle import Check
from ..checks.scores import Score
from ..errors import ExplainersError


class Unit(NamedTuple):
    """One explanation: what it explains, and by what."""

    explainer: str
    model: str
    target: str
    item: str


class Checked(NamedTuple):
    """One check: its place in the recipe, and what it is about; `explainer` is empty for the model itself."""

    place: int
    model: str
    explainer: str


class WorkFolder:
    """Finished explanations and checks, one file each. A folder with another key is of no use and emptied."""

    def __init__(self, out: Path, key: str) -> None:
        self.folder = out.with_name(f".{out.name}.work")
        mark = self.folder / "key"
        if not mark.is_file() or mark.read_text(encoding="utf-8") != key:
            shutil.rmtree(self.folder, ignore_errors=True)
            self._begin(mark, key)

    def _begin(self, mark: Path, key: str) -> None:
        try:
            self.folder.mkdir(parents=True)
            mark.write_text(key, encoding="utf-8")
        except OSError as error:
            raise ExplainersError(
                f"{self.folder}, where unfinished work is kept beside the bundle, cannot be made: {error.strerror}. "
                "Allowed: --out in a folder that can be written."
            ) from error

    def finished(self, unit: Unit) -> tuple[tuple[Shown, ...], float] | None:
        """The explanation and the seconds it took, if it was finished."""
        try:
            record = self._record(unit)
            shown = tuple(
                Shown(**part | {"content": base64.b64decode(part["content"])}) for part in record["shown"]
            )
            return shown, record["seconds"]
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
        ):  # a disk that was full, or another hand: make it again
            return None

    def measured(self, checked: Checked) -> tuple[tuple[Check | Score, ...], float] | None:
        """What the check found and the seconds it took, if it was finished."""
        try:
            record = self._record(checked)
            checks = [Check.model_validate(one) for one in record["checks"]]
            return (*checks, *(Score(**one) for one in record["scores"])), record["seconds"]
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, unit: Unit, shown: Sequence[Shown], seconds: float) -> None:
        """Keep a finished explanation; the file is there whole or not at all."""
        parts = [asdict(part) | {"content": base64.b64encode(part.content).decode()} for part in shown]
        self._write(unit, {"seconds": seconds, "shown": parts})

    def keep_measured(self, checked: Checked, found: Sequence[Check | Score], seconds: float) -> None:
        """Keep a finished check."""
        checks = [one.model_dump() for one in found if isinstance(one, Check)]
        scores = [one._asdict() for one in found if isinstance(one, Score)]
        self._write(checked, {"seconds": seconds, "checks": checks, "scores": scores})

    def remove(self) -> None:
        """Remove all of it, once the bundle is whole."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _record(self, what: Unit | Checked) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._file(what).read_bytes())
        return found

    def _write(self, what: Unit | Checked, content: dict[str, Any]) -> None:
        passing = self._file(what).with_suffix(".partial")
        passing.write_bytes(canonical_json({"unit": what} | content))
        passing.replace(self._file(what))

    def _file(self, what: Unit | Checked) -> Path:
        return self.folder / f"{draw(0, type(what).__name__.lower(), json.dumps(what)):064x}.json"
