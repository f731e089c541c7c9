"""Fits whose parameters a test plants: nothing is estimated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.mixed.covariance import Covariance
from analysis.mixed.formula import Coding, Design
from analysis.mixed.random import needed_columns, parse_random, random_design
from analysis.mixed.result import Course, MixedFit

ARMS = ["control", "a", "b", "c", "d"]


def trials(arms: Sequence[str] = ARMS, people: int = 20, items: int = 8, seed: int = 1) -> pd.DataFrame:
    """Trials without answers: arms between people, every item for all, 60 % of the trials model-correct."""
    rng = np.random.default_rng(seed)
    table = pd.MultiIndex.from_product([range(people), range(items)], names=["participant", "item"])
    table = table.to_frame(index=False)
    return table.assign(
        condition=np.array(arms)[table["participant"] % len(arms)],
        x=rng.normal(size=len(table)),
        model_correct=rng.random(len(table)) < 0.6,
    )


def planted(
    formula: str,
    data: pd.DataFrame,
    params: Sequence[float],
    theta: Sequence[float] = (0.8, 0.6),
    *,
    random: Mapping[str, str] | None = None,
    correlated: bool = False,
    link: str = "logit",
    df: float = np.inf,
    baselines: Mapping[str, str] | None = None,
    covariance: np.ndarray | None = None,
    spread: float = 0.1,
) -> MixedFit:
    """A fit with these parameters; their joint covariance is `covariance`, or one drawn at random."""
    terms = parse_random(random or {"participant": "1", "item": "1"})
    design_columns = [name for name in data.columns if name in formula or name in str(terms)]
    names = [name for name in design_columns if name not in terms]
    coding = Coding.learn(data, names, baselines or {"condition": "control"})
    factors, _ = random_design(data[list({*needed_columns(terms), *names})], terms, coding, correlated)
    design, structure = Design(f"y ~ {formula}", data, coding), Covariance(factors)
    labels = [*structure.names, *design.names]
    half = np.random.default_rng(5).normal(size=(len(labels), 2 * len(labels)))
    joint = half @ half.T * spread**2 / (2 * len(labels)) if covariance is None else covariance
    return MixedFit(
        method="Laplace", link=link, design=design, covariance=structure,
        params=pd.Series(np.asarray(params, dtype=float), index=design.names),
        theta=pd.Series(np.asarray(theta, dtype=float), index=structure.names),
        joint_cov=pd.DataFrame(joint, index=labels, columns=labels),
        llf=0.0, nobs=len(data), missing=0, n_levels={}, course=Course(True, "none", 0, 0.0),
        messages=(), dropped=(), modes={}, degrees=lambda weights: df,
    )  # fmt: skip
