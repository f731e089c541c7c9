"""Change in a model's quality by arm, against no explanation, between floor and ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import ModelError, UnknownName
from analysis.gain.reading import OUTCOMES
from analysis.inference.holm import holm
from analysis.marginal import marginal_means, versus_reference
from analysis.mixed import MixedFit, fit_lmm
from analysis.mixed.estimate import Estimate
from analysis.options import require_alpha

NONE = "none"
FEW_PEOPLE, FEW_SEEDS, FEW_SETS = 20, 3, 6
CONTRAST = ("estimate", "se", "df", "low", "high", "p", "p_adjusted")


@dataclass(frozen=True, eq=False)
class Outcome:
    """One outcome's numbers.

    Attributes
    ----------
    name : `ordinary` or `shifted`
    arms : one row per arm (the reference first), then `random marking` (floor) and `oracle marking` (ceiling):
        `participants`, `trials`, `before`, `mean` (change), `low`, `high`, and `share` of the way from floor to
        ceiling, NaN where the ceiling does not stand out from the floor. The ceiling is the same for everybody
        and has no interval.
    contrasts : one row per other arm against the reference: `estimate`, `se`, `df`, `low`, `high`, `p`,
        `p_adjusted` (Holm, over the arms)
    method : how means and contrasts were estimated
    notes : what a reader must know
    """

    name: str
    arms: pd.DataFrame
    contrasts: pd.DataFrame
    method: str
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Gain:
    """What came of everybody's marks."""

    reference: str
    measure: str
    source: str
    alpha: float
    seeds: int
    outcomes: tuple[Outcome, ...]
    cautions: tuple[str, ...]


def compare_gains(
    gains: pd.DataFrame, reference: str | None = None, *, alpha: float = 0.05, set_slopes: bool = False
) -> Gain:
    """Compare arms by the change in quality that their participants' marks brought.

    A participant's change in a set is the mean over training seeds of after − before. Participants and sets
    are random in a linear mixed model (people alone, by Welch's t, where there is one set only).

    Parameters
    ----------
    gains : as `read_gains` gives it
    reference : the arm without explanation; by default the one called `none`
    alpha : one minus the level of the intervals
    set_slopes : let the differences between arms vary over sets at random, to speak of other sets than these

    Raises
    ------
    UnknownName : there is no such arm, or no other one.
    """
    require_alpha(alpha)
    people = gains[gains["marking"] == "participant"]
    arms = _arms(people, reference)
    named = [name for name in OUTCOMES if people[f"{name}_change"].notna().all()]
    return Gain(
        reference=arms[0],
        measure=str(gains["measure"].iloc[0]),
        source=str(gains["source"].iloc[0]),
        alpha=alpha,
        seeds=int(gains["seed"].nunique()),
        outcomes=tuple(_outcome(gains, name, arms, alpha, set_slopes) for name in named),
        cautions=tuple(_cautions(gains, people, arms, set_slopes)),
    )


def _arms(people: pd.DataFrame, reference: str | None) -> list[str]:
    """The arms in order of appearance, the reference first."""
    arms = list(dict.fromkeys(people["condition"].astype("str")))
    wanted = NONE if reference is None else reference
    if wanted not in arms:
        told = f"{wanted!r}" if reference is not None else f"{NONE!r}, which is taken where none is named"
        raise UnknownName(f"No arm is called {told}. --reference names one of: {', '.join(arms)}.")
    if len(arms) < 2:
        raise UnknownName(f"There is no arm but {wanted!r}: nothing to compare.")
    return [wanted, *(arm for arm in arms if arm != wanted)]


def _outcome(gains: pd.DataFrame, name: str, arms: list[str], alpha: float, set_slopes: bool) -> Outcome:
    rows = _changes(gains, name)
    people = rows[rows["marking"] == "participant"]
    means, contrasts, method, notes = _estimated(people, arms, alpha, set_slopes)
    counts = people.groupby("condition").agg(
        participants=("participant", "nunique"), trials=("change", "size"), before=("before", "mean")
    )
    table = pd.concat([counts.loc[arms].join(means), _bounds(rows, people, alpha)])
    floor, ceiling = table.loc["random marking", "mean"], table.loc["oracle marking", "mean"]
    is_apart = ceiling > np.fmax(floor, table.loc["random marking", "high"])
    table["share"] = (table["mean"] - floor) / (ceiling - floor) if is_apart else np.nan
    table.index.name = "arm"
    contrasts["p_adjusted"] = holm(contrasts["p"].to_numpy())
    return Outcome(name, table, contrasts[list(CONTRAST)], method, tuple(notes))


def _changes(gains: pd.DataFrame, name: str) -> pd.DataFrame:
    """One row per marking × participant × set: the mean change over seeds."""
    several = gains["model"].nunique() > 1
    sets = gains["item"].astype("str") + (" of " + gains["model"].astype("str") if several else "")
    table = pd.DataFrame(
        {
            "marking": gains["marking"].astype("str"),
            "participant": gains["participant"].astype("object"),
            "condition": gains["condition"].astype("object"),
            "item": sets,
            "change": gains[f"{name}_change"],
            "before": gains[f"{name}_before"],
        }
    )
    keys = ["marking", "participant", "condition", "item"]
    return table.groupby(keys, dropna=False, sort=False, as_index=False)[["change", "before"]].mean()


