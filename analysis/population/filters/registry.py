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

from analysis.errors import UnknownName

FILTERS = {
    "failed-attention": "analysis.population.filters.attention:failed_attention",
    "too-fast": "analysis.population.filters.speed:too_fast",
    "at-chance": "analysis.population.filters.chance:at_chance",
}


def get_filter(name: str) -> Callable[..., pd.Series]:
    """Return the function of the filter called `name`."""
    if name not in FILTERS:
        raise UnknownName(f"No filter is called {name!r}. Known ones: {', '.join(sorted(FILTERS))}.")
    return resolve_name(FILTERS[name])


def check_options(name: str, options: Mapping[str, Any]) -> None:
    """Raise `UnknownName` for an option that the filter does not have, one that it lacks, or a wrong type."""
    parameters = inspect.signature(get_filter(name), eval_str=True).parameters.values()
    known = {
        parameter.name: parameter for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY
    }
    if unknown := [option for option in options if option not in known]:
        raise UnknownName(f"Filter {name!r} has no option {unknown[0]!r}. Its options: {', '.join(known)}.")
    needed = [
        option for option, told in known.items() if told.default is told.empty and option not in options
    ]
    if needed:
        raise UnknownName(f"Filter {name!r} needs the option {needed[0]!r}.")
    for option, value in options.items():
        words, types = _TYPES[known[option].annotation]
        if type(value) not in types:
            raise UnknownName(f"Filter {name!r}, option {option!r}: {value!r} is no {words}.")


_TYPES: dict[object, tuple[str, tuple[type, ...]]] = {  # a boolean is no number here
    float: ("number", (int, float)),
    int: ("whole number", (int,)),
    bool: ("boolean", (bool,)),
    str: ("text", (str,)),
}
