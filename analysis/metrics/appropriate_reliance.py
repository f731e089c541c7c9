"""RAIR and RSR: relying on the advice where it helps, on oneself where it does not. The own answer comes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from analysis.columns import has_values, require_columns
from analysis.inference.arms import mean_by_arm
from analysis.inference.means import mean_and_t_interval
from analysis.metrics.by_arm import arms_of
from analysis.metrics.metric import metric
from analysis.metrics.values import equal, person_means, truths

Third = Literal["wrong", "undefined"]
NEEDS = ("first_correct", "model_correct", "final_correct")


@metric(
    name="rair", label="RAIR, pooled", unit="share", level="trial", needs=NEEDS, better="higher", binary=True
)
def relative_ai_reliance(trials: pd.DataFrame, third: Third = "wrong") -> pd.Series:
    """Whether correct advice turned a wrong first answer right; the mean is RAIR pooled over trials.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        The booleans `first_correct`, `model_correct`, `final_correct` (missing allowed); and `first`, `output`,
        `final` (labels), where third answers are to be left out.
    third : what a final answer that is neither the own first one nor the advice counts as. `wrong`: as not
        relying on the advice, as in the source's formula (it is wrong, as the advice was right);
        `undefined`: as NaN. Without the three labels a third answer cannot be told and counts as `wrong`

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        1 or 0 where the first answer was wrong and the advice right, NaN elsewhere.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Schemmer, Kuehl, Benz, Bartos and Satzger (2023), "Appropriate Reliance on AI Advice", IUI. The trials
    that count are chosen by the person's own answer, which comes after allocation: where an arm changes own
    answers, its RAIR is about other trials. `selection_on_own_answer` says whether it did.
    """
    return _relied(trials, first_right=False, third=third).rename("relative_ai_reliance")


@metric(
    name="rsr", label="RSR, pooled", unit="share", level="trial", needs=NEEDS, better="higher", binary=True
)
def relative_self_reliance(trials: pd.DataFrame, third: Third = "wrong") -> pd.Series:
    """Whether a right first answer was kept against wrong advice; the mean is RSR pooled over trials.

    Parameters
    ----------
    trials, third : as for `relative_ai_reliance`. By `wrong`, a third answer counts as not relying on
        oneself: it is wrong, as the own first answer was right

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        1 or 0 where the first answer was right and the advice wrong, NaN elsewhere.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `relative_ai_reliance`.
    """
    return _relied(trials, first_right=True, third=third).rename("relative_self_reliance")


@metric(
    name="rair-per-person",
    label="RAIR, per person",
    unit="share",
    level="person",
    needs=NEEDS,
    better="higher",
)
def relative_ai_reliance_per_person(trials: pd.DataFrame, third: Third = "wrong") -> pd.Series:
    """Share of wrong first answers that correct advice turned right, per participant.

    Parameters
    ----------
    trials, third : as for `relative_ai_reliance`, and the column `participant`

    Returns
    -------
    Series of shape (n_participants,), indexed by participant
        NaN for a participant whose advice was never both needed and correct.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `relative_ai_reliance`.
    """
    require_columns(trials, "participant", name="the table of trials")
    return person_means(trials, relative_ai_reliance(trials, third))


@metric(
    name="rsr-per-person", label="RSR, per person", unit="share", level="person", needs=NEEDS, better="higher"
)
def relative_self_reliance_per_person(trials: pd.DataFrame, third: Third = "wrong") -> pd.Series:
    """Share of right first answers that were kept against wrong advice, per participant.

    Parameters
    ----------
    trials, third : as for `relative_ai_reliance`, and the column `participant`

    Returns
    -------
    Series of shape (n_participants,), indexed by participant
        NaN for a participant whose right first answers never met wrong advice.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `relative_ai_reliance`.
    """
    require_columns(trials, "participant", name="the table of trials")
    return person_means(trials, relative_self_reliance(trials, third))


@metric(name="appropriate-reliance", label="RAIR and RSR", unit="share", level="table", needs=NEEDS)
def appropriate_reliance(
    trials: pd.DataFrame,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    third: Third = "wrong",
) -> pd.DataFrame:
    """RAIR and RSR of each arm, pooled over trials and per person, with third answers counted.

    Parameters
    ----------
    trials, third : as for `relative_ai_reliance`, and the columns `participant`, `item`, `arm`
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame, one row per measure (`rair`, `rsr`) and arm
        `measure`, `arm`; `pooled` with `pooled_low`, `pooled_high` (two-way cluster-robust); `per_person` (mean
        over people) with `per_person_low`, `per_person_high` (Student's); `people` and `trials` that count;
        `undefined_people`; `not_selected` (trials whose first answer and advice were not the case the measure
        is about); `missing` (one of the three booleans is); `third` (third answers among the selected
        trials; missing where the labels are not given).

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `relative_ai_reliance`.
    """
    require_columns(trials, "participant", "item", "arm", name="the table of trials")
    order = arms_of(trials, arms)
    parts = [
        _by_arm(trials, name, function(trials, third), function(trials, "wrong"), order, alpha)
        for name, function in (("rair", relative_ai_reliance), ("rsr", relative_self_reliance))
    ]
    return pd.concat(parts, ignore_index=True)


def is_third_answer(trials: pd.DataFrame) -> pd.Series:
    """Say whether each final answer is neither the own first one nor the advice.

    Returns
    -------
    Series of nullable booleans on the index of `trials`
        Missing where `first`, `output` or `final` is.
    """
    if not has_values(trials, "first", "output", "final"):
        return pd.Series(pd.NA, index=trials.index, dtype="boolean")
    own, advised = equal(trials, "final", "first"), equal(trials, "final", "output")
    return ((own == 0) & (advised == 0)).astype("boolean").mask(own.isna() | advised.isna())


def _relied(trials: pd.DataFrame, first_right: bool, third: Third) -> pd.Series:
    require_columns(trials, *NEEDS, name="the table of trials")
    if third not in ("wrong", "undefined"):
        raise ValueError(f"third is {third!r}; 'wrong' or 'undefined' is needed.")
    first, advice = truths(trials, "first_correct"), truths(trials, "model_correct")
    counts = (first == float(first_right)) & (advice == float(not first_right))
    right = truths(trials, "final_correct").where(counts)
    return right.mask(is_third_answer(trials).fillna(False).astype(bool)) if third == "undefined" else right


def _by_arm(
    trials: pd.DataFrame, name: str, values: pd.Series, selected: pd.Series, order: list[str], alpha: float
) -> pd.DataFrame:
    means = mean_by_arm(trials.assign(value=values), "value", arms=order, alpha=alpha)
    told = trials.assign(
        value=values,
        selected=selected.notna(),
        missing=trials[list(NEEDS)].isna().any(axis=1),
        third=is_third_answer(trials).where(selected.notna()),
    )
    rows = [_row(told[(told["arm"] == arm).fillna(False).astype(bool)], alpha) for arm in order]
    table = pd.DataFrame(rows, index=means.index)
    pooled = means[["mean", "low", "high"]].set_axis(["pooled", "pooled_low", "pooled_high"], axis=1)
    counts = means[["people", "trials"]]
    table = pd.concat([pooled, table[list(_PERSON)], counts, table[list(_COUNTS)]], axis=1).reset_index()
    table.insert(0, "measure", name)
    return table


_PERSON = ("per_person", "per_person_low", "per_person_high")
_COUNTS = ("undefined_people", "not_selected", "missing", "third")


def _row(mine: pd.DataFrame, alpha: float) -> dict[str, Any]:
    people = person_means(mine, mine["value"])
    mean = mean_and_t_interval(people, alpha)
    return {
        **dict(zip(_PERSON, (mean["mean"], mean["low"], mean["high"]), strict=True)),
        "undefined_people": int(people.isna().sum()),
        "not_selected": int((~mine["selected"] & ~mine["missing"]).sum()),
        "missing": int(mine["missing"].sum()),
        "third": int(mine["third"].sum()) if mine["third"].notna().any() else pd.NA,
    }
