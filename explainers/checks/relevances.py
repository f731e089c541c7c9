"""Relevance that one check has asked for and the next one asks for again."""

from torch import Tensor

from ..base import Context, MapExplainer, Question


class Relevances:
    """Relevance of one explainer for one unchanged model, by item and target.

    That of the last explainer and model alone is kept, so that memory stays that of the items of one budget.
    What is given must not be changed.
    """

    def __init__(self) -> None:
        self._about: tuple[str, str, int] | None = None
        self._found: dict[tuple[str, str, int], Tensor] = {}

    def of(self, name: str, explainer: MapExplainer, question: Question, context: Context) -> Tensor:
        """Relevance of the question's input by the explainer that has that name in the bundle."""
        about = (name, context.model_name, id(context.model))
        if about != self._about:
            self._about, self._found = about, {}
        asked = (question.case.item, question.target, question.seed)
        if asked not in self._found:
            self._found[asked] = explainer.relevance_of(question, context)
        return self._found[asked]
