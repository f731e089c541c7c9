"""JSON stimuli: what is shown as text, table, tokens, rules or tree. Shapes are told in docs/contracts.md."""

from collections.abc import Mapping, Sequence
from typing import Any

from protocol.freezing import canonical_json

Weights = Sequence[float | None]
# what the two ends of the scale mean, -1 first; or what 1 means where nothing lies below zero
Scale = tuple[str, str] | tuple[str]


def text(words: str) -> bytes:
    """Plain text; a blank line begins a paragraph."""
    return _json("text", {"text": words})


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    emphasis: Sequence[Weights] | None = None,
    changed: Sequence[Sequence[bool]] | None = None,
    scale: Scale | None = None,
) -> bytes:
    """A table of text. `emphasis` has a weight in [−1, 1] or None for each cell, `changed` marks cells."""
    return _json(
        "table",
        {
            "columns": list(columns),
            "rows": [list(row) for row in rows],
            "emphasis": [_weights(row) for row in emphasis] if emphasis is not None else None,
            "changed": [list(row) for row in changed] if changed is not None else None,
            "scale": list(scale) if scale else None,
        },
    )


def tokens(
    words: Sequence[str],
    weights: Weights | None = None,
    changed: Sequence[bool] | None = None,
    scale: Scale | None = None,
    joined_by: str = " ",
) -> bytes:
    """A text in tokens, each with a weight in [−1, 1] or None; `changed` marks tokens."""
    content = {
        "tokens": list(words),
        "changed": list(changed) if changed is not None else None,
        "scale": list(scale) if scale else None,
        "joined_by": joined_by if joined_by != " " else None,
    }
    kept = {key: value for key, value in content.items() if value is not None}
    return canonical_json(
        {"type": "tokens", "weights": _weights(weights) if weights is not None else None} | kept
    )


def rules(rules: Sequence[tuple[Sequence[str], str]], note: str = "") -> bytes:
    """Rules, each (conditions, conclusion); the first that fits holds. `note` stands below."""
    told = [{"if": list(conditions), "then": then} for conditions, then in rules]
    return _json("rules", {"rules": told, "note": note or None})


def tree(root: Mapping[str, Any], note: str = "") -> bytes:
    """A decision tree. A node is {"if": claim, "yes": node, "no": node} or {"then": conclusion, "note": …}."""
    return _json("tree", {"root": root, "note": note or None})


def _json(kind: str, content: Mapping[str, Any]) -> bytes:
    return canonical_json(
        {"type": kind} | {key: value for key, value in content.items() if value is not None}
    )


def _weights(weights: Weights) -> list[float | None]:
    """Six decimals: enough for any screen, and the same on every machine."""
    return [None if weight is None else round(float(weight), 6) + 0.0 for weight in weights]