def _estimated(
    people: pd.DataFrame, arms: list[str], alpha: float, set_slopes: bool
) -> tuple[pd.DataFrame, pd.DataFrame, str, list[str]]:
    if people["item"].nunique() < 2:
        return *_by_welch(people, arms, alpha), "Welch's t, one set", []
    slopes = "1 + condition" if set_slopes else "1"
    random = {"item": slopes}
    if people["participant"].nunique() < len(people):
        random = {"participant": "1", **random}
    try:
        fit = fit_lmm("change ~ condition", people, random, baselines={"condition": arms[0]})
        if not fit.converged:
            raise ModelError(" ".join(fit.messages))
    except ModelError as error:
        note = f"The mixed model has no estimate ({error}), so people's own means are compared."
        return *_by_welch(people, arms, alpha), "Welch's t on people's means", [note]
    means, contrasts = _by_model(fit, arms, alpha)
    told = " and ".join(f"{factor} ({terms})" for factor, terms in random.items())
    return means, contrasts, f"linear mixed model (REML), random: {told}", list(fit.messages)


def _by_model(fit: MixedFit, arms: list[str], alpha: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    means = marginal_means(fit, alpha=alpha)[["mean", "low", "high"]]
    means.index = means.index.astype("str")
    contrasts = versus_reference(fit, reference=arms[0], alpha=alpha, family="none")
    contrasts.index = [str(name).removesuffix(f" - {arms[0]}") for name in contrasts.index]
    return means.loc[arms], contrasts.rename_axis("arm").loc[arms[1:]]


def _by_welch(people: pd.DataFrame, arms: list[str], alpha: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Means of people's means, each arm with its own variance."""
    own = people.groupby(["condition", "participant"])["change"].mean()
    values = {arm: own.loc[arm].to_numpy() for arm in arms}
    means = pd.DataFrame({arm: _mean(values[arm], alpha) for arm in arms}, index=["mean", "low", "high"]).T
    pairs = {arm: vars(_welch(values[arm], values[arms[0]], alpha)) for arm in arms[1:]}
    return means, pd.DataFrame(pairs).T.rename_axis("arm")


def _welch(one: np.ndarray, other: np.ndarray, alpha: float) -> Estimate:
    if min(len(one), len(other)) < 2:
        return Estimate.of(float(one.mean() - other.mean()), np.nan, np.nan, alpha)
    parts = [values.var(ddof=1) / len(values) for values in (one, other)]
    total = sum(parts)
    spread = sum(part**2 / (len(values) - 1) for part, values in zip(parts, (one, other), strict=True))
    df = total**2 / spread if spread > 0 else np.nan
    return Estimate.of(float(one.mean() - other.mean()), float(np.sqrt(total)), df, alpha)


def _mean(values: np.ndarray, alpha: float) -> Sequence[float]:
    """Mean and Student's interval."""
    mean = float(values.mean())
    if len(values) < 2:
        return mean, np.nan, np.nan
    reach = stats.t.ppf(1 - alpha / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return mean, mean - reach, mean + reach


def _bounds(rows: pd.DataFrame, people: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Floor and ceiling as rows of the arms' table; the ceiling weighs sets as people met them."""
    random = rows[rows["marking"] == "random"]
    oracle = rows[rows["marking"] == "oracle"].set_index("item")["change"]
    met = people["item"].map(oracle)
    own = random.groupby("participant")["change"].mean().to_numpy()
    floor = _mean(own, alpha) if len(own) else (np.nan,) * 3
    return pd.DataFrame(
        {
            "participants": [len(own), np.nan],
            "trials": [len(random), int(met.notna().sum())],
            "before": [random["before"].mean(), people["before"].mean()],
            "mean": [floor[0], met.mean() if met.notna().all() else np.nan],
            "low": [floor[1], np.nan],
            "high": [floor[2], np.nan],
        },
        index=["random marking", "oracle marking"],
    )


def _cautions(gains: pd.DataFrame, people: pd.DataFrame, arms: list[str], set_slopes: bool) -> list[str]:
    counts = people.groupby("condition")["participant"].nunique()
    sets, seeds = people["item"].nunique(), gains["seed"].nunique()
    told = []
    if gains["source"].iloc[0] != "recruited":
        told.append(f"The participants are {gains['source'].iloc[0]}: this says nothing about people.")
    if few := [f"{arm} ({counts[arm]})" for arm in arms if counts[arm] < FEW_PEOPLE]:
        told.append(
            f"Fewer than {FEW_PEOPLE} participants in {', '.join(few)}: intervals are wide and rough."
        )
    if sets < FEW_SETS and set_slopes:
        told.append(f"{sets} sets: how far differences vary over sets is hardly known.")
    if not set_slopes:
        told.append(f"The differences hold for these {sets} sets; --set-slopes speaks of others like them.")
    if seeds < FEW_SEEDS:
        told.append(
            f"{seeds} training seed{'s' * (seeds > 1)}: part of a change is the chance of one training."
        )
    if idle := int(people.drop_duplicates(["participant", "position"])["without_effect"].sum()):
        told.append(
            f"{idle} marks were about examples that the model did not learn from, and changed nothing."
        )
    if people["shifted_change"].isna().any():
        told.append("There are no shifted data: only the change on ordinary data is told.")
    if (gains["marking"] == "oracle").sum() == 0:
        told.append("No set tells its truth: there is no ceiling.")
    return told
