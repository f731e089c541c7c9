"""Which explanations a check looks at, and their relevance."""

from dataclasses import replace

from torch import Tensor, nn

from ..asking import asked_of
from ..base import Context, MapExplainer, Question
from ..data.base import Case
from ..draws import question_seed, shuffled
from ..errors import BadParameters
from .base import Subject

ROUNDING = 1e-6  # of the largest relevance


def questions_of(subject: Subject) -> list[Question]:
    """The questions that a check asks: as many as the budget allows, drawn by its seed, as the bundle asks them.

    They are about the first target of the explainer's use.
    """
    use, target = subject.use, subject.use.targets[0]
    drawn = shuffled(_explained(subject), subject.budget.seed, "items of checks")[: subject.budget.items]
    return [
        Question(case, target, question_seed(use.seed, use.name, subject.model.name, target, case.item))
        for case in drawn
    ]


def looks_at_all(subject: Subject) -> bool:
    """Does the budget cover every explanation that people can be shown, so that none has to stand for others?"""
    return len(_explained(subject)) <= subject.budget.items and len(subject.use.targets) == 1


def context_of(subject: Subject, model: nn.Module | None = None) -> Context:
    """What the explainer is given, with its own seed, and with another model where one is given."""
    context = replace(subject.context, seed=subject.use.seed)
    return replace(context, model=model) if model is not None else context


def map_of(subject: Subject) -> MapExplainer:
    """The explainer that is asked about, which gives relevance."""
    if not isinstance(subject.method, MapExplainer):
        raise BadParameters(f'explainer "{subject.explainer}" gives no relevance of an input\'s parts.')
    return subject.method


def relevance(subject: Subject, question: Question) -> Tensor:
    """Relevance of the question's input for the model as it is; computed once for all checks."""
    return subject.relevances.of(subject.explainer, map_of(subject), question, context_of(subject))


def has_sign(subject: Subject) -> bool:
    """Does any of its relevance speak against an output? Else it tells how much parts matter, not which way.

    A value below zero is one that no rounding makes. Maps without anything on them say neither, and count as signed.
    """
    found = [relevance(subject, question) for question in questions_of(subject)]
    largest = max((float(values.abs().max()) for values in found if values.numel()), default=0.0)
    return not largest or any(bool((values < -ROUNDING * largest).any()) for values in found)


def maps_of(subject: Subject) -> list[str]:
    """Names of the explainers that give relevance of inputs of items."""
    return [name for name, method in subject.explainers.items() if isinstance(method, MapExplainer)]


def is_placebo(subject: Subject) -> bool:
    """Is the explainer meant to tell nothing? Then it cannot fail by telling nothing."""
    return subject.method.taxonomy["form"] == "placebo"


def limit_for(subject: Subject, limit: float) -> float | None:
    """The limit, unless the explainer is a placebo, of which nothing is asked."""
    return None if is_placebo(subject) else limit


def flat(values: Tensor) -> Tensor:
    """Sizes of relevance: (H, W), the largest over the channels, for a picture; (D,) for other inputs."""
    sizes = values.detach().abs()
    return sizes.amax(dim=0) if sizes.ndim == 3 else sizes


def _explained(subject: Subject) -> list[Case]:
    return asked_of(subject.use, subject.method, subject.context.cases)
