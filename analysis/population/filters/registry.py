"""Every filter by its name. To add one: write a file, add a line.

A filter is a function of the study, its trials of the plan's phase and the options of the exclusion; it
returns for each person who has a trial whether the rule hits them, missing where that cannot be said.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from typing import Any

import pandas as pd

from analysis.errors import AnalysisError, UnknownName
from analysis.population.filters.values import Value
from protocol.schema.plan import Exclusion

FILTERS = {
    "at-chance": "analysis.population.filters.chance:at_chance",
    "column-above": "analysis.population.filters.columns:column_above",
    "column-below": "analysis.population.filters.columns:column_below",
    "column-equals": "analysis.population.filters.columns:column_equals",
    "duplicate-person": "analysis.population.filters.person:duplicate_person",
    "failed-attention": "analysis.population.filters.attention:failed_attention",
    "flagged": "analysis.population.filters.flagged:flagged",
    "incomplete": "analysis.population.filters.complete:incomplete",
    "same-answer": "analysis.population.filters.same_answer:same_answer",
    "same-rating": "analysis.population.filters.same_answer:same_rating",
    "too-fast": "analysis.population.filters.speed:too_fast",
    "too-many-fast": "analysis.population.filters.speed:too_many_fast",
    "without-scripts": "analysis.population.filters.scripts:without_scripts",
}
BY_OUTCOME = frozenset({"at-chance"})  # they choose people by how well they did


def get_filter(name: str) -> Callable[..., pd.Series]:
    """Return the function of the filter called `name`."""
    if name not in FILTERS:
        raise UnknownName(f"No filter is called {name!r}. Known ones: {', '.join(sorted(FILTERS))}.")
    return resolve_name(FILTERS[name])


def check_exclusion(rule: Exclusion) -> None:
    """Raise `UnknownName` for a filter or option that is not there, `AnalysisError` for a hidden selection.

    A filter that chooses people by how well they did selects by outcome, whatever the plan calls it.
    """
    check_options(rule.filter, rule.options)
    if rule.filter in BY_OUTCOME and rule.kind != "outcome":
        raise AnalysisError(
            f"Exclusion {rule.name!r} is called {rule.kind!r}, but filter {rule.filter!r} selects by outcome: "
            'it needs "kind: outcome", which is allowed as a sensitivity analysis.'
        )


def check_options(name: str, options: Mapping[str, Any]) -> None:
    """Raise `UnknownName` for an option that the filter does not have, one that it lacks, or a wrong type."""
    known = _options(name)
    if unknown := [option for option in options if option not in known]:
        listed = ", ".join(known) or "none"
        raise UnknownName(f"Filter {name!r} has no option {unknown[0]!r}. Its options: {listed}.")
    needed = [
        option for option, told in known.items() if told.default is told.empty and option not in options
    ]
    if needed:
        raise UnknownName(f"Filter {name!r} needs the option {needed[0]!r}.")
    for option, value in options.items():
        words, types = _TYPES[known[option].annotation]
        if type(value) not in types:
            raise UnknownName(f"Filter {name!r}, option {option!r}: {value!r} is no {words}.")


def _options(name: str) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(get_filter(name), eval_str=True).parameters.values()
    return {parameter.name: parameter for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY}


_TYPES: dict[object, tuple[str, tuple[type, ...]]] = {  # a boolean is no number here
    float: ("number", (int, float)),
    int: ("whole number", (int,)),
    int | None: ("whole number", (int,)),
    bool: ("boolean", (bool,)),
    str: ("text", (str,)),
    str | None: ("text", (str,)),
    Value: ("text, number or boolean", (str, int, float, bool)),
}
