"""Classes of the researcher's own, `module:Class`, found beside the recipe."""

import dataclasses
import importlib
import inspect
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from .errors import BadParameters, UnknownName
from .failures import failure, is_missing_package, shown

TAXONOMY = ("stage", "scope", "access", "form")  # what each explainer says of itself
FORM = "Allowed: module:Class, or a known name"


def own_class(kind: str, name: str, base: type, beside: Path | None) -> type:
    """The class that `module:Class` names; its module is looked for in the folder `beside` first.

    Raises
    ------
    UnknownName : there is no such module or class in it, or the module cannot be imported; with file and line.
    BadParameters : it is no dataclass that inherits `base`, or does not say all that those must.
    """
    who = f'{kind} "{name}"'
    found = _loaded(who, name, beside)
    if not inspect.isclass(found) or not dataclasses.is_dataclass(found) or _lacks_decorator(found):
        raise BadParameters(
            f"{who} is no dataclass: its fields are its parameters. Allowed: @dataclass(frozen=True) above it."
        )
    if not issubclass(found, base):
        raise BadParameters(
            f"{who} is no {kind}. Allowed: a class that inherits {base.__module__}.{base.__name__}."
        )
    if lacking := ", ".join(_lacking(found, base)):
        raise BadParameters(f"{who} lacks {lacking}, which each class that inherits {base.__name__} needs.")
    _require_declared(who, found)
    return found


def _loaded(who: str, name: str, beside: Path | None) -> Any:
    module_name, _, qualified = name.partition(":")
    if beside is not None and str(beside.resolve()) not in sys.path:
        sys.path.insert(0, str(beside.resolve()))
    module = _imported(who, module_name, beside)
    found: Any = module
    for step in qualified.split("."):
        found = getattr(found, step, None)
    if found is None:
        classes = ", ".join(_classes_of(module)) or "none"
        raise UnknownName(
            f'{who} cannot be loaded: {_file(module)} has no "{qualified}". Its classes: {classes}.'
        )
    return found


def _lacking(made: Any, base: type) -> list[str]:
    """What such a class should say and does not: class variables, then methods."""
    declared = [name for name, kind in inspect.get_annotations(base).items() if "ClassVar" in str(kind)]
    return [name for name in declared if not hasattr(made, name)] + sorted(made.__abstractmethods__)


def _require_declared(who: str, made: Any) -> None:
    """Refuse what an explainer says of itself in another form than the rest reads."""
    kinds, taxonomy = getattr(made, "data_kinds", ()), getattr(made, "taxonomy", None)
    if isinstance(kinds, str):
        raise BadParameters(f'{who}: data_kinds is "{kinds}". Allowed: a tuple, as ("{kinds}",).')
    if isinstance(taxonomy, Mapping) and not set(TAXONOMY) <= set(taxonomy):
        told = ", ".join(taxonomy) or "nothing"
        raise BadParameters(f"{who}: taxonomy says {told}. Needed: {', '.join(TAXONOMY)}.")


def _imported(who: str, name: str, beside: Path | None) -> ModuleType:
    importlib.invalidate_caches()  # the module may have been written since this program began
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if is_missing_package(error):
            raise
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            beside_it = f" beside the recipe (in {beside.resolve()})" if beside else " that Python can import"
            told = f"there is no module {name}{beside_it}"
            raise UnknownName(f"{who} cannot be loaded: {told}. {FORM}.") from error
        raise UnknownName(f"{who} cannot be loaded: {failure(error)}.") from error
    except Exception as error:
        raise UnknownName(f"{who} cannot be loaded: {failure(error)}. {FORM}.") from error


def _lacks_decorator(made: type) -> bool:
    """Does it name fields of its own that `@dataclass` never saw? What it inherits is a dataclass all the same."""
    own = inspect.get_annotations(made).values()
    return "__dataclass_fields__" not in vars(made) and any("ClassVar" not in str(one) for one in own)


def _classes_of(module: ModuleType) -> list[str]:
    return [
        name
        for name, made in vars(module).items()
        if inspect.isclass(made) and made.__module__ == module.__name__ and dataclasses.is_dataclass(made)
    ]


def _file(module: ModuleType) -> str:
    return shown(module.__file__) if module.__file__ else module.__name__
