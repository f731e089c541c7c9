"""Power over participants and items: many simulated studies in parallel, counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.power.assumptions import Assumptions
from analysis.power.design import Design
from analysis.power.errors import PowerError
from analysis.power.verdicts import DIFFERS, Aim, Outcome, aims_of, run_study

Progress = Callable[..., Any]  # such as tqdm: called with `total` and `unit`, then `update(n)`
BATCH = 10  # studies that one process takes at a time
ALL, ANY = "all", "any"
COLUMNS = [
    *("participants", "items", "contrast", "verdict", "planted", "studies", "reached", "power"),
    *("low", "high", "failed", "singular", "estimate"),
]


@dataclass(frozen=True)
class Cell:
    """One size of a study."""

    participants: int
    items: int


def power_curve(
    design: Design,
    assumed: Assumptions,
    participants: Sequence[int],
    items: Sequence[int],
    *,
    studies: int = 500,
    seed: int = 1,
    alpha: float = 0.05,
    processes: int = -1,
    dask: str | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Simulate studies of each size and count how often the planned verdict comes out.

    Parameters
    ----------
    design, assumed : what is simulated
    participants, items : sizes; each pair is one cell. Participants are those of all groups together
    studies : simulated studies per cell
    seed : each study's random numbers hang on it, its size and its number alone
    alpha : one minus the level of the intervals of the power
    processes : how many, −1 for one per core
    dask : address of a Dask scheduler, whose workers are used instead
    progress : makes a progress bar, e.g. `tqdm`

    Returns
    -------
    DataFrame, one row per cell and contrast; with several contrasts also rows `any` and `all` of those that
    have an effect
        `participants`, `items`, `contrast`, `verdict` (see `Aim`), `planted` (difference of probabilities),
        `studies`, `reached`, `power` = reached / studies with its Clopper–Pearson interval `low`, `high`;
        shares of studies whose fit `failed` (counted as not reached) or was `singular` (a random effect was
        dropped by the plan's rule); `estimate`, the mean of the estimates.

    Raises
    ------
    PowerError : a size, effect or share cannot be simulated.

    Source
    ------
    Simulated power of mixed models: Green and MacLeod (2016), "SIMR", Methods in Ecology and Evolution 7(4);
    why items count as much as people: Westfall, Kenny and Judd (2014), J. Exp. Psychol. General 143(5).
    """
    cells = [Cell(people, things) for things in items for people in participants]
    for cell in cells:
        design.check(cell.participants, cell.items)
    aims = aims_of(design, assumed)
    jobs = [(cell, first) for cell in cells for first in range(0, studies, BATCH)]
    calls = (
        joblib.delayed(_batch)(design, assumed, cell, seed, first, min(first + BATCH, studies))
        for cell, first in jobs
    )
    outcomes: dict[Cell, list[Outcome]] = {cell: [] for cell in cells}
    with _bar(progress, studies * len(cells)) as update:
        for (cell, _), found in zip(jobs, _in_parallel(calls, processes, dask), strict=True):
            outcomes[cell] += found
            update(len(found))
    rows = [row for cell in cells for row in _rows(cell, aims, outcomes[cell], alpha)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _batch(
    design: Design, assumed: Assumptions, cell: Cell, seed: int, first: int, beyond: int
) -> list[Outcome]:
    numbers = range(first, beyond)
    return [run_study(design, assumed, cell.participants, cell.items, seed, number) for number in numbers]


def _in_parallel(calls: Iterable[Any], processes: int, dask: str | None) -> Iterator[list[Outcome]]:
    """Yield the results in order; from a Dask cluster they come all at once."""
    if dask is not None:
        from distributed import Client

        try:
            client = Client(dask, set_as_default=True)
        except (OSError, ValueError) as error:
            raise PowerError(f"--dask {dask}: no scheduler can be reached: {error}.") from error
        with client, joblib.parallel_config(backend="dask"):
            yield from joblib.Parallel()(calls)
        return
    with joblib.parallel_config(backend="loky", n_jobs=processes, inner_max_num_threads=1):
        yield from joblib.Parallel(return_as="generator", batch_size=1)(calls)


@contextmanager
def _bar(progress: Progress | None, total: int) -> Iterator[Callable[[int], Any]]:
    if progress is None:
        yield lambda done: None
        return
    with progress(total=total, unit="study") as bar:
        yield bar.update


def _rows(cell: Cell, aims: Sequence[Aim], outcomes: Sequence[Outcome], alpha: float) -> list[dict[str, Any]]:
    reached = np.array([outcome.reached for outcome in outcomes])
    estimates = np.array([outcome.estimates for outcome in outcomes])
    shares = {
        "failed": float(np.mean([outcome.failed for outcome in outcomes])),
        "singular": float(np.mean([outcome.singular for outcome in outcomes])),
    }
    size = {"participants": cell.participants, "items": cell.items}
    rows = [
        size
        | {"contrast": aim.contrast, "verdict": aim.verdict, "planted": aim.planted}
        | _counted(reached[:, number], alpha)
        | shares
        | {"estimate": _mean(estimates[:, number])}
        for number, aim in enumerate(aims)
    ]
    planted = [number for number, aim in enumerate(aims) if aim.verdict == DIFFERS]
    if len(planted) > 1:
        found = reached[:, planted].sum(axis=1)
        for name, combined in ((ANY, found > 0), (ALL, found == len(planted))):
            told = {"contrast": name, "verdict": DIFFERS, "planted": np.nan, "estimate": np.nan}
            rows.append(size | told | _counted(combined, alpha) | shares)
    return rows


def _counted(reached: np.ndarray, alpha: float) -> dict[str, Any]:
    hits, studies = int(reached.sum()), len(reached)
    low, high = proportion_confint(hits, studies, alpha=alpha, method="beta")
    told = {"studies": studies, "reached": hits, "power": hits / studies}
    return told | {"low": float(low), "high": float(high)}


def _mean(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else float("nan")
