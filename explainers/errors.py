"""The errors of this room. Each message says what is wrong, where, and what is allowed."""

from collections.abc import Iterable
from typing import NamedTuple

Steps = tuple[str | int, ...]  # names of fields and numbers of entries, from the outside in


class Wrong(NamedTuple):
    """One thing that is wrong with what was given: the steps that lead to it, and what is to be said."""

    steps: Steps
    message: str


class ExplainersError(Exception):
    """Something that the researcher can mend."""


class UnknownName(ExplainersError):
    """A registry has no such name."""


class BadParameters(ExplainersError):
    """An explainer, check, reader, architecture or drawer does not take these parameters.

    `wrong` has all that is wrong with them, where that is known: a line of the message each.
    """

    def __init__(self, message: str, wrong: Iterable[Wrong] = ()) -> None:
        super().__init__(message)
        self.wrong = tuple(wrong)


class RecipeError(ExplainersError):
    """The recipe cannot be followed."""


class PlacedError(RecipeError):
    """The same; the message begins with the recipe's file and line already."""


class DataError(ExplainersError):
    """The data or the weights are not what the recipe says."""


class ModelFailed(ExplainersError):
    """A model raised an error of its own, which is the cause of this one."""


class ExportError(ExplainersError):
    """An export has no such answers, or they are not what its contract says."""


def refuse(wrong: Iterable[Wrong]) -> None:
    """Raise `BadParameters` that tells all of it; where nothing is wrong, do nothing."""
    if found := tuple(wrong):
        raise BadParameters("\n".join(one.message for one in found), found)
