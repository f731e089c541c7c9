"""From the answers of one person to the score of a scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from protocol.schema.instruments import Instrument, ScaleItem


def score(instrument: Instrument, answers: Mapping[str, float | None]) -> float | None:
    """Return the score of one person on a scale, in the scale's own units.

    Reverse items are turned round (minimum + maximum − answer); then the mean or the sum of all items is
    taken, as `instrument.score` says.

    Parameters
    ----------
    instrument : the scale
    answers : item name → number as given, in [minimum, maximum]; None where the item was left open

    Returns
    -------
    The score; None where any item has no answer. The bundled scales' papers give no rule for open items, so
    none is imputed and no mean is taken over fewer items: that would be the score of another scale. The
    single answers stay in the export.

    Raises
    ------
    ValueError : an answer is outside the scale, or to an item that the scale does not have.

    Source
    ------
    Summated ratings with reverse-worded items: Likert (1932), "A Technique for the Measurement of Attitudes".
    """
    return _score(instrument, instrument.items, answers)


def subscale_scores(instrument: Instrument, answers: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return the score of each subscale by the same rule, in the scale's order; empty where it has none."""
    names = dict.fromkeys(item.subscale for item in instrument.items if item.subscale)
    return {
        name: _score(instrument, [i for i in instrument.items if i.subscale == name], answers)
        for name in names
    }


def _score(
    instrument: Instrument, items: Sequence[ScaleItem], answers: Mapping[str, float | None]
) -> float | None:
    _check(instrument, answers)
    turned: list[float] = []
    for item in items:
        answer = answers.get(item.name)
        if answer is None:
            return None
        turned.append(instrument.minimum + instrument.maximum - answer if item.reverse else answer)
    return sum(turned) if instrument.score == "sum" else sum(turned) / len(turned)


def _check(instrument: Instrument, answers: Mapping[str, float | None]) -> None:
    known = [item.name for item in instrument.items]
    for name, answer in answers.items():
        if name not in known:
            raise ValueError(
                f'Instrument "{instrument.name}" has no item "{name}". Items: {", ".join(known)}.'
            )
        if answer is not None and not instrument.minimum <= answer <= instrument.maximum:
            raise ValueError(
                f'Item "{name}" of "{instrument.name}" was answered {answer}; '
                f"{instrument.minimum} to {instrument.maximum} is allowed."
            )
