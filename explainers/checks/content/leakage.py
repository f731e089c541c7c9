"""How well a simple predictor guesses the output from the explanation alone."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ...bundle import Check
from ...bundle.manifest import Verdict
from ...draws import shuffled
from ..scores import FEWEST_FOR_LEAKAGE, Score
from ..verdicts import QUANTILE, Interval, interval_of_mean, interval_of_share, said
from .base import Explained
from .features import features

MOST = 2000  # explanations: more are drawn by seed
PENALTY = 0.1  # of the ridge, as a share of the mean of the kernel's diagonal
LEVEL = 0.01
NEAR_PERFECT = 0.95
MARGIN = 0.1  # a gain on what is given anyway that is no leak yet


@dataclass(frozen=True)
class Found:
    """How much is guessed from the explanation, and its gain on what is given anyway."""

    share: float
    interval: Interval | None
    gain: Interval | None
    surprise: float  # p

    @property
    def tells(self) -> bool:
        return self.surprise < LEVEL


def leakage(explained: Explained) -> Iterator[Check | Score]:
    """Share of outputs that a ridge classifier guesses from the other items' explanations; `leaks` 1 or 0 for each.

    The predictor sees words, weights of words and fields, colours of maps and pixels of examples, never the
    item itself, and is tried on items that it has not learned from (leave one out, in closed form). For
    numbers it is the share of variance foretold. What is given anyway is what the same predictor guesses from the
    item itself, because a map that lies over a picture has its shape, or the most frequent output (of numbers:
    their mean), whichever is more. Both are compared item by item: it tells where the explanation gains on it in a
    one-sided test at level 0.01, McNemar's exact one for labels and Wilcoxon's of the squared errors for numbers.
    An explainer that says it reveals nothing fails where the gain's interval lies above 0.1 as well, and one that
    says it does so partly where the share's interval lies above 0.95. It passes where the gain's interval reaches
    no more than 0.1 or, if it reveals the output partly, the share's no more than 0.95; else it cannot be told.
    These limits are ours.
    Source: leakage in the sense of Hase, Zhang, Xie and Bansal (2020), "Leakage-Adjusted Simulatability",
    Findings of EMNLP; the predictor is ours. McNemar (1947), "Note on the sampling error of the difference between
    correlated proportions or percentages", Psychometrika 12.
    """
    items = shuffled(range(len(explained.items)), 0, "items of leakage")[:MOST]
    if len(items) < FEWEST_FOR_LEAKAGE:
        return
    seen = features([explained.parts_of(explained.items[place]) for place in items])
    outputs = [explained.outputs[place] for place in items]
    plain = features([explained.input_of(explained.items[place]) for place in items])
    if not explained.labels:
        yield _of_numbers(explained, seen, plain, np.array(outputs, dtype=float))
        return
    right = guessed(seen, outputs)
    yield _of_labels(explained, outputs, right, guessed(plain, outputs))
    for place, hit in zip(items, right, strict=True):
        where = (explained.explainer, explained.model, explained.target, explained.items[place])
        yield Score(*where, "leaks", float(hit))


def guessed(seen: np.ndarray, outputs: list[str]) -> list[bool]:
    """Which outputs the predictor guesses from features (N, D), each without having seen its own."""
    classes = sorted(set(outputs))
    truths = np.array([[1.0 if output == label else -1.0 for label in classes] for output in outputs])
    guesses = left_out(seen, truths).argmax(axis=1)
    return [classes[guess] == output for guess, output in zip(guesses, outputs, strict=True)]


def left_out(seen: np.ndarray, truths: np.ndarray) -> np.ndarray:
    """Ridge predictions (N, K) of each row by all others, from features (N, D) and targets (N, K).

    Source: the closed form of leave-one-out, e.g. Rifkin and Lippert (2007), "Notes on Regularized Least
    Squares": y − (G⁻¹ y) / diag(G⁻¹), with G = K + λ I.
    """
    centred = seen - seen.mean(axis=0) if seen.shape[1] else np.zeros((len(seen), 1))
    kernel = centred @ centred.T + 1.0  # + 1: a mean of its own
    inverse = np.linalg.inv(kernel + PENALTY * max(float(np.diag(kernel).mean()), 1.0) * np.eye(len(seen)))
    return truths - (inverse @ truths) / np.diag(inverse)[:, None]


def _of_labels(explained: Explained, outputs: list[str], right: list[bool], by_item: list[bool]) -> Check:
    count, (label, usual) = len(outputs), Counter(outputs).most_common(1)[0]
    given = by_item if sum(by_item) >= usual else [output == label for output in outputs]
    only = sum(hit and not anyway for hit, anyway in zip(right, given, strict=True))
    lost = sum(anyway and not hit for hit, anyway in zip(right, given, strict=True))
    found = Found(
        share=float(np.mean(right)),
        interval=interval_of_share(sum(right), count),
        gain=interval_of_gain(only, lost, count),
        surprise=float(stats.binomtest(only, only + lost, alternative="greater").pvalue)
        if only + lost
        else 1.0,
    )
    told = (
        f"Share of {count} outputs that a simple predictor guesses from the explanation alone; from the item it "
        f"guesses {np.mean(by_item):.3f}, the most frequent output has {usual / count:.3f}."
    )
    return _check(explained, count, found, told)


def _of_numbers(explained: Explained, seen: np.ndarray, plain: np.ndarray, outputs: np.ndarray) -> Check:
    gaps, of_item, of_mean = (squared_gaps(one, outputs) for one in (seen, plain, seen[:, :0]))
    spread = float(((outputs - outputs.mean()) ** 2).sum())
    share, item = (1 - float(found.sum()) / spread if spread else 0.0 for found in (gaps, of_item))
    given = of_item if item > 0 else of_mean
    better = given - gaps
    found = Found(
        share=share,
        interval=interval_of_foretold(gaps, outputs),
        gain=interval_of_foretold(gaps, outputs, given),
        surprise=float(stats.wilcoxon(better, alternative="greater").pvalue) if better.any() else 1.0,
    )
    told = (
        f"Share of the variance of {len(outputs)} outputs that a simple predictor foretells "
        f"from the explanation alone; from the item it foretells {item:.3f}, below 0 is worse than their mean."
    )
    return _check(explained, len(outputs), found, told)


def _check(explained: Explained, count: int, found: Found, told: str) -> Check:
    gain = f", gain {found.gain.low:.3f} to {found.gain.high:.3f}" if found.gain else ""
    return Check(
        name="leakage",
        explainer=explained.explainer,
        model=explained.model,
        value=round(found.share, 4),
        passed=not (found.tells and _is_hidden(explained, found.share)),
        **said(count, found.interval, _verdict(explained.reveals_output, found)),
        meaning=(
            f"{told} {'More' if found.tells else 'Not clearly more'} than these "
            f"(p = {found.surprise:.3g}, level {LEVEL}{gain}); "
            f"the explainer says that it reveals the output: {explained.reveals_output}. Target: {explained.target}."
        ),
    )


def squared_gaps(seen: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Squared errors (N,) of outputs that are foretold from features (N, D), each without its own."""
    spread = outputs - outputs.mean()
    gaps: np.ndarray = (spread - left_out(seen, spread[:, None])[:, 0]) ** 2
    return gaps


