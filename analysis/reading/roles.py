"""The standard columns of an export's trials that stand in other tables: answers by role, numbers, chance, leaks."""

from __future__ import annotations

import pandas as pd

from protocol.schema import Protocol

STEP = ["participant", "position"]
ANSWERS = ("first", "final")
TWO_ANSWERS = ("error-detection", "two-alternative-forced-choice", "model-choice")
SIMULATIONS = ("forward-simulation", "counterfactual-simulation", "parameter-change-simulation")
LEAK = "leaks"  # the check of a stimulus that says whether it tells the output: 1, or 0


def with_standard_columns(
    trials: pd.DataFrame,
    responses: pd.DataFrame,
    outputs: pd.DataFrame,
    stimuli: pd.DataFrame,
    protocol: Protocol,
) -> pd.DataFrame:
    """Return the trials with the standard columns that can be known; a column without any value is not added.

    `first`, `final` (answers by role) with `first_correct`, `final_correct` against the truth;
    `first_confidence`, `final_confidence` (confidences whose question is called so); `…_number` of answers,
    output and truth, in tasks whose answers are numbers; `chance` (one over the number of answers);
    `features_marked`, `features_true` (feature naming); `pair` (model choice); `leaks` (from the check
    `leaks` of the arm's stimuli of the item).
    """
    made = trials.assign(**_answers(trials, responses))
    made = made.assign(**_numbers(made))
    made["chance"] = _chance(trials, outputs)
    naming = trials["task"] == "feature-naming"
    made["features_marked"] = trials["answer"].where(naming)
    made["features_true"] = trials["key"].where(naming)
    made["pair"] = _pair(trials)
    made["leaks"] = _leaks(trials, stimuli, protocol)
    return made.drop(
        columns=[name for name in made.columns.difference(trials.columns) if made[name].isna().all()]
    )


def _answers(trials: pd.DataFrame, responses: pd.DataFrame) -> dict[str, pd.Series]:
    told: dict[str, pd.Series] = {}
    asked = responses[responses["item"].notna()]
    for role in ANSWERS:
        told[role] = _joined(trials, asked[asked["role"] == role], "answer")
        both = told[role].notna() & trials["truth"].notna()
        told[f"{role}_correct"] = (told[role] == trials["truth"]).astype("boolean").where(both)
        sure = asked[(asked["role"] == "confidence") & asked["question"].str.startswith(role)]
        told[f"{role}_confidence"] = pd.to_numeric(_joined(trials, sure, "answer"), errors="coerce")
    return told


def _joined(trials: pd.DataFrame, rows: pd.DataFrame, column: str) -> pd.Series:
    """Return for each trial the value of the one row of its step; missing where there is none, or more than one."""
    if rows.empty:
        return pd.Series(None, index=trials.index, dtype="str")
    single = rows[~rows.duplicated(STEP, keep=False)]
    found = trials[STEP].merge(single[[*STEP, column]], on=STEP, how="left")[column]
    return found.set_axis(trials.index)


def _numbers(trials: pd.DataFrame) -> dict[str, pd.Series]:
    """Return answers, outputs and truths as numbers, in the tasks of which no answer is judged and all are numbers."""
    names = [name for name in ("first", "final", "answer", "output", "truth") if trials[name].notna().any()]
    told = {f"{name}_number": pd.Series(float("nan"), index=trials.index) for name in names}
    for _, rows in trials.groupby("task"):
        if rows["correct"].notna().any() or not (rows["answer"].notna() & rows["key"].notna()).any():
            continue
        values = rows[names].apply(pd.to_numeric, errors="coerce").astype("float64")
        if (values.notna() | rows[names].isna()).all(axis=None):
            for name in names:
                told[f"{name}_number"].loc[rows.index] = values[name]
    return told


def _chance(trials: pd.DataFrame, outputs: pd.DataFrame) -> pd.Series:
    counts = {
        model: len(next(iter(given)))
        for model, given in outputs.dropna(subset="probabilities").groupby("model")["probabilities"]
        if given.map(len).nunique() == 1 and len(next(iter(given)))
    }
    classes = trials["model"].map(counts).astype("float64").where(trials["task"].isin(SIMULATIONS))
    judged = trials["correct"].notna()
    return (1 / classes.mask(trials["task"].isin(TWO_ANSWERS), 2.0)).where(judged)


def _pair(trials: pd.DataFrame) -> pd.Series:
    """Return the two models of each model choice, in the order of the alphabet."""
    chosen = trials[trials["task"] == "model-choice"].dropna(subset=["model", "compared_model"])
    names = [" / ".join(sorted(pair)) for pair in zip(chosen["model"], chosen["compared_model"], strict=True)]
    return pd.Series(names, index=chosen.index, dtype="str").reindex(trials.index)


def _leaks(trials: pd.DataFrame, stimuli: pd.DataFrame, protocol: Protocol) -> pd.Series:
    told = stimuli.assign(leaks=[_check(checks) for checks in stimuli["checks"]]).dropna(subset="leaks")
    if told.empty:
        return pd.Series(pd.NA, index=trials.index, dtype="boolean")
    explainers = {arm.name: arm.explainer for arm in protocol.arms}
    leaking = told.groupby(["item", "model", "explainer"])["leaks"].max() > 0
    keys = pd.MultiIndex.from_arrays([trials["item"], trials["model"], trials["arm"].map(explainers)])
    return pd.Series(leaking.astype("boolean").reindex(keys).to_numpy(), index=trials.index, dtype="boolean")


def _check(checks: object) -> float:
    return float(checks[LEAK]) if isinstance(checks, dict) and LEAK in checks else float("nan")
