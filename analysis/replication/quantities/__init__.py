"""The vocabulary of quantities that a target can name. To add one: write a function, add a line.

A quantity is a function of the population and the target's options; it returns numbers by key.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from typing import Any

from analysis.errors import UnknownName
from analysis.replication.population import Population

_HERE = "analysis.replication.quantities"
QUANTITIES = {
    "rows": f"{_HERE}.counts:rows",
    "people": f"{_HERE}.counts:people",
    "people-left": f"{_HERE}.counts:people_left",
    "people-excluded": f"{_HERE}.counts:people_excluded",
    "rows-by-arm": f"{_HERE}.counts:rows_by_arm",
    "rows-where": f"{_HERE}.counts:rows_where",
    "persons-in-several-arms": f"{_HERE}.counts:persons_in_several_arms",
    "mean-of-persons": f"{_HERE}.means:mean_of_persons",
    "sd-of-persons": f"{_HERE}.means:sd_of_persons",
    "evenly-weighted-mean": f"{_HERE}.means:evenly_weighted_mean",
    "metric-by-arm": f"{_HERE}.means:metric_mean_by_arm",
    "test": f"{_HERE}.comparisons:one_test",
    "pairs": f"{_HERE}.comparisons:pairs",
    "unlike-samples": f"{_HERE}.comparisons:unlike_samples",
    "glmm": f"{_HERE}.models:glmm",
    "lmm": f"{_HERE}.models:lmm",
}


def quantity(name: str, population: Population, options: Mapping[str, Any]) -> Mapping[str, float]:
    """Compute the quantity called `name`; `UnknownName` for one, or an option of it, that does not exist."""
    if name not in QUANTITIES:
        raise UnknownName(f"No quantity is called {name!r}. Known ones: {', '.join(sorted(QUANTITIES))}.")
    function: Callable[..., Mapping[str, float]] = resolve_name(QUANTITIES[name])
    parameters = [told for key, told in inspect.signature(function).parameters.items() if key != "population"]
    open_ended = any(told.kind is told.VAR_KEYWORD for told in parameters)  # the test itself checks the rest
    known = [told.name for told in parameters if told.kind is told.KEYWORD_ONLY]
    needed = [
        told.name for told in parameters if told.kind is told.KEYWORD_ONLY and told.default is told.empty
    ]
    if absent := [option for option in needed if option not in options]:
        raise UnknownName(f"Quantity {name!r} needs the option {absent[0]!r}.")
    if not open_ended and (unknown := [option for option in options if option not in known]):
        raise UnknownName(
            f"Quantity {name!r} has no option {unknown[0]!r}. It has: {', '.join(known) or 'none'}."
        )
    return function(population, **options)
