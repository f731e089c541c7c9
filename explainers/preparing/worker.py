"""What one process does: it loads a recipe once, and makes the explanations or measures that it is asked for."""

import threading
import time
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

from ..base import Question, Shown
from ..bundle import Check
from ..checks.relevances import Relevances
from ..checks.scores import Score
from ..draws import question_seed
from ..errors import ExplainersError
from ..workshop import Workshop, open_workshop
from .provenance import fingerprint
from .work_folder import Checked, Unit

Explained = tuple[tuple[Shown, ...], float]  # with the seconds it took
Found = tuple[tuple[Check | Score, ...], float]


class Bench:
    """The workshop of one recipe, with what is made in it."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.cases = {case.item: case for case in workshop.cases}
        self.relevances = Relevances()  # one for all checks

    def explained(self, units: Sequence[Unit]) -> Generator[Explained, None, None]:
        """Explanations of one explainer and one model, in the order of the units, each when it is ready."""
        name, model = units[0].explainer, units[0].model
        (use,) = [use for use in self.workshop.recipe.explainers if use.name == name]
        explainer = self.workshop.explainers[name]
        questions = [Question(self.cases[u.item], u.target, question_seed(use.seed, *u)) for u in units]
        answers = explainer.explain(questions, self.workshop.context(model, use.seed))
        started = time.perf_counter()
        for unit, shown in zip(units, answers, strict=True):
            if tuple(part.part for part in shown) != explainer.parts:
                made = ", ".join(part.part for part in shown)
                raise ExplainersError(
                    f'Explainer "{use.method}" made parts {made} for item "{unit.item}", '
                    f"but declares {', '.join(explainer.parts)}."
                )
            yield shown, time.perf_counter() - started
            started = time.perf_counter()

    def measured(self, checked: Checked) -> Found:
        """What one check finds out about one model, or about one explainer with one model."""
        started = time.perf_counter()
        measure = self.workshop.measures[checked.place]
        subject = self.workshop.subject(checked.model, checked.explainer)
        found = tuple(measure.measure(replace(subject, relevances=self.relevances)))
        return found, time.perf_counter() - started


def explain(recipe: Path, key: str, units: tuple[Unit, ...]) -> list[tuple[Unit, Explained]]:
    """Explanations made in this process; `key` is the fingerprint of what the bundle is made from.

    Raises
    ------
    ExplainersError : this process has another version of code, data, weights or packages.
    """
    with _one_at_a_time:  # hooks stand on the model while it is explained
        return list(zip(units, _bench(recipe, key).explained(units), strict=True))


def measure(recipe: Path, key: str, checked: Checked) -> tuple[Checked, Found]:
    """A check made in this process."""
    with _one_at_a_time:
        return checked, _bench(recipe, key).measured(checked)


_one_at_a_time = threading.Lock()
_benches: dict[tuple[Path, str], Bench] = {}


def _bench(recipe: Path, key: str) -> Bench:
    if (recipe, key) not in _benches:
        workshop = open_workshop(recipe)
        if fingerprint(workshop, recipe) != key:
            raise ExplainersError(
                f"A worker reads {recipe} with other code, data, weights or packages than the one that asks. "
                "Allowed: the same folder and the same versions everywhere."
            )
        _benches.clear()  # one at a time: memory stays that of one recipe
        _benches[recipe, key] = Bench(workshop)
    return _benches[recipe, key]
