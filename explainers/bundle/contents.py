"""What a stimulus's file may hold: a picture, or JSON of a known shape."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from . import strict_json
from .faults import known
from .pictures import picture_of


class Content(NamedTuple):
    """What was found in a stimulus's file; JSON has no size."""

    media_type: str
    width: int | None = None
    height: int | None = None


def content_of(data: bytes) -> Content:
    """Tell what a file holds by its bytes; `ValueError` says what is wrong with it."""
    if picture := picture_of(data):
        return Content(*picture)
    try:
        value = strict_json.parse(data.decode())
    except ValueError as error:
        raise ValueError(f"is neither PNG, WebP nor readable JSON ({error})") from error
    if wrong := next(json_faults(value), None):
        raise ValueError(wrong)
    return Content("application/json")


def json_faults(value: Any) -> Iterator[str]:
    """What is wrong with a JSON stimulus."""
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in SHAPES:
        yield f"has type {kind!r}; known types: {known(SHAPES)}"
        return
    needed, optional, faults = SHAPES[kind]
    present = set(value) - {"type"}
    if missing := needed - present:
        yield f"is a {kind} without {known(missing)}"
    elif extra := present - needed - optional:
        yield f"is a {kind} with unknown {known(extra)}; known: {known(needed | optional)}"
    else:
        yield from faults(value)


def _text_faults(value: dict[str, Any]) -> Iterator[str]:
    if not isinstance(value["text"], str):
        yield "has a text that is not text"


def _table_faults(value: dict[str, Any]) -> Iterator[str]:
    columns, rows = value["columns"], value["rows"]
    if not _is_list_of(columns, lambda cell: isinstance(cell, str)):
        yield "has columns that are not a list of text"
        return
    if not _is_list_of(rows, lambda row: isinstance(row, list) and len(row) == len(columns)):
        yield f"has rows that are not lists of {len(columns)} cells, one for each column"
        return
    weights = value.get("emphasis")
    if weights is not None and not (
        isinstance(weights, list)
        and len(weights) == len(rows)
        and all(_is_list_of(row, _is_weight_or_null) and len(row) == len(columns) for row in weights)
    ):
        yield "has an emphasis that is not one weight in [-1, 1] for each cell"


def _tokens_faults(value: dict[str, Any]) -> Iterator[str]:
    tokens, weights = value["tokens"], value["weights"]
    if not _is_list_of(tokens, lambda token: isinstance(token, str)):
        yield "has tokens that are not a list of text"
    elif weights is not None and not (
        _is_list_of(weights, _is_weight_or_null) and len(weights) == len(tokens)
    ):
        yield "has weights that are not one number in [-1, 1] (or null) for each token"


def _rules_faults(value: dict[str, Any]) -> Iterator[str]:
    def is_rule(rule: Any) -> bool:
        return isinstance(rule, dict) and set(rule) == {"if", "then"} and isinstance(rule["if"], list)

    if not _is_list_of(value["rules"], is_rule):
        yield 'has rules that are not a list of {"if": [...], "then": ...}'


def _tree_faults(value: dict[str, Any]) -> Iterator[str]:
    if not _is_node(value["root"]):
        yield 'has a root that is neither {"if": …, "yes": node, "no": node} nor {"then": …, "note": …}'


def _is_node(node: Any) -> bool:
    if not isinstance(node, dict):
        return False
    if set(node) == {"if", "yes", "no"}:
        return isinstance(node["if"], str) and _is_node(node["yes"]) and _is_node(node["no"])
    return set(node) in ({"then"}, {"then", "note"}) and all(isinstance(text, str) for text in node.values())


def _is_list_of(value: Any, claim: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(map(claim, value))


def _is_weight_or_null(value: Any) -> bool:
    return value is None or _is_weight(value)


def _is_weight(value: Any) -> bool:
    return strict_json.is_number(value) and -1 <= value <= 1


# type -> needed fields, optional fields, what else can be wrong
SHAPES: dict[str, tuple[set[str], set[str], Callable[[dict[str, Any]], Iterator[str]]]] = {
    "text": ({"text"}, set(), _text_faults),
    "table": ({"columns", "rows"}, {"emphasis", "changed", "scale"}, _table_faults),
    "tokens": ({"tokens", "weights"}, {"changed", "scale", "joined_by"}, _tokens_faults),
    "rules": ({"rules"}, {"note"}, _rules_faults),
    "tree": ({"root"}, {"note"}, _tree_faults),
}
