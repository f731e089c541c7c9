"""Building a class from its parameters; all that is wrong with them is told at once."""

import dataclasses
import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from .errors import BadParameters, Steps, Wrong, refuse
from .failures import failure, is_missing_package
from .telling import dotted, faults_of, told


def made(who: str, made_by: type, given: Mapping[str, Any]) -> Any:
    """An object of a dataclass whose fields are its parameters; `who` begins each message.

    Raises
    ------
    BadParameters : unknown, missing and unfitting parameters, each with what is allowed.
    """
    if not isinstance(given, Mapping):
        raise BadParameters(
            f"{who}: its parameters are a {type(given).__name__}. Allowed: a mapping, as {{name: value}}."
        )
    known = keys_at(made_by, ())
    strange = [Wrong((name,), _unknown(who, (name,), made_by)) for name in given if name not in known]
    fitting = {name: value for name, value in given.items() if name in known}
    try:
        found: Any = TypeAdapter(made_by).validate_python(fitting)
    except ValidationError as error:
        raise _refused([*strange, *_faults(who, made_by, fitting, error)]) from error
    except BadParameters as error:
        own = error.wrong or (Wrong(_named_in(str(error), fitting), str(error)),)
        raise _refused([*strange, *own]) from error
    except Exception as error:
        if is_missing_package(error):
            raise
        raise BadParameters(f"{who} cannot be made: {failure(error)}.") from error
    refuse(strange)
    return found


def keys_at(made_by: Any, steps: Steps) -> tuple[str, ...]:
    """Names of the parameters that there are where the steps lead to, among those of a class."""
    for step in steps:
        made_by = _below(made_by, step)
    found = made_by if dataclasses.is_dataclass(made_by) else _dataclass_in(made_by)
    return tuple(field.name for field in dataclasses.fields(found) if field.init) if found else ()


def _refused(wrong: list[Wrong]) -> BadParameters:
    return BadParameters("\n".join(one.message for one in wrong), wrong)


def _faults(who: str, made_by: type, given: Mapping[str, Any], error: ValidationError) -> Iterator[Wrong]:
    for steps, fault in faults_of(error, given):
        if fault["type"] == "missing":
            known = _listed(keys_at(made_by, steps[:-1]))
            message = f'{who}: parameter "{dotted(steps)}" is missing. Known ones: {known}.'
        elif fault["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
            message = _unknown(who, steps, made_by)
        else:
            field = told(dotted(steps), fault)
            message = f"{who}, parameter {field}" if steps else f"{who}: {fault['msg']}."
        yield Wrong(steps, message)


def _unknown(who: str, steps: Steps, made_by: type) -> str:
    known = _listed(keys_at(made_by, steps[:-1]))
    return f'{who} has no parameter "{dotted(steps)}". Known ones: {known}.'


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(sorted(names)) or "none"


def _named_in(message: str, given: Mapping[str, Any]) -> Steps:
    """The parameter that a message of the class itself names first, so that it can be told with its line."""
    return tuple(next(([word] for word in re.findall(r"\w+", message) if word in given), []))


def _below(kind: Any, step: str | int) -> Any:
    if isinstance(step, str) and dataclasses.is_dataclass(kind):
        return typing.get_type_hints(kind).get(step)
    return _dataclass_in(kind)


def _dataclass_in(kind: Any) -> Any:
    """The dataclass that an annotation holds: `Column` of `tuple[Column, ...]`."""
    if dataclasses.is_dataclass(kind):
        return kind
    return next((found for arg in typing.get_args(kind) if (found := _dataclass_in(arg))), None)
