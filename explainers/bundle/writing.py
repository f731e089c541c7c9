"""Writing a bundle: the same input gives the same bytes, and a folder is there whole or not at all."""

import csv
import dataclasses
import hashlib
import io
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from protocol.freezing import canonical_json

from . import strict_json
from .contents import content_of
from .faults import BundleError, BundleExists, Fault
from .manifest import FILE, SCHEMA_VERSION
from .reading import FOLDER, TABLES, read
from .records import Bundle, Item, Output, Stimulus, file_name
from .tables import COLUMNS, ITEMS, OUTPUTS, STIMULI, STRATUM

BY_DEFAULT: dict[str, Any] = {
    "labels": [],
    "models": [],
    "explainers": [],
    "checks": [],
    "packages": {},
    "device": "cpu",
    "recipe": {},
}


def write(
    folder: str | Path,
    manifest_fields: Mapping[str, Any],
    items: Sequence[Item],
    outputs: Sequence[Output],
    stimuli: Iterable[tuple[Stimulus, bytes]],
    timings: Mapping[str, Any] | None = None,
) -> Bundle:
    """Write a bundle, check it, and give it back as `read` would.

    Parameters
    ----------
    folder : where to; made under a passing name beside it, then renamed. A folder that holds this
        very bundle is left alone.
    manifest_fields : the manifest as the contract tells it. `schema_version`, `files` and `sha256`
        are filled in; `name` and `dataset` are needed; the rest may be left out where empty.
    stimuli : each with the bytes to be shown; `file`, `media_type`, `width` and `height` are
        filled in from the bytes.
    timings : what goes into `timings.json`, which is never hashed.

    Raises
    ------
    BundleExists : the folder holds something else; it is not touched.
    BundleError : what was to be written has faults; nothing is written.
    """
    folder = Path(folder)
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)  # left by a run that was killed
    try:
        _fill(partial, manifest_fields, items, outputs, stimuli, timings)
        bundle = read(partial)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            _refuse_another(folder, bundle)
        else:
            _put_in_place(partial, folder)
    except BundleError as error:
        raise BundleError(folder, error.faults) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return dataclasses.replace(bundle, folder=folder)


def filled(stimulus: Stimulus, content: bytes) -> Stimulus:
    """The stimulus with what its bytes say: file, media type and size."""
    kind = content_of(content)
    name = file_name(content, kind.media_type)
    return dataclasses.replace(
        stimulus, file=name, media_type=kind.media_type, width=kind.width, height=kind.height
    )


def decimal_text(value: float) -> str:
    """The number in decimal notation, never as 1e-05."""
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)


def _fill(
    folder: Path,
    manifest_fields: Mapping[str, Any],
    items: Sequence[Item],
    outputs: Sequence[Output],
    stimuli: Iterable[tuple[Stimulus, bytes]],
    timings: Mapping[str, Any] | None,
) -> None:
    (folder / FOLDER).mkdir(parents=True)
    rows = []
    for stimulus, content in stimuli:
        try:
            row = filled(stimulus, content)
        except ValueError as error:
            raise BundleError(folder, [_unusable(stimulus, error)]) from error
        (folder / FOLDER / row.file).write_bytes(content)
        rows.append(row)
    data = {ITEMS: _items_text(items), OUTPUTS: _outputs_text(outputs), STIMULI: _stimuli_text(rows)}
    for name in TABLES:
        (folder / name).write_bytes(data[name].encode())
    files = {name: hashlib.sha256(data[name].encode()).hexdigest() for name in TABLES}
    manifest = {"schema_version": SCHEMA_VERSION, **BY_DEFAULT, **manifest_fields, "files": files}
    manifest["sha256"] = strict_json.identity(manifest)
    (folder / FILE).write_text(_pretty(manifest), encoding="utf-8", newline="\n")
    if timings is not None:
        (folder / "timings.json").write_text(_pretty(timings), encoding="utf-8", newline="\n")


def _unusable(stimulus: Stimulus, error: ValueError) -> Fault:
    return Fault(STIMULI, f'part "{stimulus.part}" of item "{stimulus.item}" {error}', field="file")


def _refuse_another(folder: Path, bundle: Bundle) -> None:
    """Leave an identical bundle where it is; anything else is not ours to replace."""
    advice = "Remove it or choose another folder"
    try:
        present = read(folder)
    except BundleError as error:
        raise BundleExists(f"{folder} exists and is not this bundle: {error.faults[0]} {advice}.") from error
    if present.sha256 != bundle.sha256:
        hashes = f"its sha256 is {present.sha256[:12]}…, the new one's {bundle.sha256[:12]}…"
        raise BundleExists(f"{folder} exists and holds another bundle ({hashes}). {advice}.")


def _put_in_place(partial: Path, folder: Path) -> None:
    try:
        partial.rename(folder)
    except OSError as error:  # something came to stand there in the meantime
        raise BundleExists(f"{folder} cannot be put in place: {error.strerror}.") from error


def _items_text(items: Sequence[Item]) -> str:
    strata = sorted({name for item in items for name in item.strata})
    header = [*COLUMNS[ITEMS], *(STRATUM + name for name in strata)]
    return _csv(header, (_item_cells(item, strata) for item in items))


def _item_cells(item: Item, strata: Sequence[str]) -> list[str]:
    change = _json(item.change) if item.change is not None else ""
    members = _json(list(item.members)) if item.members else ""
    known = [item.item, item.kind, item.parent, change, members, item.truth]
    return known + [item.strata.get(name, "") for name in strata]


def _outputs_text(outputs: Sequence[Output]) -> str:
    def cells(output: Output) -> list[str]:
        chance = "" if output.probability is None else decimal_text(output.probability)
        chances = f"[{','.join(map(decimal_text, output.probabilities))}]" if output.probabilities else ""
        return [output.item, output.model, output.output, chance, chances]

    return _csv(COLUMNS[OUTPUTS], map(cells, outputs))


def _stimuli_text(stimuli: Sequence[Stimulus]) -> str:
    def cells(stimulus: Stimulus) -> list[str]:
        values = dataclasses.asdict(stimulus) | {"checks": _json(stimulus.checks) if stimulus.checks else ""}
        return ["" if values[name] is None else str(values[name]) for name in COLUMNS[STIMULI]]

    return _csv(COLUMNS[STIMULI], map(cells, stimuli))


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _json(value: Any) -> str:
    return canonical_json(value).decode()


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
