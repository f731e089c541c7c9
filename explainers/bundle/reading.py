"""Reading and checking a bundle: everything the contract says, without torch."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import manifest as manifests
from . import rules, tables
from .contents import content_of
from .faults import BundleError, Fault
from .manifest import Manifest
from .records import SUFFIXES, Bundle
from .tables import ITEMS, OUTPUTS, STIMULI, Row

FOLDER = "stimuli"
TABLES = (ITEMS, OUTPUTS, STIMULI)
MAY_STAND_HERE = {manifests.FILE, *TABLES, FOLDER, "timings.json"}


def read(folder: str | Path) -> Bundle:
    """Read a bundle and check all of it.

    Raises
    ------
    BundleError : it has faults; the error lists every one.
    """
    bundle, faults = _examine(Path(folder))
    if bundle is None:
        raise BundleError(Path(folder), faults)
    return bundle


def check(folder: str | Path) -> list[Fault]:
    """Every fault of a bundle; none where it can be used."""
    return _examine(Path(folder))[1]


def _examine(folder: Path) -> tuple[Bundle | None, list[Fault]]:
    if not folder.is_dir():
        message = "is not a folder" if folder.exists() else "does not exist"
        return None, [
            Fault(str(folder), message, allowed=f"a folder with {', '.join([manifests.FILE, *TABLES])}")
        ]
    faults = list(_top_level_faults(folder))
    texts = {name: _bytes_of(folder / name) for name in (manifests.FILE, *TABLES)}
    manifest: Manifest | None = None
    rows: dict[str, list[Row]] = {}
    if (data := texts[manifests.FILE]) is not None:
        manifest, found = _parsed_manifest(data)
        faults += found
    for name in TABLES:
        if (data := texts[name]) is not None:
            parsed, found = tables.parse(name, data)
            if not found:  # a row that cannot be read would make others look wrong
                rows[name] = parsed
            faults += [*found, *_hash_faults(name, data, manifest)]
    if manifest is not None and len(rows) == len(TABLES):
        faults += _content_faults(folder, manifest, rows)
    if faults or manifest is None:
        return None, faults
    return Bundle(
        folder=folder,
        manifest=manifest,
        items=tuple(map(tables.item_of, rows[ITEMS])),
        outputs=tuple(map(tables.output_of, rows[OUTPUTS])),
        stimuli=tuple(map(tables.stimulus_of, rows[STIMULI])),
    ), []


def _top_level_faults(folder: Path) -> Iterator[Fault]:
    for path in sorted(folder.iterdir()):
        if path.name not in MAY_STAND_HERE:
            yield Fault(path.name, "does not belong to a bundle", allowed=", ".join(sorted(MAY_STAND_HERE)))
        elif path.is_symlink():
            yield Fault(
                path.name,
                "is a link, which may lead out of the folder",
                allowed="a file or folder of its own",
            )
    for name in (manifests.FILE, *TABLES):
        if not (folder / name).is_file():
            yield Fault(name, "is missing")
    if not (folder / FOLDER).is_dir():
        yield Fault(FOLDER, "is missing", allowed="a folder, empty where nothing is shown")


def _bytes_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _parsed_manifest(data: bytes) -> tuple[Manifest | None, list[Fault]]:
    try:
        return manifests.parse(data.decode())
    except UnicodeDecodeError as error:
        return None, [Fault(manifests.FILE, f"is not UTF-8 (byte {error.start})")]


def _hash_faults(name: str, data: bytes, manifest: Manifest | None) -> Iterator[Fault]:
    found = hashlib.sha256(data).hexdigest()
    stated = manifest.files.model_dump(by_alias=True)[name] if manifest else found
    if found != stated:
        message = (
            f"has checksum {found[:12]}…, but {manifests.FILE} says {stated[:12]}…: one of them was altered"
        )
        yield Fault(name, message, field=f"files.{name}")


def _content_faults(folder: Path, manifest: Manifest, rows: dict[str, list[Row]]) -> Iterator[Fault]:
    items, outputs, stimuli = (rows[name] for name in TABLES)
    yield from rules.item_faults(items, stimuli, manifest)
    yield from rules.output_faults(outputs, {row["item"] for row in items}, manifest)
    yield from rules.stimulus_faults(stimuli, items, outputs, manifest)
    if (folder / FOLDER).is_dir():
        yield from _file_faults(folder / FOLDER, stimuli)


def _file_faults(folder: Path, stimuli: Sequence[Row]) -> Iterator[Fault]:
    """Files against rows: there, whole, of the stated kind and size, and none left over."""
    mentioned: dict[str, list[Row]] = {}
    for row in stimuli:
        if rules.FILE_NAME.fullmatch(row["file"]):
            mentioned.setdefault(row["file"], []).append(row)
    for name, rows in mentioned.items():
        yield from _one_file_faults(folder / name, rows)
    for path in sorted(folder.iterdir()):
        if path.name not in mentioned:
            yield Fault(
                f"{FOLDER}/{path.name}", f"stands in no row of {STIMULI}", allowed="only files with a row"
            )


def _one_file_faults(path: Path, rows: Sequence[Row]) -> Iterator[Fault]:
    name = f"{FOLDER}/{path.name}"
    if path.is_symlink():
        yield Fault(name, "is a link, which may lead out of the folder", allowed="a file of its own")
        return
    if not path.is_file():
        yield Fault(STIMULI, f'names "{path.name}", which is not in {FOLDER}/', rows[0].line, "file")
        return
    data = path.read_bytes()
    if (found := hashlib.sha256(data).hexdigest()) != path.stem:
        yield Fault(name, f"has checksum {found[:12]}…, not that of its name: it was renamed or altered")
    try:
        content = content_of(data)
    except ValueError as error:
        yield Fault(name, str(error))
        return
    if SUFFIXES[content.media_type] != path.suffix[1:]:
        yield Fault(
            name,
            f"holds {content.media_type} by its bytes",
            allowed=f"a name ending in .{SUFFIXES[content.media_type]}",
        )
    for row in rows:
        if row["media_type"] in SUFFIXES and row["media_type"] != content.media_type:
            message = f"is {row['media_type']}, but the file holds {content.media_type}"
            yield Fault(STIMULI, message, row.line, "media_type", content.media_type)
        for field, size in (("width", content.width), ("height", content.height)):
            if size is not None and row[field].isdecimal() and int(row[field]) != size:
                yield Fault(
                    STIMULI, f"is {row[field]}, but the picture has {size}", row.line, field, str(size)
                )
