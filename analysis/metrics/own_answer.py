"""Whether the arms differ in what people answer before the advice, on which RAIR and RSR select."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.columns import require_columns
from analysis.inference.arms import compare_arms, mean_by_arm
from analysis.metrics.by_arm import arms_of
from analysis.metrics.metric import metric
from analysis.metrics.values import truths


@metric(
    name="selection-on-own-answer",
    label="Selection on the own answer",
    unit="share",
    level="table",
    needs=("first_correct", "model_correct"),
)
def selection_on_own_answer(
    trials: pd.DataFrame,
    reference: str | None = None,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """How many trials RAIR and RSR are about in each arm, and whether own accuracy differs between arms.

    Both are shares of trials that are chosen by the person's own first answer. That answer comes after
    allocation, so the choice can undo the random allocation: where own accuracy differs by arm, the arms' RAIR
    and RSR are about different trials and their difference is no effect of the arm alone.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, `first_correct`, `model_correct` (booleans, missing allowed).
    reference : the arm that the others' own accuracy is compared to; by default the first
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame indexed by arm
        `trials` (with both columns), `undefined` (without), `selected_rair` (own wrong, advice right),
        `selected_rsr` (own right, advice wrong), `share_rair`, `share_rsr` (of `trials`), `own_accuracy` with
        `low`, `high` (two-way cluster-robust), `difference` to the reference's own accuracy with
        `difference_low`, `difference_high`, `p` and `p_adjusted` (Holm); NaN for the reference itself. No
        significant difference is no proof that the selection is harmless.

    Raises
    ------
    MissingColumns, UnknownName : the message lists what is there.

    Source
    ------
    Selection after treatment: Rosenbaum (1984), "The Consequences of Adjustment for a Concomitant Variable
    That Has Been Affected by the Treatment", JRSS A 147(5); Montgomery, Nyhan and Torres (2018), "How
    Conditioning on Posttreatment Variables Can Ruin Your Experiment", AJPS 62(3).
    """
    require_columns(
        trials, "participant", "item", "arm", "first_correct", "model_correct", name="the table of trials"
    )
    order = arms_of(trials, arms)
    own, advice = truths(trials, "first_correct"), truths(trials, "model_correct")
    told = trials.assign(own=own.where(advice.notna()))
    table = _selected(told, own, advice).reindex(order, fill_value=0)
    for name in ("rair", "rsr"):
        table[f"share_{name}"] = table[f"selected_{name}"] / table["trials"].where(table["trials"] > 0)
    means = mean_by_arm(told, "own", arms=order, alpha=alpha)
    table[["own_accuracy", "low", "high"]] = means[["mean", "low", "high"]]
    return table.join(_differences(told, order, reference, alpha))


def _selected(told: pd.DataFrame, own: pd.Series, advice: pd.Series) -> pd.DataFrame:
    known = own.notna() & advice.notna()
    counts = pd.DataFrame(
        {
            "trials": known,
            "undefined": ~known,
            "selected_rair": (own == 0) & (advice == 1),
            "selected_rsr": (own == 1) & (advice == 0),
        }
    )
    return counts.groupby(told["arm"]).sum().astype(int)


def _differences(told: pd.DataFrame, order: list[str], reference: str | None, alpha: float) -> pd.DataFrame:
    names = {"estimate": "difference", "low": "difference_low", "high": "difference_high"}
    columns = [*names.values(), "p", "p_adjusted"]
    if not order:
        return pd.DataFrame(columns=columns, dtype="float64")
    gaps = compare_arms(told, "own", reference=reference or order[0], arms=order, alpha=alpha)
    return gaps.rename(columns=names)[columns].reindex(order)
