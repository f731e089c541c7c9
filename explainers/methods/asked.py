"""Which output a question is about, for explainers that also answer where none is named."""

from ..base import Context, Question


def index_or_own(question: Question, context: Context) -> int:
    """Number of the target's output; for the target `none`, of the model's own answer (0 where it is a number)."""
    if question.target == "none":
        return context.predictions[question.case.item].index
    return context.index_of(question.case, question.target)
