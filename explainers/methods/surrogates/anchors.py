"""Anchors: a rule that is enough for the model's output."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import torch
from torch import Tensor

from ...base import EVERY_KIND, Context, Explainer, Question, Reveals, Shown
from ...data.base import Case
from ...errors import BadParameters
from ...models.looking import outputs_of
from ...rendering import parts
from ...rendering.base import Drawer
from .anchor_sampling import (
    ImageSurroundings,
    ReplaceBy,
    Surroundings,
    TableSurroundings,
    TextSurroundings,
    WordedSurroundings,
    agreeing,
    spoken_in,
    words_of,
)
from .anchor_search import Anchor, AnchorSearch, Rule
from .segments import Segmentation, segments_of

FADED = 0.15  # of a picture's contrast: what is left where the rule says nothing


@dataclass(frozen=True)
class Anchors(Explainer):
    """A rule that the item meets, and of whose cases the model answers nearly all as it answers the item.

    The rule is sought by beam search with bounds on its precision (see `AnchorSearch` for `precision` …
    `fresh`). Cases that meet it are drawn from the question's seed: see `TableSurroundings`,
    `TextSurroundings` (with `replaced` and `replace_by`) and `ImageSurroundings` (with about `regions`
    regions, `segmentation` saying of what kind). For a model that gives a number, an answer within the share
    `within` of the item's is the same. `tell` is whether the rule names the output, or the conditions are
    shown alone.

    Checks: `precision` on fresh draws, its lower bound `precision_low` (95 % sure at the default delta),
    `coverage`, how many `conditions`, and whether the wanted precision is `reached`; where no rule reaches
    it, the most precise one that was found is shown with the share that it does reach.
    Source: Ribeiro, Singh and Guestrin (2018), "Anchors: High-Precision Model-Agnostic Explanations".
    """

    precision: float = 0.95
    delta: float = 0.05
    epsilon: float = 0.15
    tolerance: float = 0.02
    beam: int = 4
    most: int = 4
    batch: int = 50
    budget: int = 40_000
    fresh: int = 1000
    replaced: float = 0.5
    replace_by: ReplaceBy = "words"
    segmentation: Segmentation = "grid"
    regions: int = 16
    within: float = 0.1
    tell: Literal["rule", "conditions"] = "rule"

    name: ClassVar[str] = "anchors"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Ribeiro, Singh and Guestrin (2018), Anchors: High-Precision Model-Agnostic Explanations, AAAI"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-agnostic",
        "form": "rule",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    is_random: ClassVar[bool] = True
    caption: ClassVar[str] = "A rule that fits here"
    short_of_it: ClassVar[str] = "The best rule that was found, which fits less well than asked"

    def __post_init__(self) -> None:
        shares = {"precision": self.precision, "delta": self.delta, "replaced": self.replaced}
        for name, value in (shares | {"epsilon": self.epsilon, "tolerance": self.tolerance}).items():
            if not 0 < value < 1 and not (name == "replaced" and value == 1):
                raise BadParameters(f"anchors: {name} is {value}. Allowed: between 0 and 1.")
        counts = {"beam": self.beam, "most": self.most, "batch": self.batch, "fresh": self.fresh}
        for name, count in (counts | {"budget": self.budget, "regions": self.regions}).items():
            if count < 1:
                raise BadParameters(f"anchors: {name} is {count}. Allowed: 1 or more.")

    @property
    def reveals_output(self) -> Reveals:  # type: ignore[override]
        return "yes" if self.tell == "rule" else "partly"

    @property
    def parts(self) -> tuple[str, ...]:
        return ("anchor",)

    def normalisation(self, drawer: Drawer) -> str:
        return "None: a rule in words; of a picture, what the rule does not need is grey."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        surroundings_of = self._surroundings(context)
        for question in questions:
            surroundings = surroundings_of(question.case)
            anchor = self.anchor(question, context, surroundings)
            yield (self._shown(question, context, surroundings, anchor),)

    def anchor(self, question: Question, context: Context, surroundings: Surroundings) -> Anchor:
        """The rule for one question."""
        generator = torch.Generator().manual_seed(question.seed)
        index, value = said(question, context)

        def draw(rule: Rule, times: int) -> int:
            outputs = outputs_of(context.model, surroundings.sample(rule, times, generator))
            return int(agreeing(outputs, index, value, self.within).sum())

        return self.search.find(draw, surroundings.conditions, surroundings.coverage)

    @property
    def search(self) -> AnchorSearch:
        """How rules are sought."""
        return AnchorSearch(
            self.precision,
            self.delta,
            self.epsilon,
            self.tolerance,
            self.beam,
            self.most,
            self.batch,
            self.budget,
            self.fresh,
        )

    def _surroundings(self, context: Context) -> Callable[[Case], ImageSurroundings | WordedSurroundings]:
        data = context.data
        if data.kind == "text":
            pool, texts = words_of(data), spoken_in(data)
            return lambda case: TextSurroundings(case, pool, texts, self.replace_by, self.replaced)
        if data.kind == "image":
            return lambda case: ImageSurroundings(
                case, data, segments_of(case.input, self.segmentation, self.regions)
            )
        return lambda case: TableSurroundings(case, data)

    def _shown(
        self,
        question: Question,
        context: Context,
        surroundings: ImageSurroundings | WordedSurroundings,
        anchor: Anchor,
    ) -> Shown:
        claim = f"{self._claim(question, context)} in at least {int(anchor.precision_low * 100)} of 100"
        if isinstance(surroundings, ImageSurroundings):
            content = picture_of(anchor.rule, surroundings, context)
            caption, alt = (
                f"Whatever the grey parts show, {claim} tries",
                f"{context.drawer.input_alt}, partly grey",
            )
        else:
            content = rule_of(surroundings.told(anchor.rule), f"{claim} similar cases", anchor.coverage)
            caption, alt = self.caption if anchor.reached else self.short_of_it, "A rule in words"
        checks = {
            "precision": round(anchor.precision, 6),
            "precision_low": round(anchor.precision_low, 6),
            "coverage": round(anchor.coverage, 6),
            "conditions": len(anchor.rule),
            "reached": int(anchor.reached),
        }
        return Shown("anchor", content, caption, alt, seed=question.seed, checks=checks)

    def _claim(self, question: Question, context: Context) -> str:
        if self.tell == "conditions":
            return "the model's answer is the same"
        index, value = said(question, context)
        data = context.data
        if value is None:
            return f"the model says “{data.labels[index]}”"
        ends = sorted((value * (1 - self.within), value * (1 + self.within)))
        low, high = (f"{end:,.{data.decimals}f}" for end in ends)
        return f"the model says {low} to {high} {data.unit}".strip()


def said(question: Question, context: Context) -> tuple[int, float | None]:
    """Number of the label that the rule is about: the target's, or the model's own; of a number, the number."""
    outputs = outputs_of(context.model, question.case.input.unsqueeze(0))
    if not context.data.labels:
        return 0, float(outputs[0, 0])
    if question.target in ("predicted", "none"):
        return int(outputs[0].argmax()), None
    return context.index_of(question.case, question.target), None


def rule_of(conditions: Sequence[str], conclusion: str, coverage: float) -> bytes:
    """The rule in words, and how often it applies."""
    share = round(coverage * 100)
    note = f"The rule fits {share if share else 'fewer than 1'} of 100 cases."
    return parts.rules([(conditions or ["it is any similar case"], conclusion)], note)


def picture_of(rule: Rule, surroundings: ImageSurroundings, context: Context) -> bytes:
    """The picture with all regions but the rule's in faded grey."""
    picture, kept = surroundings.case.input, torch.zeros(surroundings.conditions, dtype=torch.bool)
    kept[list(rule)] = True
    faded: Tensor = 0.5 + FADED * (picture.mean(dim=0, keepdim=True) - 0.5)
    shown = torch.where(kept.to(picture.device)[surroundings.regions], picture, faded)
    return context.drawer.input(replace(surroundings.case, input=shown), context.data)
