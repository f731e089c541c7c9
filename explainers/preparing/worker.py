"""What one process does: it loads a recipe once, and makes the explanations or measures that it is asked for."""

import threading
import time
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from ..base import Question, Shown
from ..bundle import Check
from ..checks.relevances import Relevances
from ..checks.scores import Score
from ..draws import question_seed
from ..errors import ExplainersError, Steps
from ..recipe.placing import at
from ..shown import require_end, sound_answer
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
        with self.told(name, model, units[0].item):
            answers = iter(explainer.explain(questions, self.workshop.context(model, use.seed)))
        started = time.perf_counter()
        for unit in units:
            with self.told(name, model, unit.item):
                shown = sound_answer(explainer, answers)
            yield shown, time.perf_counter() - started
            started = time.perf_counter()
        with self.told(name, model, units[-1].item):
            require_end(answers)

    def measured(self, checked: Checked) -> Found:
        """What one check finds out about one model, or about one explainer with one model."""
        started = time.perf_counter()
        measure = self.workshop.measures[checked.place]
        subject = self.workshop.subject(checked.model, checked.explainer)
        with self._told_of_check(checked):
            found = tuple(measure.measure(replace(subject, relevances=self.relevances)))
        return found, time.perf_counter() - started

    def told(self, explainer: str, model: str, item: str) -> AbstractContextManager[None]:
        """Errors in there are told with the recipe's line, the explainer, the model and the item."""
        who = f'explainer "{explainer}", model "{model}", item "{item}"'
        return at(self.workshop.path, ("explainers", explainer), who)

    def _told_of_check(self, checked: Checked) -> AbstractContextManager[None]:
        recipe = self.workshop.recipe
        name = self.workshop.measures[checked.place].name
        about = f'explainer "{checked.explainer}", ' if checked.explainer else ""
        steps: Steps = ("explainers", checked.explainer) if checked.explainer else ("models", checked.model)
        if recipe.checks is not None:
            steps = ("checks", checked.place)
        return at(self.workshop.path, steps, f'{about}model "{checked.model}", check "{name}"')


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
