"""How well a simple predictor guesses the output from the explanation alone."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from scipy import stats

from ...bundle import Check
from ...draws import shuffled
from ..scores import Score
from .base import Explained
from .features import features

FEWEST, MOST = 8, 2000  # explanations: fewer tell nothing, more are drawn by seed
PENALTY = 0.1  # of the ridge, as a share of the mean of the kernel's diagonal
LEVEL = 0.01


def leakage(explained: Explained) -> Iterator[Check | Score]:
    """Share of outputs that a ridge classifier guesses from the other items' explanations; `leaks` 1 or 0 for each.

    The predictor sees words, weights of words and fields, colours of maps and pixels of examples, never the
    item itself, and is tried on items that it has not learned from (leave one out, in closed form). For
    numbers it is the share of variance foretold. An explainer that says it reveals nothing passes where the
    share is above neither that of the most frequent output nor that of the same predictor given the item
    itself (one-sided binomial test, level 0.01): a map that lies over a picture has its shape.
    Source: leakage in the sense of Hase, Zhang, Xie and Bansal (2020), "Leakage-Adjusted Simulatability",
    Findings of EMNLP; the predictor is ours.
    """
    items = shuffled(range(len(explained.items)), 0, "items of leakage")[:MOST]
    if len(items) < FEWEST:
        return
    seen = features([explained.parts_of(explained.items[place]) for place in items])
    outputs = [explained.outputs[place] for place in items]
    if not explained.labels:
        yield _of_numbers(explained, seen, np.array(outputs, dtype=float))
        return
    right = guessed(seen, outputs)
    plain = features([explained.input_of(explained.items[place]) for place in items])
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
    tells = surprise < LEVEL
    return Check(
        name="leakage",
        explainer=explained.explainer,
        model=explained.model,
        value=round(share, 4),
        passed=explained.reveals_output != "no" or not tells,
        meaning=(
            f"Share of {count} outputs that a simple predictor guesses from the explanation alone; from the item it "
            f"guesses {plain:.3f}, the most frequent output has {usual:.3f}. "
            f"{'More' if tells else 'No more'} than these (p = {surprise:.3g}); "
            f"the explainer says that it reveals the output: {explained.reveals_output}."
        ),
    )


def _of_numbers(explained: Explained, seen: np.ndarray, outputs: np.ndarray) -> Check:
    spread = outputs - outputs.mean()
    gaps = outputs - left_out(seen, spread[:, None])[:, 0] - outputs.mean()
    share = 1 - float(gaps @ gaps) / float(spread @ spread) if float(spread @ spread) else 0.0
    return Check(
        name="leakage",
        explainer=explained.explainer,
        model=explained.model,
        value=round(share, 4),
        passed=explained.reveals_output != "no" or share <= 0.25,
        meaning=(
            f"Share of the variance of {len(outputs)} outputs that a simple predictor foretells from the explanation "
            "alone; below 0 is worse than their mean. Where nothing is to be revealed, passed up to 0.25."
        ),
    )
