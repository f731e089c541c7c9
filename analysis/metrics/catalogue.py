"""The page that lists every metric, written from their cards and docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any

from analysis.metrics.metric import Metric
from analysis.metrics.registry import METRICS, describe_metric, get_metric

LEVELS = {
    "trial": "One value per trial: these can be a plan's outcome",
    "person": "One value per person",
    "arm": "One value per arm, from all of its trials together",
    "table": "Tables of their own",
}
INTRODUCTION = """# Metrics

What `analysis` can say about answers. Each is a function of a table; the formula, the unit, what is undefined and the
source stand in its docstring (`help(analysis.metrics.get_metric(NAME))`). `metric_by_arm(NAME, trials)` gives any of
the first three kinds by arm with its interval and counts what is undefined; `metric_contrasts(NAME, trials, REFERENCE)`
the differences to a reference arm; `applicable(trials)` those that the columns allow. Arguments in *italics* must be
given.

What Foretell exports never has the columns `size`, `session`, `repeats` and `wave`. So far `walk-through-accuracy`
(`size`), `utility-k` and `utility-area` (`session`), `agreement-with-self` (`repeats`) and the plan's random factor
`wave` need them from a table with a [mapping](contracts.md#3-any-tables-with-a-mapping).

This page is written from the registry:
`python -c "from analysis.metrics.catalogue import page; print(page(), end='')" > docs/metrics.md`
"""
HEADER = "| name | what | unit | better | columns | source |\n|---|---|---|---|---|---|"


def page() -> str:
    """Return the text of `docs/metrics.md`: a table of the metrics of each level."""
    parts = [INTRODUCTION]
    for level, title in LEVELS.items():
        rows = [_row(name) for name in METRICS if describe_metric(name).level == level]
        parts.append("\n".join([f"## {title}\n", HEADER, *rows]) + "\n")
    return "\n".join(parts)


def source_of(function: Callable[..., Any]) -> str:
    """Return what a docstring says under Source; where it points to another function, what that one says."""
    text = " ".join((inspect.getdoc(function) or "").partition("Source\n------\n")[2].split())
    pointer = re.match(r"See `([\w.]+)`", text)
    if pointer is None:
        return text
    name = pointer[1] if "." in pointer[1] else f"{function.__module__}:{pointer[1]}"
    told = resolve_name(name)
    return source_of(told) if callable(told) else text


def _row(name: str) -> str:
    card = describe_metric(name)
    cells = [f"`{name}`", _what(card), card.unit, card.better, _columns(card), source_of(get_metric(name))]
    return f"| {' | '.join(cell.replace('|', '∣') for cell in cells)} |"


def _what(card: Metric) -> str:
    return card.label + "".join(f", *{option}*" for option in card.options)


def _columns(card: Metric) -> str:
    columns = ", ".join(f"`{name}`" for name in card.needs)
    return columns if card.table == "trials" else f"of the {card.table.replace('_', '-')}: {columns}"
