"""What people answer where the model is wrong: its output, the truth, or neither."""

from __future__ import annotations

import pandas as pd

from analysis.columns import require_columns
from analysis.inference.arms import mean_by_arm
from analysis.metrics.metric import metric

KINDS = ("output", "truth", "neither")


def kind_of_answer(trials: pd.DataFrame) -> pd.Series:
    """Say of each answer on an item that the model gets wrong whether it is the output, the truth or neither.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `answer`, `output`, `truth` (labels, missing allowed).

    Returns
    -------
    Series of text, one value per trial, on the index of `trials`
        `output`, `truth` or `neither`; missing where a column is missing or the model is right.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Ours. It tells people who foretell the model from people who answer for themselves.
    """
    require_columns(trials, "answer", "output", "truth", name="the table of trials")
    told = trials[["answer", "output", "truth"]].notna().all(axis=1)
    wrong = told & (trials["output"] != trials["truth"])
    kind = pd.Series("neither", index=trials.index, dtype="str", name="kind_of_answer")
    kind = kind.mask(trials["answer"] == trials["output"], "output")
    kind = kind.mask(trials["answer"] == trials["truth"], "truth")
    return kind.where(wrong)


@metric(
    name="answers-on-wrong-items",
    label="Answers where the model is wrong",
    unit="share",
    level="table",
    needs=("answer", "output", "truth"),
    better="neither",
)
def answers_on_wrong_items(trials: pd.DataFrame, alpha: float = 0.05) -> pd.DataFrame:
    """Count by arm what people answered on the items that the model gets wrong.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, `answer`, `output`, `truth`.
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame indexed by arm
        `people`, `trials` (on model-wrong items, with an answer), the counts `output`, `truth`, `neither`,
        their shares `output_share` … (NaN without trials) with `output_low`, `output_high` … (two-way
        cluster-robust; the three shares are not independent), and `undefined`: trials of the arm whose
        answer, output or truth is missing, so that nothing can be said about them.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `kind_of_answer`.
    """
    require_columns(trials, "arm", "participant", "item", name="the table of trials")
    told = trials.assign(kind=kind_of_answer(trials))
    rows = {arm: _counts(mine) for arm, mine in told.groupby("arm", sort=False)}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=_COLUMNS).rename_axis("arm")
    wrong = told[told["kind"].notna()]
    for kind in KINDS:
        shares = mean_by_arm(wrong.assign(told=wrong["kind"] == kind), "told", arms=list(rows), alpha=alpha)
        table[[f"{kind}_share", f"{kind}_low", f"{kind}_high"]] = shares[["mean", "low", "high"]]
    return table


_COLUMNS = ["people", "trials", *KINDS, "undefined"]


def _counts(trials: pd.DataFrame) -> dict[str, int]:
    wrong = trials[trials["kind"].notna()]
    counts = wrong["kind"].value_counts()
    undefined = trials[["answer", "output", "truth"]].isna().any(axis=1)
    return {
        "people": int(wrong["participant"].nunique()),
        "trials": len(wrong),
        **{kind: int(counts.get(kind, 0)) for kind in KINDS},
        "undefined": int(undefined.sum()),
    }
