"""What pydantic found wrong, told in words for whoever writes the protocol."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from protocol.errors import Problem
from protocol.lines import Lines, Path
from protocol.schema.base import PATTERNS, Part, RulesBroken

TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "dict_type": "a block of keys with values",
    "model_type": "a block of keys with values",
    "model_attributes_type": "a block of keys with values",
}
BOUNDS = {
    "greater_than_equal": "at least",
    "greater_than": "above",
    "less_than_equal": "at most",
    "less_than": "below",
}
KEYED = (
    "arms",
    "displays",
    "strata",
    "options",
    "random_effects",
    "scores",
    "weights",
    "quotas",
)  # blocks whose keys are the author's own


def tell(error: ValidationError, data: Any, root: type[Part], lines: Lines) -> list[Problem]:
    """Return one problem for each place that `error` complains about, in the order of the lines."""
    found: dict[tuple[Path, str], list[Problem]] = {}
    for detail in error.errors():
        path, model, whole = _locate(detail["loc"], data, root)
        key = (path, "" if whole else detail["type"])
        found.setdefault(key, list(_messages(detail, path, model, data, lines, whole)))
    problems = [problem for group in found.values() for problem in group]
    return sorted(problems, key=lambda problem: problem.line or 0)


def describe(path: Path, data: Any) -> str:
    """Return `path` as its author would say it, e.g. `phase 3 (gate), question "aim"`."""
    words: list[str] = []
    node = data
    position = 0
    while position < len(path):
        step = path[position]
        child = _child(node, step)
        position += 1
        if position < len(path) and (isinstance(child, list) or step in KEYED):
            step, node = path[position], _child(child, path[position])
            words.append(_entry(str(path[position - 1]), step, node))
            position += 1
        else:
            words.append(str(step))
            node = child
    return ", ".join(words)


def closest(word: object, allowed: Iterable[str]) -> str:
    """Return a hint at the allowed word that `word` may be meant to be; empty where none is near."""
    near = difflib.get_close_matches(str(word), list(allowed), n=1, cutoff=0.6)
    return f' Did you mean "{near[0]}"?' if near else ""


def received(value: Any) -> str:
    """Return `value` as it is told in a message."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}…"'
    if isinstance(value, Mapping):
        return "a block of keys"
    if isinstance(value, list):
        return "a list"
    return str(value)


def _messages(
    detail: ErrorDetails, path: Path, model: type[Part] | None, data: Any, lines: Lines, whole: bool
) -> Iterator[Problem]:
    """Yield the problems of one pydantic error."""
    kind, value, context = detail["type"], detail.get("input"), detail.get("ctx", {})
    if kind == "value_error" and isinstance(context.get("error"), RulesBroken):
        for rule in context["error"].rules:
            where = describe(path, data)
            yield lines.problem(f"{where}: {rule.message}" if where else rule.message, *path, *rule.at)
        return
    place = describe(path[:-1], data)
    name = f'"{path[-1]}"' if path and isinstance(path[-1], str) else describe(path, data)
    if path and isinstance(path[-1], int):
        place = ""
    message = _message(kind, name, value, context, model, path, whole)
    yield lines.problem(f"{place}: {message}" if place else message, *path)


