"""Errors that come from deep inside, told with the recipe's line and about whom they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import BadParameters, ExplainersError, PlacedError, Steps, Wrong
from ..failures import failure, is_missing_package
from .reading import in_lines, where


@contextmanager
def at(path: Path, steps: Steps, who: str = "", parameters: str = "parameters") -> Iterator[None]:
    """Let errors in here begin with file and line of what the steps lead to in the recipe, and with `who`.

    Faults of parameters have a line each, that of the parameter, which stands below the key `parameters`.
    What has a place keeps it. An error of another's code, such as a model of the researcher's own, is told with
    where it came from.

    Raises
    ------
    PlacedError : from whatever error was raised.
    """
    about = f"{who}: " if who else ""
    try:
        yield
    except PlacedError:
        raise
    except BadParameters as error:
        wrong = error.wrong or (Wrong((), str(error)),)
        placed = [
            Wrong((*steps, parameters, *one.steps) if one.steps else steps, f"{about}{one.message}")
            for one in wrong
        ]
        raise PlacedError(in_lines(path, placed)) from error
    except ExplainersError as error:
        raise PlacedError(f"{where(path, *steps)}: {about}{error}") from error
    except Exception as error:
        if is_missing_package(error):
            raise
        raise PlacedError(f"{where(path, *steps)}: {about}{failure(error)}.") from error
