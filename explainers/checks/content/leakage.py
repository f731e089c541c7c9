"""How well a simple predictor guesses the output from the explanation alone."""

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np
from scipy import stats

from ...bundle import Check
from ...bundle.manifest import Verdict
from ...draws import shuffled
from ..scores import FEWEST_FOR_LEAKAGE, Score
from ..verdicts import Interval, interval_of_mean, interval_of_share, said
from .base import Explained
from .features import features

MOST = 2000  # explanations: more are drawn by seed
PENALTY = 0.1  # of the ridge, as a share of the mean of the kernel's diagonal
LEVEL = 0.01
NEAR_PERFECT = 0.95
MARGIN = 0.1  # above what the item gives: so far the interval may reach where no leak is shown


def leakage(explained: Explained) -> Iterator[Check | Score]:
    """Share of outputs that a ridge classifier guesses from the other items' explanations; `leaks` 1 or 0 for each.

    The predictor sees words, weights of words and fields, colours of maps and pixels of examples, never the
    item itself, and is tried on items that it has not learned from (leave one out, in closed form). For
    numbers it is the share of variance foretold. It tells where the share is above both that of the most
    frequent output (of numbers: of their mean) and that of the same predictor given the item itself, because
    a map that lies over a picture has its shape: a one-sided test at level 0.01, binomial for labels, and
    for numbers Wilcoxon's of the squared errors item by item. An explainer that says it reveals nothing
    then fails, and one that says it does so partly where the share's interval lies above 0.95 as well. It passes where
    the interval reaches no more than 0.1 above what the item gives, or, if it reveals the output partly, no more
    than 0.95; else it cannot be told. These limits are ours.
    Source: leakage in the sense of Hase, Zhang, Xie and Bansal (2020), "Leakage-Adjusted Simulatability",
    Findings of EMNLP; the predictor is ours.
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
    yield _of_labels(explained, outputs, right, float(np.mean(guessed(plain, outputs))))
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


def _of_labels(explained: Explained, outputs: list[str], right: list[bool], plain: float) -> Check:
    share, count = float(np.mean(right)), len(outputs)
    usual = Counter(outputs).most_common(1)[0][1] / count
    surprise = float(stats.binom.sf(sum(right) - 1, count, max(usual, plain)))
    tells, interval = surprise < LEVEL, interval_of_share(sum(right), count)
    return Check(
        name="leakage",
        explainer=explained.explainer,
        model=explained.model,
        value=round(share, 4),
        passed=not (tells and _is_hidden(explained, share)),
        **said(count, interval, _verdict(explained, interval, max(usual, plain), tells)),
        meaning=(
            f"Share of {count} outputs that a simple predictor guesses from the explanation alone; from the item it "
            f"guesses {plain:.3f}, the most frequent output has {usual:.3f}. "
            f"{'More' if tells else 'No more'} than these (p = {surprise:.3g}); "
            f"the explainer says that it reveals the output: {explained.reveals_output}. Target: {explained.target}."
        ),
    )


def _of_numbers(explained: Explained, seen: np.ndarray, plain: np.ndarray, outputs: np.ndarray) -> Check:
    gaps, of_item, of_mean = (squared_gaps(one, outputs) for one in (seen, plain, seen[:, :0]))
    spread = float(((outputs - outputs.mean()) ** 2).sum())
    share, item = (1 - float(found.sum()) / spread if spread else 0.0 for found in (gaps, of_item))
    better = (of_item if item > 0 else of_mean) - gaps
    surprise = float(stats.wilcoxon(better, alternative="greater").pvalue) if better.any() else 1.0
    tells, interval = surprise < LEVEL, interval_of_foretold(gaps, outputs)
    return Check(
        name="leakage",
        explainer=explained.explainer,
        model=explained.model,
        value=round(share, 4),
        passed=not (tells and _is_hidden(explained, share)),
        **said(len(outputs), interval, _verdict(explained, interval, max(item, 0.0), tells)),
        meaning=(
            f"Share of the variance of {len(outputs)} outputs that a simple predictor foretells "
            f"from the explanation alone; from the item it foretells {item:.3f}, below 0 is worse than their mean. "
            f"{'More' if tells else 'No more'} than these (p = {surprise:.3g}); "
            f"the explainer says that it reveals the output: {explained.reveals_output}. Target: {explained.target}."
        ),
    )


def squared_gaps(seen: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Squared errors (N,) of outputs that are foretold from features (N, D), each without its own."""
    spread = outputs - outputs.mean()
    gaps: np.ndarray = (spread - left_out(seen, spread[:, None])[:, 0]) ** 2
    return gaps


def interval_of_foretold(gaps: np.ndarray, outputs: np.ndarray) -> Interval | None:
    """Interval of the share of variance foretold, from squared errors (N,) and outputs (N,).

    That of the mean of each item's part in the share, to first order: the share is a ratio of two means.
    Source: the variance of a ratio, e.g. Cochran (1977), "Sampling Techniques", section 6.3.
    """
    squares = (outputs - outputs.mean()) ** 2
    if not squares.any():
        return None
    ratio = gaps.mean() / squares.mean()
    parts = 1 - ratio - (gaps - ratio * squares) / squares.mean()
    return interval_of_mean([float(part) for part in parts], within=(-math.inf, 1.0))


def _verdict(explained: Explained, interval: Interval | None, given: float, tells: bool) -> Verdict:
    """Does it give the output away, more than it says and more than what is `given` anyway?"""
    if explained.reveals_output == "yes":
        return "passes"
    if interval is None:
        return "unclear"
    least = given if explained.reveals_output == "no" else NEAR_PERFECT
    if tells and interval.low > least:
        return "fails"
    return "passes" if interval.high <= max(given + MARGIN, least) else "unclear"


def _is_hidden(explained: Explained, share: float) -> bool:
    """Does the explainer say that so much cannot be guessed?"""
    return explained.reveals_output == "no" or (
        explained.reveals_output == "partly" and share >= NEAR_PERFECT
    )