def _message(
    kind: str,
    name: str,
    value: Any,
    context: Mapping[str, Any],
    model: type[Part] | None,
    path: Path,
    whole: bool,
) -> str:
    if whole:
        return f"{name} must be text, a number, true, false or a list of texts; received {received(value)}."
    if kind == "missing":
        return f"{name} is missing.{_meaning(model, path)}"
    if kind == "extra_forbidden":
        allowed = list(model.model_fields) if model else []
        return f"unknown key {name}.{closest(path[-1], allowed)} Allowed keys: {', '.join(allowed)}."
    if kind == "literal_error":
        allowed = _allowed(model, path)
        return f"{name} is {received(value)}.{closest(value, allowed)} Allowed: {', '.join(allowed)}."
    if kind == "union_tag_invalid":
        allowed = [word.strip(" '") for word in str(context["expected_tags"]).split(",")]
        tag = context["tag"]
        return f'{name} has the kind "{tag}".{closest(tag, allowed)} Allowed kinds: {", ".join(allowed)}.'
    if kind == "union_tag_not_found":
        if not isinstance(value, Mapping):
            return f"{name} must be {TYPES['model_type']}; received {received(value)}."
        return f'{name} has no "kind", which says what it is.'
    if kind == "string_pattern_mismatch":
        return f"{name} is {received(value)}; it must be {PATTERNS[context['pattern']]}."
    if kind in ("string_too_short", "too_short"):
        least = context.get("min_length", 1)
        return f"{name} must not be empty." if least == 1 else f"{name} needs at least {least} entries."
    if kind in ("string_too_long", "too_long"):
        return f"{name} is too long: {len(value)}, at most {context['max_length']} allowed."
    if kind in BOUNDS:
        bound = next(iter(context.values()))
        return f"{name} must be {BOUNDS[kind]} {bound:g}; received {received(value)}."
    wanted = TYPES.get(kind, "something else")
    quotes = " Put it in quotes." if kind == "string_type" and isinstance(value, (int, float)) else ""
    return f"{name} must be {wanted}; received {received(value)}.{quotes}"


def _meaning(model: type[Part] | None, path: Path) -> str:
    """Return what a missing field is for, from its description."""
    field = model.model_fields.get(str(path[-1])) if model else None
    return f" {field.description}" if field and field.description else ""


def _allowed(model: type[Part] | None, path: Path) -> list[str]:
    """Return the allowed words of a literal field."""
    annotation = model.model_fields[str(path[-1])].annotation if model else None
    return [str(word) for word in _literals(annotation)]


def _literals(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [word for part in get_args(annotation) for word in _literals(part)]


def _locate(loc: tuple[str | int, ...], data: Any, root: type[Part]) -> tuple[Path, type[Part] | None, bool]:
    """Return the author's path of pydantic's location, the part around its end, and whether it is a union.

    The location also names the branch of a union, which the author never wrote: the walk along the
    annotations drops it.
    """
    path: list[str | int] = []
    annotation: Any = root
    holder: type[Part] | None = None
    for step in loc:
        annotation = _bare(annotation)
        if _is_part(annotation):
            holder = annotation
            field = annotation.model_fields.get(str(step))
            annotation = field.annotation if field else None
        elif get_origin(annotation) is list:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) is dict:
            if step == "[key]":
                continue
            annotation = get_args(annotation)[1]
        elif get_origin(annotation) in (Union, types.UnionType):
            branch = _branch(annotation, step)
            if branch is None:
                return tuple(path), holder, True
            annotation = branch
            continue
        path.append(step)
    return tuple(path), holder, False


def _bare(annotation: Any) -> Any:
    """Strip `Annotated` and `| None`."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        some = [part for part in get_args(annotation) if part is not type(None)]
        if len(some) == 1:
            return _bare(some[0])
    return annotation


def _branch(union: Any, tag: str | int) -> type[Part] | None:
    """Return the member of a union of parts whose `kind` is `tag`."""
    for part in get_args(union):
        if _is_part(part) and tag in _literals(part.model_fields["kind"].annotation):
            return part
    return None


def _is_part(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Part)


def _child(node: Any, step: str | int) -> Any:
    try:
        return node[step]
    except (KeyError, IndexError, TypeError):
        return None


def _entry(plural: str, step: str | int, node: Any) -> str:
    """Return the name of one entry of a list or block: `arm "saliency"`, `phase 3 (gate)`, `page 2`."""
    noun = plural if plural in ("strata",) else plural.removesuffix("s")
    if isinstance(step, str):
        return f'{noun} "{step}"'
    if isinstance(node, Mapping):
        if isinstance(node.get("name"), str):
            return f'{noun} "{node["name"]}"'
        if noun == "phase" and isinstance(node.get("kind"), str):
            return f"phase {step + 1} ({node['kind']})"
    return f"{noun} {step + 1}"
