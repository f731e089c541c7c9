"""The table of gains, checked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import ExportError
from analysis.reading.tables import read_table
from protocol.doors.gains import GAINS

OUTCOMES = ("ordinary", "shifted")


def read_gains(path: str | Path) -> pd.DataFrame:
    """Read what `python -m explainers debug` wrote.

    Returns
    -------
    DataFrame with the columns of `protocol.doors.gains`, and `ordinary_change` and `shifted_change`
        (after − before, of the same seed; NaN where the data have no shifted part)

    Raises
    ------
    ExportError : the file is not there, a value does not fit, sources are mixed, or a training is missing.
    """
    path = Path(path)
    if not path.is_file():
        raise ExportError(f"There is no table of gains at {path}. `python -m explainers debug` writes one.")
    gains = read_table(path, GAINS)
    for name in OUTCOMES:
        gains[f"{name}_change"] = gains[f"{name}_after"] - gains[f"{name}_before"]
    _refuse_mixed(gains, path)
    _refuse_nobody(gains, path)
    _refuse_missing_seeds(gains, path)
    return gains


def _refuse_mixed(gains: pd.DataFrame, path: Path) -> None:
    for column in ("source", "measure"):
        if len(found := sorted(set(gains[column]))) > 1:
            raise ExportError(f"{path.name} mixes {column}s ({', '.join(found)}); one is needed.")


def _refuse_nobody(gains: pd.DataFrame, path: Path) -> None:
    people = gains[gains["marking"] != "oracle"]
    if not (people["marking"] == "participant").any():
        raise ExportError(f"{path.name} has no row of a participant's marks.")
    for column in ("participant", "condition", "position"):
        if people[column].isna().any():
            row = int(np.flatnonzero(people[column].isna())[0]) + 1
            raise ExportError(f'{path.name}, row {people.index[row - 1] + 1}, column "{column}": is empty.')


def _refuse_missing_seeds(gains: pd.DataFrame, path: Path) -> None:
    """Each version was trained from each seed, so that nobody's mean is of other trainings."""
    seeds = gains.groupby("model")["seed"].nunique()
    trial = ["marking", "participant", "position", "item", "model"]
    counts = gains.groupby(trial, dropna=False)["seed"].nunique().reset_index()
    short = counts[counts["seed"] < counts["model"].map(seeds)]
    if len(short):
        first = short.iloc[0]
        raise ExportError(
            f"{path.name}: {first['marking']} {first['participant']}, set {first['item']} has {first['seed']} "
            f"of {seeds[first['model']]} training seeds. Make the table again: an interrupted run goes on."
        )
