"""The bootstraps that papers report: by participant, and Hase and Bansal's by user and question."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.classical.result import ClassicalResult
from analysis.classical.sample import Floats, Sample
from analysis.errors import AnalysisError, UnknownName
from analysis.resampling import percentile_interval, percentile_p, resample_sums


def cluster_bootstrap(
    sample: Sample, *, draws: int = 10_000, seed: int = 1, n_jobs: int = 1, alpha: float = 0.05
) -> ClassicalResult:
    """Bootstrap a mean, or the difference of two, by drawing whole participants; items are taken as they are.

    Parameters
    ----------
    sample : trials of one group (a mean, against zero) or of two, with their participants
    draws, seed, n_jobs : as in `analysis.resampling.resample_sums`
    alpha : one minus the level of the percentile interval

    Returns
    -------
    ClassicalResult
        The statistic and the estimate are the observed mean, or first − second; p is that of the percentile
        interval. Participants who are in both groups are drawn with both.

    Source
    ------
    Field and Welsh (2007), "Bootstrapping Clustered Data", JRSS B 69(3), the cluster bootstrap.
    """
    drawn = _drawn(sample, "cluster-bootstrap", ("participant",), draws=draws, seed=seed, n_jobs=n_jobs)
    low, high = percentile_interval(drawn, alpha)
    told = _told(sample, drawn, seed)
    return ClassicalResult(
        "cluster-bootstrap",
        _observed(sample),
        **told,
        p=percentile_p(drawn),
        estimate=_observed(sample),
        low=low,
        high=high,
    )


def hase_bansal_bootstrap(
    sample: Sample, *, draws: int = 10_000, seed: int = 1, n_jobs: int = 1, alpha: float = 0.05
) -> ClassicalResult:
    """Bootstrap a mean, or the difference of two, by drawing blocks: users, and then questions.

    Parameters
    ----------
    sample : trials of one group (a mean, such as of each question's change from pre to post, against zero) or of
        two, with their participants (users) and items (questions)
    draws, seed, n_jobs : as in `analysis.resampling.resample_sums`
    alpha : one minus the level of the percentile interval

    Returns
    -------
    ClassicalResult
        The statistic and the estimate are the mean of the draws, as in the paper; `details` has the `observed`
        value. p is the share of draws that, moved to mean zero, lie further from it than the estimate does.

    Source
    ------
    Hase and Bansal (2020), "Evaluating Explainable AI: Which Algorithmic Explanations Help Users Predict
    Model Behavior?", ACL, and the function bootstrapGRID of its code: users are drawn with replacement, then
    the questions of what was drawn, each as a whole block. Here the questions are drawn from all of the
    table, users within their group, and both are weights rather than copied rows. The variants that copy blocks
    until the table has its old length and cut the rest, or that shrink the pre-test accuracies of the
    methods towards each other by a mixed model, are not followed.
    """
    by = ("participant", "item")
    drawn = _drawn(sample, "hase-bansal-bootstrap", by, draws=draws, seed=seed, n_jobs=n_jobs)
    finite = drawn[np.isfinite(drawn)]
    middle = float(finite.mean())
    low, high = percentile_interval(drawn, alpha)
    told = _told(sample, drawn, seed)
    told["details"] |= {"observed": _observed(sample)}
    p = float((np.abs(finite - middle) > abs(middle)).mean())
    return ClassicalResult("hase-bansal-bootstrap", middle, **told, p=p, estimate=middle, low=low, high=high)


def _drawn(sample: Sample, test: str, by: tuple[str, ...], **resampling: Any) -> Floats:
    """Return the mean, or the difference of two, of each draw."""
    if sample.unit != "trial":
        raise AnalysisError(f'{test} draws participants with all their trials: say unit="trial".')
    for factor in by:
        if factor not in sample.trials:
            raise UnknownName(f"{test} needs the name of the column of {factor}s: {factor}=…")
    if len(sample.groups) > 2:
        raise AnalysisError(
            f"{test} compares two groups; there are {len(sample.groups)}. Name two by `groups`."
        )
    rows, n = sample.trials, max(len(sample.groups), 1)
    where = (
        rows["group"].map({group: i for i, group in enumerate(sample.groups)})
        if sample.groups
        else np.zeros(len(rows))
    )
    levels = [rows[name] if name in by else np.zeros(len(rows)) for name in ("participant", "item")]
    columns = np.column_stack([rows["y"], np.ones(len(rows))])
    sums = resample_sums(columns, np.asarray(where, dtype=int), *levels, n_arms=n, **resampling)
    totals, counts = sums[..., 0], sums[..., 1]
    means = np.divide(totals, counts, out=np.full_like(totals, np.nan), where=counts > 0)
    return means[:, 0] - means[:, 1] if n == 2 else means[:, 0]


def _observed(sample: Sample) -> float:
    if len(sample.groups) < 2:
        return float(sample.trials["y"].mean())
    first, second = (sample.values(group).mean() for group in sample.groups)
    return float(first - second)


def _told(sample: Sample, drawn: Floats, seed: int) -> dict[str, Any]:
    two = len(sample.groups) == 2
    return {
        "statistic_name": "difference of means" if two else "mean",
        "estimate_name": f"mean of {sample.groups[0]} − mean of {sample.groups[1]}" if two else "mean",
        "n": sample.n,
        "details": {"draws": float(np.isfinite(drawn).sum()), "seed": float(seed)},
    }
