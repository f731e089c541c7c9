"""Reading a recipe from YAML; every fault is told with its line."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from ..errors import RecipeError
from .schema import Recipe


def read_recipe(path: Path) -> Recipe:
    """Read and check a recipe.

    Raises
    ------
    RecipeError : the message has one line per fault, with file, line, field and what is allowed.
    """
    try:
        text = path.read_text(encoding="utf-8")
        values, tree = YAML(typ="safe", pure=True).load(text), YAML(typ="safe", pure=True).compose(text)
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
        told = [_told(path, tree, one) for one in error.errors()]
        raise RecipeError("\n".join(told)) from error


def where(path: Path, *steps: str | int) -> str:
    """File and line of a field, for a message."""
    tree = YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8"))
    return f"{path}, line {line_of(tree, steps)}"


def line_of(tree: Node, steps: Sequence[str | int]) -> int:
    """Line, from 1, of the field that the steps lead to, or of the last one on the way that exists."""
    node, line = tree, 1
    for step in steps:
        if isinstance(node, MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(step)]
            if not found:
                break
            key, node = found[0]
            line = key.start_mark.line + 1
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _told(path: Path, tree: Node, error: Any) -> str:
    steps = [step for step in error["loc"] if step != "[key]"]
    field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
    place = f"{path}, line {line_of(tree, steps)}"
    if error["type"] == "missing":
        return f'{place}: "{field}" is missing.'
    if error["type"] == "extra_forbidden":
        return f'{place}: "{field}" is not a field of a recipe. Allowed here: {", ".join(_allowed(steps))}.'
    if error["type"] == "value_error":
        return f"{place}: {_owner(field)}{error['ctx']['error']}"
    message = error["msg"][:1].lower() + error["msg"][1:]
    return f'{place}: "{field}" is {error["input"]!r}: {message}.'


def _owner(field: str) -> str:
    return f'"{field}": ' if field else ""


def _allowed(steps: Sequence[str | int]) -> list[str]:
    """Names of the fields beside the one that the steps lead to."""
    schema = Recipe.model_json_schema()
    place: dict[str, Any] = schema
    for step in steps[:-1]:
        place = place["items"] if isinstance(step, int) else _below(place, str(step))
        if "$ref" in place:
            place = schema["$defs"][place["$ref"].rsplit("/", 1)[1]]
    return sorted(place.get("properties", {}))


def _below(place: dict[str, Any], step: str) -> dict[str, Any]:
    found: dict[str, Any] = place.get("properties", {}).get(step) or place.get("additionalProperties", {})
    return found
