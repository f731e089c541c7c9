"""Concept activation vectors, with their test."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ...base import EVERY_KIND, Context, Explainer, Question, Reveals, Shown
from ...data.base import Data
from ...draws import small_seed
from ...errors import BadParameters
from ...models.concepts import Concept, natural_concepts
from ...models.looking import outputs_of
from ...rendering import parts
from ...rendering.base import Drawer
from .directions import Layer, slopes_at
from .significance import Score, corrected, score_of

FEWEST = 5  # examples of a concept


@dataclass(frozen=True)
class ConceptActivationVectors(Explainer):
    """Does more of a concept, as the model sees it, raise the explained output?

    In the outputs of `layer` a linear classifier tells `examples` training examples of a concept from as
    many others drawn at random. The score is the share of cases (up to `cases` training examples that
    the model answers as explained) whose output rises in the classifier's direction, its mean over
    `repeats` random counterparts; it is told with the interval that holds the middle 95 % of them.

    Whether the concept does more than chance is tested by the mean rise in its direction (which is the
    longer, the better the layer tells the concept) against that of `chance` random sets in its place, each
    with as many counterparts: the share of them at least as far from zero, two-sided, Holm-corrected over
    the concepts. The usual t-test of scores over counterparts
    takes repeats that share the concept's examples for independent ones: of random sets of digits it
    called half significant at 5 %. A concept that is not significant, or whose mean rise and score
    disagree, is said to do no more than chance, and gets neither score nor bar.

    Without `concepts`: much of each named feature of the table or picture that enough examples have.
    The explained output is not named: the table is the same for all items with the same one.
    Source: Kim, Wattenberg, Gilmer, Cai, Wexler, Viégas and Sayres (2018), "Interpretability Beyond
    Feature Attribution: Quantitative Testing with Concept Activation Vectors (TCAV)".
    """

    layer: str
    concepts: tuple[Concept, ...] = ()
    examples: int = 50
    repeats: int = 10
    chance: int = 299
    cases: int = 100
    pool: int = 1000
    ridge: float = 0.1
    alpha: float = 0.05

    name: ClassVar[str] = "concept-activation-vectors"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Kim, Wattenberg, Gilmer, Cai, Wexler, Viégas and Sayres (2018), Interpretability Beyond Feature "
        "Attribution: Quantitative Testing with Concept Activation Vectors (TCAV), ICML"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "global",
        "access": "model-specific",
        "form": "concepts",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "partly"  # the table is that of the explained output
    is_random: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if min(self.repeats, self.chance, self.cases) < 1 or self.examples < FEWEST or self.ridge <= 0:
            raise BadParameters(
                f"{self.name}: examples {self.examples}, repeats {self.repeats}, chance {self.chance}, cases "
                f"{self.cases}, ridge {self.ridge}. Allowed: {FEWEST} examples or more, the others above 0."
            )

    @property
    def parts(self) -> tuple[str, ...]:
        return ("concepts",)

    def normalisation(self, drawer: Drawer) -> str:
        return "A bar is the score's distance from one half, doubled; without one where it may be chance."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        study = _Study(self, context)
        known: dict[int, Shown] = {}
        for question in questions:
            index = context.index_of(question.case, question.target)
            if index not in known:
                known[index] = self._shown(study.scores(index), context.seed)
            yield (known[index],)

    def _shown(self, scores: Sequence[Score], seed: int) -> Shown:
        passed = corrected([score.chance for score in scores], self.alpha)
        sure = [one and score.is_one_way for one, score in zip(passed, scores, strict=True)]
        told = list(zip(scores, sure, strict=True))
        rows = [[score.name, _effect(score, is_sure)] for score, is_sure in told]
        bars = [(None, 2 * score.mean - 1 if is_sure else None) for score, is_sure in told]
        heads = ("Concept", "More of it (score from 0 to 1)")
        content = parts.table(heads, rows, emphasis=bars, scale=("lowers it", "raises it"))
        checks = {
            f"{what}_{place}": round(value, 6)
            for place, score in enumerate(scores, start=1)
            for what, value in (
                ("score", score.mean),
                ("p", score.chance),
                ("separability", score.separability),
            )
        }
        return Shown(
            part="concepts",
            content=content,
            caption="Does more of this make the model's answer more likely?",
            alt="A table of concepts",
            seed=seed,
            checks=checks | {"significant": sum(sure)},
        )


class _Study:
    """The concepts' directions in the layer, and those of chance; drawn once, for every output."""

    def __init__(self, explainer: ConceptActivationVectors, context: Context) -> None:
        self.explainer, self.context = explainer, context
        data = context.data
        self.concepts, holds = _with_examples(explainer, data)
        sizes = [int(mask.sum()) for mask in holds]
        drawn = [self._drawn(mask.nonzero().flatten().cpu(), f"concept {n}") for n, mask in enumerate(holds)]
        common = self._drawn(torch.arange(len(data.train)), "pool", explainer.pool)
        # as many of each, so that one distribution of chance holds for all; half the pool must be left
        self.count = min(explainer.examples, *sizes, len(common) // 2)
        rows = torch.cat([common, *[some[: self.count] for some in drawn]])
        self.layer = Layer.of(context.model, explainer.layer, data.train.inputs[rows])
        self.rows, self.pool = rows, len(common)
        self.directions = [self._against_others(self._places(n), f"concept {n}") for n in range(len(drawn))]
        self.chance = self._chance()

    def scores(self, index: int) -> list[Score]:
        """Each concept's score for an output, in their order."""
        explainer, context = self.explainer, self.context
        slopes = slopes_at(context.model, explainer.layer, self._cases(index), index)
        null = self.layer.along(slopes, self.chance).mean(dim=1)
        return [
            score_of(concept.name, self.layer.along(slopes, directions), null, separability)
            for concept, (directions, separability) in zip(self.concepts, self.directions, strict=True)
        ]

    def _cases(self, index: int) -> Tensor:
        """Training examples that the model answers with that label (of a number: any)."""
        train = self.context.data.train
        rows = self._drawn(torch.arange(len(train)), "cases", 10 * self.explainer.cases)
        inputs = train.inputs[rows]
        if self.context.data.labels:
            answers = outputs_of(self.context.model, inputs).argmax(dim=1)
            chosen = inputs[answers == index]
            inputs = chosen if len(chosen) else inputs
        return inputs[: self.explainer.cases]

    def _places(self, number: int) -> Tensor:
        """Where a concept's examples stand among the layer's codes."""
        return self.pool + number * self.count + torch.arange(self.count)

    def _against_others(self, members: Tensor, purpose: str) -> tuple[Tensor, float]:
        """Directions of one set against each of its random counterparts, and how well they are told apart."""
        generator = self._generator(f"counterparts of {purpose}")
        own = set(self.rows[members].tolist())
        allowed = torch.tensor([place for place in range(self.pool) if int(self.rows[place]) not in own])
        if len(allowed) < self.count:
            raise BadParameters(
                f"{self.explainer.name}: only {len(allowed)} examples are left to compare {purpose} with. "
                f"Allowed: {self.count} or more; give a larger pool."
            )
        others = torch.stack(
            [
                allowed[torch.randperm(len(allowed), generator=generator)[: self.count]]
                for _ in range(self.explainer.repeats)
            ]
        )
        repeated = members.expand(self.explainer.repeats, -1)
        ridge = self.explainer.ridge
        return self.layer.directions(repeated, others, ridge), self.layer.separability(
            repeated, others, ridge
        )

    def _chance(self) -> Tensor:
        """The mean direction of each random set against as many counterparts as a concept has."""
        generator = self._generator("chance")
        found = []
        for _ in range(self.explainer.chance):
            order = torch.randperm(self.pool, generator=generator)
            own, rest = order[: self.count], order[self.count :]
            others = [
                rest[torch.randperm(len(rest), generator=generator)[: self.count]]
                for _ in range(self.explainer.repeats)
            ]
            repeated = own.expand(self.explainer.repeats, -1)
            found.append(
                self.layer.directions(repeated, torch.stack(others), self.explainer.ridge).mean(dim=0)
            )
        return torch.stack(found)

    def _drawn(self, rows: Tensor, purpose: str, count: int | None = None) -> Tensor:
        """The rows in a drawn order, or the first of them."""
        return rows[torch.randperm(len(rows), generator=self._generator(purpose))][:count]

    def _generator(self, purpose: str) -> torch.Generator:
        return torch.Generator().manual_seed(small_seed(self.context.seed, purpose, self.explainer.layer))


def _with_examples(explainer: ConceptActivationVectors, data: Data) -> tuple[list[Concept], list[Tensor]]:
    """The concepts, and which training examples have them; natural ones only if enough have them."""
    found: list[tuple[Concept, Tensor]] = []
    for concept in explainer.concepts or natural_concepts(data):
        mask = concept.holds(data, data.train)
        if int(mask.sum()) >= FEWEST:
            found.append((concept, mask))
        elif explainer.concepts:
            raise BadParameters(
                f'{explainer.name}: concept "{concept.name}" has {int(mask.sum())} training examples. '
                f"Allowed: {FEWEST} or more."
            )
    return [concept for concept, _ in found], [mask for _, mask in found]


def _effect(score: Score, is_sure: bool) -> str:
    """In words; without the score where sets drawn at random come out alike, or the score stands on no one side."""
    if not is_sure:
        return "no more than chance"
    effect = "raises it" if score.mean > 0.5 else "lowers it"
    return f"{effect}: {score.mean:.2f} ({score.low:.2f} to {score.high:.2f})"
