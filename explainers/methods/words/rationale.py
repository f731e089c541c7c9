"""An attribution told in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from torch import Tensor

from ...base import EVERY_KIND, Context, MapExplainer, Question, Reveals, Shown
from ...errors import BadParameters
from ...rendering import parts
from ...rendering.base import Drawer
from ..intrinsic.plain import with_unit
from ..wrapping import Wrapping, tell
from .evidence import CLEAR, SLIGHT, Evidence, evidence_of, told_parts, told_rest


@dataclass(frozen=True)
class Rationale(Wrapping):
    """What speaks for a label and against its rival, in plain words, read off another explainer's weights.

    The rival of the model's answer is the runner-up, that of any other label the model's answer. A part's weight is its
    relevance for the label minus its relevance for the rival. Named are the at most `most` parts of
    largest weight that have at least the share `least` of all weight; strongly, weakly, clearly and
    slightly stand for shares of the weights, and what is not named is counted. Weights that have no
    sign (none is below zero, for either label) are told as what mattered, for or against nothing. So
    nothing is said that the attribution does not carry; how right it is, the words cannot tell either.
    Source: Ehsan, Tambwekar, Chan, Harrison and Riedl (2019), "Automated Rationale Generation", for
    rationales to people; templates filled from weights instead of a language model are ours.
    """

    most: int = 4
    least: float = 0.05

    name: ClassVar[str] = "rationale"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "After Ehsan, Tambwekar, Chan, Harrison and Riedl (2019), Automated Rationale Generation: A "
        "Technique for Explainable AI and its Effects on Human Perceptions, IUI"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-specific",
        "form": "text",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "yes"
    needs_a_map: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.most < 1 or not 0 <= self.least < 1:
            given = f"most is {self.most}, least is {self.least}"
            raise BadParameters(f"rationale: {given}. Allowed: most 1 or more, least from 0 to below 1.")
        tell(self, is_random=self.wrapped.is_random)

    @property
    def parts(self) -> tuple[str, ...]:
        return ("rationale",)

    def normalisation(self, drawer: Drawer) -> str:
        return (
            f"At most {self.most} parts are named, each with {self.least:.0%} of all weight or more; "
            "strongly means 30% of it or more, weakly less than 12%."
        )

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        for question in questions:
            evidence = contrasted(self.of_map, question, context)
            named = evidence.named(self.most, self.least)
            yield (
                Shown(
                    part="rationale",
                    content=parts.text("\n\n".join(self._sentences(evidence, question, context))),
                    caption="Why the model says so",
                    alt="The model's reasons in words",
                    seed=question.seed if self.is_random else None,
                    checks={
                        "balance": round(evidence.balance, 6),
                        "named": len(named),
                        "share_named": round(sum(map(evidence.share, named)), 6),
                    },
                ),
            )

    def _sentences(self, evidence: Evidence, question: Question, context: Context) -> Iterator[str]:
        named = evidence.named(self.most, self.least)
        yield opening(question, context)
        if not evidence.weighed:
            yield f"By this account, no {evidence.thing[0]} made a difference."
            return
        yield from reasons(evidence, named, context)
        if evidence.has_signs and context.data.labels:
            yield weighing(evidence.balance)


def contrasted(explainer: MapExplainer, question: Question, context: Context) -> Evidence:
    """Evidence for the question's label against its rival; for a number, for more of it."""
    own = explainer.relevance_of(question, context)
    if not context.data.labels:
        return evidence_of(question.case, own, context.data, has_signs=_has_signs(own))
    other = explainer.relevance_of(replace(question, target=f"class:{rival(question, context)}"), context)
    if not _has_signs(own) and not _has_signs(other):
        return evidence_of(question.case, own, context.data, has_signs=False)
    return evidence_of(question.case, own - other, context.data)


def rival(question: Question, context: Context) -> str:
    """The label that the question's label is compared with."""
    prediction, labels = context.predictions[question.case.item], context.data.labels
    index = _index(question, context)
    return labels[prediction.runner_up if index == prediction.index else prediction.index]


def opening(question: Question, context: Context) -> str:
    """What the model says, and what it is compared with."""
    prediction, data = context.predictions[question.case.item], context.data
    if not data.labels:
        return f"The model says: {with_unit(prediction.value or 0.0, data)}."
    label, other = data.labels[_index(question, context)], rival(question, context)
    if label == prediction.label:
        return f"The model says “{label}”; the next likeliest was “{other}”."
    return f"The model says “{other}”. This is about “{label}”."


def reasons(evidence: Evidence, named: Sequence, context: Context) -> Iterator[str]:
    """What is named, by side, and how much is not."""
    raises = not context.data.labels
    sides = ("raising it", "lowering it") if raises else ("for it", "against it")
    if not named:
        yield f"No single {evidence.thing[0]} stands out."
    elif not evidence.has_signs:
        yield f"What mattered most: {told_parts(evidence, named)}."
        yield "This account cannot tell what speaks for it and what against."
    else:
        heads = (
            ("What raises it", "What lowers it")
            if raises
            else ("What speaks for it", "What speaks against it")
        )
        for head, sign in zip(heads, (1, -1), strict=True):
            if side := [one for one in named if one.weight * sign > 0]:
                yield f"{head}: {told_parts(evidence, side)}."
    yield told_rest(evidence, named, sides)


def weighing(balance: float) -> str:
    """For against against, as certain as the weights are one-sided."""
    if balance <= 0:
        return "Taken together, this does not speak for it."
    if balance < SLIGHT:
        return "Taken together, this speaks for it, but only slightly."
    return f"Taken together, this speaks {'clearly ' if balance >= CLEAR else ''}for it."


def _index(question: Question, context: Context) -> int:
    return context.index_of(question.case, question.target)


def _has_signs(relevance: Tensor) -> bool:
    return bool((relevance < 0).any())
