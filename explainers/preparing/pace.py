"""How long the work will take, told before most of it is done."""

import time
from collections.abc import Callable, Iterable, Sequence
from statistics import mean

import torch
from torch import Tensor

from ..base import MapExplainer, Question
from ..checks.asked import context_of, questions_of
from ..checks.in_parts import parts_of
from .work_folder import Checked, Unit
from .worker import Bench

Kind = tuple[str, str]  # an explainer and a model
MOST, ENOUGH = 8, 0.5  # how many are measured, and for how many seconds
PASSES = 32  # inputs together


class Pace:
    """Seconds for one explanation, by explainer and model, and for one input to go through a model.

    What a run has not met yet is measured on a few; the very first is not counted, because what is common to all
    is made with it.
    """

    def __init__(self, bench: Bench, units: Sequence[Unit]) -> None:
        self.bench, self.units = bench, units
        self.explanations: dict[Kind, float] = {}
        self.maps: dict[Kind, float] = {}
        self.passes: dict[str, float] = {}

    def of_explanation(self, explainer: str, model: str) -> float:
        """Seconds for one explanation."""
        if (explainer, model) not in self.explanations:
            mine = [unit for unit in self.units if (unit.explainer, unit.model) == (explainer, model)]
            answers = self.bench.explained(mine[:: max(1, len(mine) // MOST)])
            self.explanations[explainer, model] = _each(lambda: next(answers, None))
        return self.explanations[explainer, model]

    def of_checks(self, checked: Iterable[Checked]) -> float:
        """Seconds for the checks in one process, as far as can be said beforehand.

        Relevance that several of them ask for is computed once, and counted once.
        """
        seconds, shared = 0.0, dict[Kind, int]()
        for one in checked:
            workshop, kind = self.bench.workshop, (one.explainer, one.model)
            work = workshop.measures[one.place].work(workshop.subject(one.model, one.explainer))
            shared[kind] = max(shared.get(kind, 0), work.shared)
            seconds += work.explanations * self.of_explanation(*kind) if work.explanations else 0.0
            seconds += work.maps * self.of_map(*kind) if work.maps else 0.0
            seconds += work.passes * self.of_pass(*kind) if work.passes else 0.0
        return seconds + sum(count * self.of_map(*kind) for kind, count in shared.items() if count)

    def of_map(self, explainer: str, model: str) -> float:
        """Seconds for the relevance of one input, which is not drawn."""
        if (explainer, model) not in self.maps:
            subject = self.bench.workshop.subject(model, explainer)
            method, context = subject.method, context_of(subject)
            if not isinstance(method, MapExplainer):
                return self.of_explanation(explainer, model)

            def relevance(question: Question) -> Tensor:
                with self.bench.told(explainer, model, question.case.item):
                    return method.relevance_of(question, context)

            made = (relevance(question) for question in questions_of(subject)[:MOST])
            self.maps[explainer, model] = _each(lambda: next(made, None))
        return self.maps[explainer, model]

    def of_pass(self, explainer: str, model: str) -> float:
        """Seconds for one input with parts taken away, among others."""
        if model not in self.passes:
            subject = self.bench.workshop.subject(model, explainer)
            question, context = questions_of(subject)[0], context_of(subject)
            with self.bench.told(explainer, model, question.case.item):
                parts, target = parts_of(question, context), context.index_of(question.case, question.target)
                kept = torch.ones(PASSES, parts.count, dtype=torch.bool, device=question.case.input.device)
                self.passes[model] = _each(lambda: parts.scores(context.model, kept, target)) / PASSES
        return self.passes[model]


def _each(make: Callable[[], object | None]) -> float:
    """Mean seconds of making one more, from up to `MOST` and not much longer than `ENOUGH`; `make` ends with None."""
    taken: list[float] = []
    while len(taken) < MOST and (len(taken) < 2 or sum(taken[1:]) < ENOUGH):
        started = time.perf_counter()
        if make() is None:
            break
        taken.append(time.perf_counter() - started)
    return mean(taken[1:] or taken or [0.0])
