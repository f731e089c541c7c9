"""How far attrition alone could move the differences: Lee's trimming bounds and Manski's worst case."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from analysis.columns import require_columns
from analysis.errors import UnknownName
from analysis.population import trimming
from analysis.population.attrition import NOTEWORTHY, attrition_by_arm, is_differential
from analysis.population.outcomes import outcomes_of_people
from analysis.population.trimming import EndsOf, Floats, Group
from analysis.reading.study import Study

DRAWS = 2000


@dataclass(frozen=True)
class AttritionBounds:
    """The bounds of every difference to the reference; `outcome_range` is what Manski's rest on.

    `attrition` is the table of `attrition_by_arm`; `lee` and `manski` are those of the functions.
    """

    attrition: pd.DataFrame
    lee: pd.DataFrame
    manski: pd.DataFrame
    outcome_range: tuple[float, float]
    sentence: str


def attrition_bounds(
    study: Study,
    trials: pd.DataFrame,
    *,
    outcome_range: tuple[float, float] | None = None,
    draws: int = DRAWS,
) -> AttritionBounds | None:
    """Bound the differences where two arms' attrition is more than 5 points apart.

    None where it is not, and where nobody was allocated to the reference, so that there is no difference to bound.

    Parameters
    ----------
    study : Study with a table of participants as in an export
    trials : the analysed trials with the outcome in the column `value`; whoever was allocated and has none here,
        be it because they left or because a primary exclusion took them out, counts as not seen
    outcome_range : lowest and highest possible outcome; by default 0 and 1 where every value is 0 or 1, else
        the lowest and highest mean of a person, which is an assumption and told as one
    draws : of the bootstrap

    Returns
    -------
    AttritionBounds or None

    Raises
    ------
    MissingColumns : no outcome, or a participants' table that does not say how far people came.
    """
    attrition = attrition_by_arm(study)
    if not is_differential(attrition):
        return None
    people = outcomes_of_people(study, trials)
    if study.plan.reference not in set(people["arm"]):
        return None
    span = outcome_range or _range(trials["value"], people["mean"])
    plan = study.plan
    told: dict[str, Any] = {
        "reference": plan.reference,
        "alpha": plan.alpha,
        "seed": plan.seed,
        "draws": draws,
    }
    lee = lee_bounds(people, **told)
    manski = manski_bounds(people, outcome_range=span, **told)
    assumed = outcome_range is None and span != (0.0, 1.0)
    return AttritionBounds(attrition, lee, manski, span, _sentence(attrition, span, assumed))


def lee_bounds(
    people: pd.DataFrame, *, reference: str, alpha: float = 0.05, draws: int = DRAWS, seed: int = 1
) -> pd.DataFrame:
    """Bound each arm's difference to the reference for the people whose outcome is seen in either arm.

    The arm that kept more of its people is trimmed until both kept the same share: of its lowest outcomes
    for the upper end of its mean, of its highest ones for the lower end.

    Parameters
    ----------
    people : DataFrame, one row per allocated person
        `arm`; `mean` (outcome; NaN where none was seen); `observed` in [0, 1] (share of their trials that was
        seen), which is the person's weight: so the untrimmed difference is that of the trials. Where it is
        between 0 and 1, the trimmed share is one of trials.
    reference : the arm that the others are compared to
    alpha : one minus the level of the interval
    draws, seed : of the bootstrap of people within arms

    Returns
    -------
    DataFrame indexed by arm (without the reference)
        `estimate` (untrimmed difference), `lower`, `upper` (the bounds), `low`, `high` (interval for the
        difference itself), `trimmed` (which arm was; empty where none had to be), `share` (of its outcomes),
        all in units of the outcome but the last two. NaN where an arm has no outcome at all. Items are taken
        as fixed.

    Raises
    ------
    MissingColumns, UnknownName : the message lists what is there.

    Source
    ------
    Lee (2009), "Training, Wages, and Sample Selection", Review of Economic Studies 76(3); they hold if no
    arm would make one person stay and another leave (monotonicity). Where the quantile falls into a mass of
    equal outcomes, part of that mass is trimmed. Intervals: Imbens and Manski (2004), "Confidence Intervals
    for Partially Identified Parameters", Econometrica 72(6), with bootstrap standard errors.
    """
    groups = _groups(people, reference)
    base = groups.pop(reference)
    table = _table(groups, base, trimming.lee_ends, alpha, draws, seed)
    kept = pd.Series({arm: group.rate for arm, group in groups.items()}, dtype=float)
    least, most = np.minimum(kept, base.rate), np.maximum(kept, base.rate)
    names = np.where(kept > base.rate, kept.index, np.where(kept < base.rate, base.arm, ""))
    return table.assign(trimmed=pd.Series(names, table.index, "str"), share=1 - least / most.where(most > 0))


def manski_bounds(
    people: pd.DataFrame,
    *,
    reference: str,
    outcome_range: tuple[float, float] = (0.0, 1.0),
    alpha: float = 0.05,
    draws: int = DRAWS,
    seed: int = 1,
) -> pd.DataFrame:
    """Bound each arm's difference to the reference for everyone allocated, whatever the missing outcomes are.

    Every missing outcome is set to the lowest possible value in one arm and to the highest in the other.

    Parameters
    ----------
    people, reference, alpha, draws, seed : as in `lee_bounds`
    outcome_range : lowest and highest possible outcome

    Returns
    -------
    DataFrame indexed by arm (without the reference)
        `estimate`, `lower`, `upper`, `low`, `high` as in `lee_bounds`. NaN where an arm has no outcome.

    Raises
    ------
    MissingColumns, UnknownName : the message lists what is there.
    ValueError : the range is empty, or an outcome lies outside of it.

    Source
    ------
    Manski (1990), "Nonparametric Bounds on Treatment Effects", American Economic Review 80(2), without
    assumptions on who is missing. Intervals as in `lee_bounds`.
    """
    lowest, highest = outcome_range
    groups = _groups(people, reference)
    seen = people["mean"].dropna()
    if lowest >= highest or seen.lt(lowest).any() or seen.gt(highest).any():
        raise ValueError(f"outcome_range is {outcome_range}; outcomes go from {seen.min()} to {seen.max()}.")
    base = groups.pop(reference)
    ends = partial(trimming.manski_ends, outcome_range=outcome_range)
    return _table(groups, base, ends, alpha, draws, seed)


COLUMNS = ["estimate", "lower", "upper", "low", "high"]


def _groups(people: pd.DataFrame, reference: str) -> dict[str, Group]:
    require_columns(people, "arm", "mean", "observed", name="the table of people")
    arms = list(dict.fromkeys(people["arm"].dropna()))
    if reference not in arms:
        raise UnknownName(f"The reference {reference!r} is no arm. Arms: {', '.join(map(str, arms))}.")
    return {arm: Group.of(arm, people[people["arm"] == arm]) for arm in arms}


def _table(
    groups: dict[str, Group], base: Group, ends: EndsOf, alpha: float, draws: int, seed: int
) -> pd.DataFrame:
    rows = []
    for number, group in enumerate(groups.values()):
        point = ends(group.once(), base.once())
        drawn = trimming.resampled(ends, group, base, draws, np.random.default_rng([seed, number]))
        lower, upper = float(point.lower[0]), float(point.upper[0])
        reach = trimming.imbens_manski(lower, upper, _sd(drawn.lower), _sd(drawn.upper), alpha)
        rows.append([group.mean - base.mean, lower, upper, *reach])
    index = pd.Index(list(groups), name="arm", dtype="str")
    return pd.DataFrame(rows, index=index, columns=COLUMNS, dtype=float)


def _sd(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.std(ddof=1)) if len(finite) > 1 else np.nan


def _range(values: pd.Series, means: pd.Series) -> tuple[float, float]:
    if values.dropna().isin([0, 1]).all():
        return 0.0, 1.0
    return float(means.min()), float(means.max())


def _sentence(attrition: pd.DataFrame, span: tuple[float, float], assumed: bool) -> str:
    share = attrition["share"].dropna()
    told = (
        f"Between {share.min():.1%} ({share.idxmin()}) and {share.max():.1%} ({share.idxmax()}) of an arm’s "
        f"people were lost, more than {NOTEWORTHY:.0%} apart. Lee’s bounds trim the arm that kept more people; "
        f"Manski’s set what is missing to {span[0]:g} in one arm and {span[1]:g} in the other."
    )
    return told + (" That range is the observed one, no natural limit." if assumed else "")
