"""Reading a recipe from YAML; every fault is told with its line."""

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from ..errors import RecipeError, Steps, Wrong
from ..telling import dotted, faults_of, told
from .schema import Misfits, Recipe


def read_recipe(path: Path) -> Recipe:
    """Read and check a recipe.

    Raises
    ------
    RecipeError : the message has one line per fault, with file, line, field and what is allowed.
    """
    try:
        text = path.read_text(encoding="utf-8")
        values = YAML(typ="safe", pure=True).load(text)
    except OSError as error:
        raise RecipeError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path} is not UTF-8 (byte {error.start}).") from error
    except MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        problem = " ".join(str(error.problem).split())
        raise RecipeError(f"{path}{line}: is not readable as YAML: {problem}.") from error
    except YAMLError as error:
        raise RecipeError(f"{path}: is not readable as YAML: {error}") from error
    if not isinstance(values, dict):
        raise RecipeError(f"{path}, line 1: is not a mapping. A recipe begins with `schema_version: 1`.")
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        wrong = [Wrong(*one) for steps, fault in faults_of(error, values) for one in _told(steps, fault)]
        raise RecipeError(in_lines(path, wrong)) from error


def where(path: Path, *steps: str | int) -> str:
    """File and line of a field, for a message."""
    tree = YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8"))
    return f"{path}, line {line_of(tree, steps)}"


def in_lines(path: Path, wrong: Iterable[Wrong]) -> str:
    """All that is wrong with a recipe, each with file and line, from top to bottom."""
    tree = YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8"))
    placed = sorted(((line_of(tree, one.steps), one.message) for one in wrong), key=itemgetter(0))
    return "\n".join(f"{path}, line {line}: {message}" for line, message in placed)


def line_of(tree: Node, steps: Sequence[str | int]) -> int:
    """Line, from 1, of the field that the steps lead to, or of the last one on the way that exists.

    An entry of a list is found by its number or by its `name`.
    """
    node, line = tree, 1
    for step in steps:
        if isinstance(node, MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(step)]
            if not found:
                break
            key, node = found[0]
            line = key.start_mark.line + 1
        elif isinstance(node, SequenceNode) and (entries := _entries(node, step)):
            node = entries[0]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _entries(node: SequenceNode, step: str | int) -> list[Node]:
    """The entry of that number, or those whose `name` it is."""
    if isinstance(step, int):
        return list(node.value[step : step + 1])
    named = (entry for entry in node.value if isinstance(entry, MappingNode))
    return [
        entry for entry in named if ("name", step) in [(key.value, one.value) for key, one in entry.value]
    ]


def _told(steps: Steps, fault: Any) -> Iterator[tuple[Steps, str]]:
    field = dotted(steps)
    if fault["type"] == "missing":
        yield steps, f'"{field}" is missing.'
    elif fault["type"] == "extra_forbidden":
        allowed = ", ".join(_allowed(steps))
        yield steps, f'"{field}" is not a field of a recipe. Allowed here: {allowed}.'
    elif fault["type"] == "model_type":
        yield steps, f"{told(field, fault)} {_keys_within(steps, fault['input'])}"
    elif fault["type"] != "value_error":
        yield steps, told(field, fault)
    elif isinstance(misfits := fault["ctx"]["error"], Misfits):
        for inner, message in misfits.wrong:
            yield (*steps, *inner), f"{_owner(field)}{message}"
    else:
        yield steps, f"{_owner(field)}{fault['ctx']['error']}"


def _keys_within(steps: Steps, given: Any) -> str:
    """Which keys a part has, where something else than a part was given."""
    keys = _allowed((*steps, ""))
    example = f" Here perhaps: {{name: {given}}}." if isinstance(given, str) and "name" in keys else ""
    return f"Its keys: {', '.join(keys)}.{example}"


def _owner(field: str) -> str:
    return f'"{field}": ' if field else ""


def _allowed(steps: Sequence[str | int]) -> list[str]:
    """Names of the fields beside the one that the steps lead to."""
    schema = Recipe.model_json_schema()
    place: dict[str, Any] = schema
    for step in steps[:-1]:
        place = _plain(place, schema)
        place = place["items"] if isinstance(step, int) else _below(place, str(step))
    return sorted(_plain(place, schema).get("properties", {}))


def _plain(place: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to; of several possibilities, the one that is not null."""
    place = next((one for one in place.get("anyOf", []) if one.get("type") != "null"), place)
    return schema["$defs"][place["$ref"].rsplit("/", 1)[1]] if "$ref" in place else place


def _below(place: dict[str, Any], step: str) -> dict[str, Any]:
    of_any_name = [*place.get("patternProperties", {}).values(), place.get("additionalProperties") or {}]
    found: dict[str, Any] = place.get("properties", {}).get(step) or of_any_name[0]
    return found
