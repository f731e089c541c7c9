"""How much there is to look at in an explanation."""

from collections.abc import Iterator
from typing import Any

from ...bundle import Check, strict_json
from ...bundle.pictures import picture_of
from ..scores import Score
from ..verdicts import FROM_ZERO, judged
from .base import Explained, Part
from .features import WORD, is_coloured, words_of


def size(explained: Explained) -> Iterator[Check | Score]:
    """Mean size of an explanation, and that of each.

    Share of a map's pixels that are coloured; conditions of rules; leaves of a tree; words or fields with a
    weight; else words. Of several parts the largest counts. It says nothing about being right.
    """
    found = []
    for item in explained.items:
        found.append(max((size_of(part) for part in explained.parts_of(item)), default=0.0))
        yield Score(explained.explainer, explained.model, explained.target, item, "size", round(found[-1], 4))
    if found:
        yield Check(
            name="size",
            explainer=explained.explainer,
            model=explained.model,
            **judged(found, within=FROM_ZERO),
            meaning=(
                f"Mean over {len(found)} items of how much there is to look at: share of coloured pixels, or number of "
                f"conditions, leaves, weighted parts or words. Target: {explained.target}."
            ),
        )


def size_of(part: Part) -> float:
    """The size of one part."""
    if picture_of(part.content):
        return float(is_coloured(part.content).mean())
    value = strict_json.parse(part.content.decode())
    kind = value["type"]
    if kind == "rules":
        return float(sum(len(rule["if"]) for rule in value["rules"]))
    if kind == "tree":
        return float(_leaves(value["root"]))
    if kind == "tokens" and value["weights"]:
        return float(sum(bool(weight) for weight in value["weights"]))
    if kind == "table" and value.get("emphasis"):
        return float(sum(any(row) for row in value["emphasis"]))
    return float(sum(len(WORD.findall(text)) for text in words_of(value)))


def _leaves(node: Any) -> int:
    return _leaves(node["yes"]) + _leaves(node["no"]) if "if" in node else 1
