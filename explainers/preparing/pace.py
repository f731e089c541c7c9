"""How long the work will take, told before most of it is done."""

import time
from collections.abc import Sequence
from itertools import islice

from ..models.looking import outputs_of
from .work_folder import Checked, Unit
from .worker import Bench


class Pace:
    """Seconds for one explanation, by explainer and model, and for one input to go through a model.

    What a run has not met yet is measured on its first two: the second is made without what is common to all.
    """

    def __init__(self, bench: Bench, units: Sequence[Unit]) -> None:
        self.bench, self.units = bench, units
        self.explanations: dict[tuple[str, str], float] = {}
        self.passes: dict[str, float] = {}

    def of_explanation(self, explainer: str, model: str) -> float:
        """Seconds for one explanation."""
        if (explainer, model) not in self.explanations:
            mine = (unit for unit in self.units if (unit.explainer, unit.model) == (explainer, model))
            answers = self.bench.explained(list(islice(mine, 2)))
            for _ in range(2):
                started = time.perf_counter()
                if next(answers, None) is not None:
                    self.explanations[explainer, model] = time.perf_counter() - started
        return self.explanations[explainer, model]

    def of_check(self, checked: Checked) -> float:
        """Seconds for one check, as far as can be said beforehand."""
        workshop = self.bench.workshop
        work = workshop.measures[checked.place].work(workshop.subject(checked.model, checked.explainer))
        seconds = work.passes * self.of_pass(checked.model) if work.passes else 0.0
        if work.explanations:
            seconds += work.explanations * self.of_explanation(checked.explainer, checked.model)
        return seconds

    def of_pass(self, model: str) -> float:
        """Seconds for one input, among others."""
        if model not in self.passes:
            inputs = self.bench.workshop.data.test.inputs[:32]
            started = time.perf_counter()
            outputs_of(self.bench.workshop.models[model], inputs)
            self.passes[model] = (time.perf_counter() - started) / len(inputs)
        return self.passes[model]
