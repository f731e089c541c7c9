"""One study's trials, drawn from its design and what is assumed. Nothing here loops over people or items."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from analysis.power.assumptions import Assumptions, Variances
from analysis.power.design import Design

Floats = NDArray[np.float64]
Ints = NDArray[np.int_]
Bools = NDArray[np.bool_]
PERIODS = ("baseline", "outcome")


def simulate_trials(
    design: Design, assumed: Assumptions, participants: int, items: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw one study.

    Parameters
    ----------
    design, assumed : see there
    participants : people in all, who have at least one trial at test unless they drop out before
    items : items that each person answers at test
    rng : random numbers

    Returns
    -------
    DataFrame, one row per answered trial
        `participant`, `item` (numbers), `arm` (what is compared), `value` (0.0 or 1.0), `trial` (from 1, in
        the period); with a baseline phase `period`; where the plan weights by it `model_correct` (true for every
        second item); the plan's covariates, which are standard normal by person and explain nothing.
    """
    seen = _items_seen(design, participants, items, rng)
    group = _groups(design, participants, items, rng)
    logits = np.array(list(assumed.logits(design).values()))
    people, things = _effects(design, assumed.variances, participants, int(seen.max()) + 1, rng)
    parts = [_period(logits[group], seen, group, people, things, rng, is_after=True)]
    if design.has_baseline:
        before = _items_before(design, seen, participants, rng)
        same = np.full(before.shape, design.groups.index(design.plan.reference))
        parts.insert(0, _period(logits[same], before, same, people, things, rng, is_after=False))
    stays = _answered(design, assumed, group, [part.item.shape[1] for part in parts], rng)
    tables = [_table(design, part, group, kept) for part, kept in zip(parts, stays, strict=True)]
    if design.has_baseline:
        tables = [table.assign(period=name) for table, name in zip(tables, PERIODS, strict=True)]
        tables[0] = tables[0][tables[0]["participant"].isin(tables[1]["participant"])]
    return _with_columns(design, pd.concat(tables, ignore_index=True), participants, rng)


@dataclass(frozen=True)
class _Part:
    """The trials of one period, each array of shape (people, items)."""

    item: Ints
    right: Bools
    place: Ints  # from 0, in the person's own order


@dataclass(frozen=True)
class _Effects:
    """Random effects: `level` of shape (n,), `slopes` of shape (n, groups), `change` of shape (n,)."""

    level: Floats
    slopes: Floats
    change: Floats


def _items_seen(design: Design, participants: int, items: int, rng: np.random.Generator) -> Ints:
    if design.pool is None:
        return np.tile(np.arange(items), (participants, 1))
    return np.argsort(rng.random((participants, design.pool)), axis=1)[:, :items]


def _items_before(design: Design, seen: Ints, participants: int, rng: np.random.Generator) -> Ints:
    """Return the items of the baseline phase: those of the test, or others with numbers below zero."""
    if design.same_items:
        return seen
    return np.tile(-1 - np.arange(design.baseline_items or seen.shape[1]), (participants, 1))


def _groups(design: Design, participants: int, items: int, rng: np.random.Generator) -> Ints:
    """Return the number of each trial's group: the person's, or drawn for each trial in equal shares."""
    if design.is_within:
        balanced = (np.arange(items) + rng.integers(len(design.groups), size=(participants, 1))) % len(
            design.groups
        )
        return rng.permuted(balanced, axis=1)
    of_person = rng.permutation(np.repeat(np.arange(len(design.groups)), design.sizes(participants)))
    return np.tile(of_person[:, None], (1, items))


def _effects(
    design: Design, sd: Variances, participants: int, things: int, rng: np.random.Generator
) -> tuple[_Effects, _Effects]:
    extra = design.baseline_items or 0  # items of the baseline phase alone stand at the end
    groups = len(design.groups)
    own = sd.participant_slope
    people = _Effects(
        rng.normal(0, sd.participant, participants),
        _deviations(rng, participants, groups, own if design.is_within else 0.0),
        rng.normal(0, own / 2 if design.has_baseline else 0.0, participants),
    )
    n = things + extra
    item = _Effects(rng.normal(0, sd.item, n), _deviations(rng, n, groups, sd.item_slope), np.zeros(n))
    return people, item


def _deviations(rng: np.random.Generator, n: int, groups: int, slope: float) -> Floats:
    """Draw deviations that add up to zero over the groups, any two of them differing with this SD."""
    drawn = rng.normal(0, slope / sqrt(2), (n, groups))
    return drawn - drawn.mean(axis=1, keepdims=True)


def _period(
    logits: Floats,
    item: Ints,
    group: Ints,
    people: _Effects,
    things: _Effects,
    rng: np.random.Generator,
    *,
    is_after: bool,
) -> _Part:
    person = np.arange(len(item))[:, None]
    eta = logits + people.level[:, None] + things.level[item]
    eta = eta + people.slopes[person, group] + things.slopes[item, group]
    eta = eta + (people.change if is_after else -people.change)[:, None]
    right = rng.random(eta.shape) < special.expit(eta)
    return _Part(item, right, np.argsort(rng.random(eta.shape), axis=1))


def _answered(
    design: Design, assumed: Assumptions, group: Ints, lengths: list[int], rng: np.random.Generator
) -> list[Ints]:
    """Return how many trials of each period each person answers, one array of shape (people,) per period."""
    reference = design.groups.index(design.plan.reference)
    shares = np.array([assumed.drop_out.get(name, 0.0) for name in design.groups])
    share = np.full(len(group), shares[reference]) if design.is_within else shares[group[:, 0]]
    total = sum(lengths)
    leaves = rng.random(len(group)) < share
    answered = np.where(leaves, rng.integers(0, total, len(group)), total)
    counts = []
    for length in lengths:
        counts.append(np.minimum(answered, length))
        answered = answered - counts[-1]
    return counts


def _table(design: Design, part: _Part, group: Ints, kept: Ints) -> pd.DataFrame:
    people, length = part.item.shape
    inside = (part.place < kept[:, None]).ravel()
    arms = np.array(design.groups, dtype=object)
    of_trial = group if group.shape == part.item.shape else np.tile(group[:, :1], (1, length))
    return pd.DataFrame(
        {
            "participant": np.repeat(np.arange(people), length)[inside],
            "item": part.item.ravel()[inside],
            "arm": pd.Series(arms[of_trial.ravel()[inside]], dtype="str"),
            "value": part.right.ravel()[inside].astype(float),
            "trial": part.place.ravel()[inside] + 1,
        }
    )


def _with_columns(
    design: Design, trials: pd.DataFrame, participants: int, rng: np.random.Generator
) -> pd.DataFrame:
    if design.plan.items == "natural":
        trials = trials.assign(model_correct=pd.array(trials["item"] % 2 == 0, dtype="boolean"))
    for name in design.plan.covariates:
        if name not in trials.columns:
            trials = trials.assign(**{name: rng.standard_normal(participants)[trials["participant"]]})
    return trials
