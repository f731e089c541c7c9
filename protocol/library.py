"""The published scales that come with Foretell, one YAML file each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import ValidationError

from protocol.errors import ProtocolError
from protocol.lines import parse
from protocol.schema.instruments import Instrument
from protocol.wording import closest, tell

FOLDER = Path(__file__).parent / "instruments"


class UnknownInstrument(LookupError):
    """No scale of this name comes with Foretell."""


def instrument_names() -> list[str]:
    """Return the names of all scales, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def get_instrument(name: str) -> Instrument:
    """Return the scale called `name`, as published; UnknownInstrument lists the known ones."""
    names = instrument_names()
    if name not in names:
        raise UnknownInstrument(
            f'No instrument is called "{name}".{closest(name, names)} Known ones: {", ".join(names)}.'
        )
    return read_instrument(FOLDER / f"{name}.yaml")


def read_instrument(path: Path) -> Instrument:
    """Read one scale from its file; ProtocolError lists its faults with their lines."""
    data, lines = parse(path.read_text(encoding="utf-8"), str(path))
    try:
        return Instrument.model_validate(data, strict=True)
    except ValidationError as error:
        raise ProtocolError(tell(error, data, Instrument, lines)) from error