def interval_of_gain(only: int, lost: int, count: int) -> Interval:
    """Interval of the difference of two shares over the same items, of which `only` are hit by the first alone
    and `lost` by the second alone; never of no width.

    Source: Agresti and Min (2005), "Simple improved confidence intervals for comparing matched proportions",
    Statistics in Medicine 24: Wald's interval after half an item is added to each of the four cells.
    """
    first, second, of = only + 0.5, lost + 0.5, count + 2
    reach = QUANTILE * math.sqrt((first + second) - (first - second) ** 2 / of) / of
    middle = (first - second) / of
    return Interval(max(middle - reach, -1.0), min(middle + reach, 1.0))


def interval_of_foretold(
    gaps: np.ndarray, outputs: np.ndarray, given: np.ndarray | None = None
) -> Interval | None:
    """Interval of the share of variance foretold, from squared errors (N,) and outputs (N,).

    With the squared errors `given` of another predictor, of how much more is foretold than by that one. It is
    that of the mean of each item's part in the share, to first order: the share is a ratio of two means. None
    for outputs that are all the same.
    Source: the variance of a ratio, e.g. Cochran (1977), "Sampling Techniques", section 6.3.
    """
    squares = (outputs - outputs.mean()) ** 2
    if not squares.any():
        return None
    errors, most = (gaps - squares, 1.0) if given is None else (gaps - given, math.inf)
    share = -errors.mean() / squares.mean()
    parts = share - (errors + share * squares) / squares.mean()
    return interval_of_mean([float(part) for part in parts], within=(-math.inf, most))


def _verdict(reveals: str, found: Found) -> Verdict:
    """Does it give the output away, more than it says and more than what is given anyway?"""
    if reveals == "yes":
        return "passes"
    if found.interval is None or found.gain is None:
        return "unclear"
    if found.gain.high <= MARGIN:
        return "passes"
    if reveals == "no":
        return "fails" if found.tells and found.gain.low > MARGIN else "unclear"
    if found.interval.high <= NEAR_PERFECT:
        return "passes"
    return "fails" if found.tells and found.interval.low > NEAR_PERFECT else "unclear"


def _is_hidden(explained: Explained, share: float) -> bool:
    """Does the explainer say that so much cannot be guessed?"""
    return explained.reveals_output == "no" or (
        explained.reveals_output == "partly" and share >= NEAR_PERFECT
    )
