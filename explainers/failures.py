"""Telling what went wrong in code that is not ours: a researcher's model, explainer, reader, drawer."""

import os
import site
import sysconfig
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .errors import ExplainersError
from .telling import dotted, told

# the commands tell how to install them
NEEDED = ("captum", "numpy", "PIL", "safetensors", "scipy", "sklearn", "torch")
ROOM = Path(__file__).parent
PACKAGES: tuple[str, ...] = (
    sysconfig.get_path("stdlib"),
    *site.getsitepackages(),
    site.getusersitepackages(),
)
LONGEST = 400  # characters of another's message


@contextmanager
def about(who: str) -> Iterator[None]:
    """Let errors in here begin with whom they are about. An error of another's code becomes `ExplainersError`."""
    try:
        yield
    except ExplainersError as error:
        raise type(error)(f"{who}: {error}") from error
    except Exception as error:
        if is_missing_package(error):
            raise
        raise ExplainersError(f"{who}: {failure(error)}.") from error


def failure(error: BaseException) -> str:
    """An error in one line: its kind, its message, and where in the researcher's own code it came from."""
    if isinstance(error, ValidationError):
        return "; ".join(_declared(one) for one in error.errors())
    message = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())
    if len(message) > LONGEST:
        message = f"{message[:LONGEST]}…"
    return f"{type(error).__name__}: {message.rstrip('.') or 'without a message'} ({place_of(error)})"


def _declared(fault: Any) -> str:
    """A fault of what is declared in code or in a card, where pydantic looks at it."""
    field = dotted(fault["loc"])
    return f'"{field}" is missing' if fault["type"] == "missing" else told(field, fault).rstrip(".")


def place_of(error: BaseException) -> str:
    """File and line: the innermost in the researcher's own code, else in ours, else in a package."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{shown(error.filename)}, line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "at a place that Python does not tell"
    theirs = [frame for frame in frames if _is_theirs(frame.filename)]
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOM)]
    frame = (theirs or ours or frames)[-1]
    return f"{shown(frame.filename)}, line {frame.lineno}"


def shown(file: str | Path) -> str:
    """A path as a message tells it: from here where it lies below."""
    relative = os.path.relpath(file)
    return str(file) if relative.startswith("..") else relative


def is_missing_package(error: BaseException) -> bool:
    """Does a package that this project itself needs lack? Then that is to be said, whoever asked for it."""
    return isinstance(error, ModuleNotFoundError) and error.name in NEEDED


def _is_theirs(file: str) -> bool:
    if file.startswith("<"):
        return False
    path = Path(file).resolve()
    return not any(path.is_relative_to(folder) for folder in (str(ROOM), *PACKAGES))
