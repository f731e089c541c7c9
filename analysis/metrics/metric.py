"""What a metric says of itself: its name, unit, level, and the columns it is computed from."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

Level = Literal["trial", "person", "arm", "table"]
Better = Literal["higher", "lower", "neither"]
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Metric:
    """The card of a metric; the function that computes it carries it as `function.metric`.

    `level` says what the function returns, given a table with one row per trial (or the table `table`):

    trial   `f(trials, **options)` → Series of float on the index of the trials. Its mean by arm has a
            two-way cluster-robust interval, and it can be a plan's outcome.
    person  `f(trials, **options)` → Series of float indexed by participant, with every participant of the
            trials. Its mean by arm has Student's interval.
    arm     `f(trials, *, arms=None, alpha=0.05, **options)` → DataFrame indexed by arm with at least
            `estimate`, `low`, `high`, `people`, `trials`, `undefined`.
    table   any labelled table.

    NaN means undefined, at every level. `needs` are the columns that must hold values, `tasks` the kinds of
    task that it is about (none: any), and `options` those arguments that have no default. `contrasts` is how
    a metric of arms tests differences: `f(trials, reference, *, arms=None, alpha=0.05, family="holm",
    margin=None, **options)` → DataFrame indexed by arm with at least `estimate`, `low`, `high`, `p`.
    `binary` says that a trial's values are zeros and ones by definition: a plan with that outcome has a
    logistic model, any other a linear one, whatever values were seen.
    """

    name: str
    label: str
    unit: str
    level: Level
    needs: tuple[str, ...]
    better: Better
    table: str = "trials"
    tasks: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    contrasts: Callable[..., Any] | None = None
    binary: bool = False


def metric(
    *,
    name: str,
    label: str,
    unit: str,
    level: Level,
    needs: tuple[str, ...] = (),
    better: Better = "neither",
    table: str = "trials",
    tasks: tuple[str, ...] = (),
    contrasts: Callable[..., Any] | None = None,
    binary: bool = False,
) -> Callable[[Function], Function]:
    """Attach a `Metric` to the function that computes it, which stays as it is.

    Parameters
    ----------
    name : as the registry and a plan call it: `weight-of-advice`
    label : as a report calls it: `Weight of advice`
    unit : of its values: `share`, `ms`, `ln ms`, `answer's unit` …
    level, needs, better, table, tasks, contrasts, binary : see `Metric`
    """

    def attach(function: Function) -> Function:
        options = _without_default(function)
        card = Metric(name, label, unit, level, needs, better, table, tasks, options, contrasts, binary)
        function.metric = card  # type: ignore[attr-defined]
        return function

    return attach


def _without_default(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the arguments after the first, the table, that must be given."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return tuple(p.name for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD)
