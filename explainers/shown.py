"""What an explainer gave, looked at before it is kept: it may be a class of the researcher's own."""

from collections.abc import Iterable, Iterator

from .base import Explainer, Shown
from .bundle.contents import content_of
from .errors import ExplainersError


def sound_answer(explainer: Explainer, answers: Iterator[tuple[Shown, ...]]) -> tuple[Shown, ...]:
    """The next answer, if its parts are those that the explainer declares, with content that a bundle can hold."""
    answer: object = next(answers, None)
    if answer is None:
        raise ExplainersError("it made nothing for this item. Allowed: one answer for each question.")
    shown = tuple(answer) if isinstance(answer, Iterable) else ()
    made = [one.part if isinstance(one, Shown) else f"a {type(one).__name__}" for one in shown]
    if made != list(explainer.parts):
        told = (
            f"parts {', '.join(made) or 'none'}"
            if isinstance(answer, Iterable)
            else f"a {type(answer).__name__}"
        )
        raise ExplainersError(
            f"it made {told}. Allowed: a tuple of the parts {', '.join(explainer.parts)}, as it declares."
        )
    for one in shown:
        _require_content(one)
    return shown


def _require_content(shown: Shown) -> None:
    if not isinstance(shown.content, bytes):
        raise ExplainersError(
            f'part "{shown.part}" has content of type {type(shown.content).__name__}. Allowed: bytes.'
        )
    try:
        content_of(shown.content)
    except ValueError as error:
        raise ExplainersError(
            f'part "{shown.part}" {error}. Allowed: a picture or JSON, as explainers.rendering makes them.'
        ) from error


def require_end(answers: Iterator[tuple[Shown, ...]]) -> None:
    """Refuse more answers than there were questions."""
    if next(answers, None) is not None:
        raise ExplainersError("it made more than one answer for each question. Allowed: one for each.")
