"""Simulated data with what lmer, lmerTest and ordinal said of them."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

HERE = Path(__file__).parent / "reference"
FOLDER = Path(os.environ.get("REFERENCE_DATA", Path(__file__).parents[4] / "shared" / "reference")) / "glmm"
CROSSED = {"participant": "1", "item": "1"}
CONTROL = {"condition": "control"}


@cache
def simulated(name: str) -> pd.DataFrame:
    """The trials of sim60 or sim200, or, where the reference data are, of sim2000."""
    for path in (HERE / f"{name}.csv", FOLDER / f"{name}.csv", FOLDER / f"{name}.csv.gz"):
        if path.exists():
            return pd.read_csv(path)
    pytest.skip(f"{name} is not among the reference data in {FOLDER}")


@cache
def slopes() -> pd.DataFrame:
    """Trials of 30 participants × 12 items with a factor within, a factor between, a covariate and waves."""
    return pd.read_csv(HERE / "lmm_slopes.csv")


@cache
def said(file: str = "lmer_clmm") -> dict[str, Any]:
    """What R said; see the versions inside, and `make_lmm_lmerTest.R` for the calls."""
    found: dict[str, Any] = json.loads((HERE / f"{file}.json").read_text())
    return found


def values(named: dict[str, float]) -> np.ndarray:
    return np.array(list(named.values()))
