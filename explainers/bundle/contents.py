"""What a stimulus's file may hold: a picture, or JSON of a known shape."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from . import strict_json
from .faults import known
from .pictures import picture_of

MOST_LEVELS = 64  # of a tree: deeper than anyone reads


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
    if not _is_text(value["text"]):
        yield "has a text that is not text"


def _table_faults(value: dict[str, Any]) -> Iterator[str]:
    columns, rows = value["columns"], value["rows"]
    if not _is_list_of(columns, _is_text):
        yield "has columns that are not a list of text"
        return
    if not _is_list_of(rows, lambda row: isinstance(row, list) and len(row) == len(columns)):
        yield f"has rows that are not lists of {len(columns)} cells, one for each column"
        return
    if not all(_is_list_of(row, _is_cell) for row in rows):
        yield "has a cell that is neither text, number, true, false nor null"
    if not _fits(value.get("emphasis"), rows, _is_weight_or_null):
        yield "has an emphasis that is not one weight in [-1, 1] (or null) for each cell"
    if not _fits(value.get("changed"), rows, _is_boolean):
        yield "has a changed that is not true or false for each cell"
    weights = [weight for row in value.get("emphasis") or () if isinstance(row, list) for weight in row]
    yield from _scale_faults(value, weights)


def _tokens_faults(value: dict[str, Any]) -> Iterator[str]:
    tokens, weights = value["tokens"], value["weights"]
    if not _is_list_of(tokens, _is_text):
        yield "has tokens that are not a list of text"
        return
    if weights is not None and not _is_row(weights, tokens, _is_weight_or_null):
        yield "has weights that are not one number in [-1, 1] (or null) for each token"
    if not (value.get("changed") is None or _is_row(value["changed"], tokens, _is_boolean)):
        yield "has a changed that is not true or false for each token"
    if not _is_text(value.get("joined_by", "")):
        yield "has a joined_by that is not text"
    yield from _scale_faults(value, weights if isinstance(weights, list) else [])


def _scale_faults(value: dict[str, Any], weights: list[Any]) -> Iterator[str]:
    scale = value.get("scale")
    if scale is None:
        return
    if not _is_list_of(scale, lambda end: _is_text(end) and end.strip()) or len(scale) not in (1, 2):
        yield "has a scale that is not what the two ends mean, -1 first, or what 1 means where nothing is below 0"
    elif len(scale) == 1 and any(_is_weight(weight) and weight < 0 for weight in weights):
        yield "has a weight below 0, but its scale has no end there"


def _rules_faults(value: dict[str, Any]) -> Iterator[str]:
    def is_rule(rule: Any) -> bool:
        return (
            isinstance(rule, dict)
            and set(rule) == {"if", "then"}
            and _is_list_of(rule["if"], _is_text)
            and _is_text(rule["then"])
        )

    if not _is_list_of(value["rules"], is_rule):
        yield 'has rules that are not a list of {"if": [...], "then": ...}'
    yield from _note_faults(value)


def _tree_faults(value: dict[str, Any]) -> Iterator[str]:
    if not _is_node(value["root"], MOST_LEVELS):
        node = '{"if": …, "yes": node, "no": node} nor {"then": …, "note": …}'
        yield f"has a root that is neither {node}, of text, in {MOST_LEVELS} levels at most"
    yield from _note_faults(value)


def _note_faults(value: dict[str, Any]) -> Iterator[str]:
    if not _is_text(value.get("note", "")):
        yield "has a note that is not text"


def _is_node(node: Any, levels: int) -> bool:
    if not isinstance(node, dict) or levels < 0:
        return False
    if set(node) == {"if", "yes", "no"}:
        return _is_text(node["if"]) and all(_is_node(node[way], levels - 1) for way in ("yes", "no"))
    return set(node) in ({"then"}, {"then", "note"}) and all(map(_is_text, node.values()))


def _fits(marks: Any, rows: list[Any], claim: Callable[[Any], bool]) -> bool:
    """Is there nothing, or one mark for each cell?"""
    return marks is None or (
        isinstance(marks, list)
        and len(marks) == len(rows)
        and all(_is_row(mark, row, claim) for mark, row in zip(marks, rows, strict=True))
    )


def _is_row(marks: Any, cells: list[Any], claim: Callable[[Any], bool]) -> bool:
    return _is_list_of(marks, claim) and len(marks) == len(cells)


def _is_list_of(value: Any, claim: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(map(claim, value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_cell(value: Any) -> bool:
    return value is None or isinstance(value, str | bool) or strict_json.is_number(value)


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
