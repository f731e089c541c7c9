"""Hand-made tables that the tests of several files share; R sees the same numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

X = [12.1, 9.8, 11.4, 13.0, 10.2, 8.9, 12.7]
Y = [9.1, 8.4, 10.9, 9.8, 7.7, 10.2]
A = [5, 7, 8, 6, 9, 4, 7]
B = [4, 7, 6, 3, 7, 5, 4]


def unpaired() -> pd.DataFrame:
    return pd.DataFrame({"value": X + Y, "arm": ["x"] * len(X) + ["y"] * len(Y)})


def paired() -> pd.DataFrame:
    who = [f"P{number}" for number in range(len(A))]
    return pd.DataFrame(
        {"value": A + B, "arm": ["a"] * len(A) + ["b"] * len(B), "who": who + who[::-1]}
    ).assign(value=A + B[::-1])


def plants() -> pd.DataFrame:
    """R's PlantGrowth: Dobson (1983), "An Introduction to Statistical Modelling"."""
    weight = [
        *(4.17, 5.58, 5.18, 6.11, 4.5, 4.61, 5.17, 4.53, 5.33, 5.14),
        *(4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69),
        *(6.31, 5.12, 5.54, 5.5, 5.37, 5.29, 4.92, 6.15, 5.8, 5.26),
    ]
    return pd.DataFrame({"weight": weight, "group": np.repeat(["ctrl", "trt1", "trt2"], 10)})


def unbalanced() -> pd.DataFrame:
    y = [4, 5, 6, 5, 7, 9, 8, 6, 5, 3, 2, 4, 8, 9, 7, 10, 6]
    return pd.DataFrame({"y": y, "a": list("ppppqqqqqppqrrrrr"), "b": list("uuvvuuvvvuvuuvvuv")})


def yes_and_no(first: tuple[int, int], second: tuple[int, int]) -> pd.DataFrame:
    """Return one row per answer: counts of (false, true) in arm `first`, then in arm `second`."""
    rows = [("first", False)] * first[0] + [("first", True)] * first[1]
    rows += [("second", False)] * second[0] + [("second", True)] * second[1]
    return pd.DataFrame(rows, columns=["arm", "correct"])


def crossed(people: int = 40, items: int = 8, effect: float = 0.0, seed: int = 1) -> pd.DataFrame:
    """Return trials of every person with every item, two arms between people, items' effects varying."""
    rng = np.random.default_rng(seed)
    who, what = np.meshgrid(np.arange(people), np.arange(items), indexing="ij")
    arm = (who >= people // 2).astype(int)
    logit = rng.normal(0, 0.7, people)[:, None] + rng.normal(0, 0.8, items)
    logit = logit + arm * (effect + rng.normal(0, 0.7, items))
    return pd.DataFrame(
        {
            "participant": who.ravel(),
            "item": what.ravel(),
            "arm": np.where(arm.ravel() == 1, "map", "control"),
            "correct": (rng.random((people, items)) < 1 / (1 + np.exp(-logit))).ravel(),
        }
    )
