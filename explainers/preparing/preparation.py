"""Making a bundle from a recipe. What was finished before an interruption is not made again."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .. import bundle
from ..bundle import Bundle, BundleError, BundleExists
from ..workshop import Workshop, open_workshop
from .assembly import Assembly
from .pace import Pace
from .provenance import fingerprint
from .spreading import Spread, in_processes, on_dask
from .work_folder import Checked, Unit, WorkFolder
from .worker import Bench, explain, measure

WORTH_STARTING = 8.0  # seconds of work left from which starting processes pays
WORTH_USING = 1.0  # once they are there
JOBS_EACH = 8  # jobs for each process: small enough to end together
LARGEST = 64  # explanations in one job, so that results come in now and then


@dataclass(frozen=True)
class Outcome:
    """The bundle that stands there now, and whether it stood there before."""

    bundle: Bundle
    was_there: bool


class Preparation:
    """One run: first `explanations()` to its end, then `checks()`, then `finish()`.

    Parameters
    ----------
    recipe : the recipe's file
    out : the bundle's folder, made whole at the end
    processes : how many to use where that pays; 1 does everything here
    dask : address of a Dask scheduler, whose workers are used instead

    Raises
    ------
    ExplainersError : the recipe cannot be followed.
    BundleExists : the output folder holds something that this recipe does not make.
    """

    def __init__(self, recipe: Path, out: Path, processes: int = 1, dask: str | None = None) -> None:
        self.out, self.processes, self.dask = out, processes, dask
        self.recipe = recipe.resolve()
        self.workshop = open_workshop(recipe)
        self.was_there = _is_there(out, self.workshop)
        self.key = fingerprint(self.workshop, recipe)
        self.work = WorkFolder(out, key=self.key)
        self.units = list(_units(self.workshop))
        self.checked = list(_checked(self.workshop))
        self.bench = Bench(self.workshop)
        self.pace = Pace(self.bench, self.units)
        self.started = False  # are there processes?

    def left(self) -> list[Unit]:
        """Explanations that are not finished."""
        return [unit for unit in self.units if self.work.finished(unit) is None]

    def unchecked(self) -> list[Checked]:
        """Checks that are not finished."""
        return [checked for checked in self.checked if self.work.measured(checked) is None]

    def explanations(self) -> Iterator[Unit]:
        """Make what is left, explainer by explainer; each unit is on disk when it is yielded."""
        groups: dict[tuple[str, str], list[Unit]] = {}
        for unit in self.left():
            groups.setdefault((unit.explainer, unit.model), []).append(unit)
        for name, group in groups.items():
            yield from self._group(name, group)

    def seconds_of_explanations(self) -> float:
        """How long the explanations that are left would take in one process: one of each kind is made to see."""
        left = self.left()
        return sum(self.pace.of_explanation(unit.explainer, unit.model) for unit in left)

    def seconds_of_checks(self) -> float:
        """How long the checks that are left would take in one process, as far as can be said beforehand."""
        return self.pace.of_checks(self.unchecked())

    def checks(self, seconds: float = 0.0) -> Iterator[Checked]:
        """Measure what is left; `seconds` is how long that would take in one process."""
        left = sorted(self.unchecked(), key=_about)  # together, so that relevance is computed once
        if spread := self._spread(seconds):
            found = spread(measure, [(self.recipe, self.key, checked) for checked in left])
        else:
            found = ((checked, self.bench.measured(checked)) for checked in left)
        for checked, (entries, taken) in found:
            self.work.keep_measured(checked, entries, taken)
            yield checked

    def finish(self) -> Outcome:
        """Measure the checks that are left, write the bundle, remove the work folder."""
        for _ in self.checks():
            pass
        made = Assembly(self.workshop, self.work, self.units, self.checked).write(self.out)
        self.work.remove()
        return Outcome(made, self.was_there)

    def _group(self, name: tuple[str, str], group: list[Unit]) -> Iterator[Unit]:
        """One explainer with one model. Here, the first explanation tells whether processes pay for the rest."""
        if self.dask is not None:
            yield from self._spread_out(on_dask(self.dask), group)
            return
        answers = self.bench.explained(group)
        for place, unit in enumerate(group):
            started = time.perf_counter()
            self.work.keep(unit, *next(answers))
            self.pace.explanations[name] = time.perf_counter() - started
            yield unit
            rest = group[place + 1 :]
            if place == 1 and (spread := self._spread((time.perf_counter() - started) * len(rest))):
                answers.close()
                yield from self._spread_out(spread, rest)
                return

    def _spread(self, seconds: float) -> Spread | None:
        """Where to do work of that many seconds, or None for here."""
        if self.dask is not None:
            return on_dask(self.dask)
        if self.processes > 1 and seconds > (WORTH_USING if self.started else WORTH_STARTING):
            self.started = True
            return in_processes(self.processes)
        return None

    def _spread_out(self, spread: Spread, units: list[Unit]) -> Iterator[Unit]:
        size = max(1, min(LARGEST, -(-len(units) // (max(2, self.processes) * JOBS_EACH))))
        parts = [tuple(units[start : start + size]) for start in range(0, len(units), size)]
        for found in spread(explain, [(self.recipe, self.key, part) for part in parts]):
            for unit, explained in found:
                self.work.keep(unit, *explained)
                yield unit


def _units(workshop: Workshop) -> Iterator[Unit]:
    for use in workshop.recipe.explainers:
        for model in workshop.recipe.models_of(use):
            for target in use.targets:
                for case in workshop.asked_of(use):
                    yield Unit(use.name, model, target, case.item)


def _checked(workshop: Workshop) -> Iterator[Checked]:
    for place, measure_ in enumerate(workshop.measures):
        for model in workshop.models:
            subject = workshop.subject(model, "")
            for explainer in measure_.about(subject):
                yield Checked(place, model, explainer)


def _about(checked: Checked) -> tuple[str, str]:
    return checked.model, checked.explainer


def _is_there(out: Path, workshop: Workshop) -> bool:
    """Does the folder hold a bundle of this recipe? Anything else there is refused before the work begins."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return False
    advice = "Remove it or choose another folder"
    try:
        present = bundle.read(out)
    except BundleError as error:
        raise BundleExists(f"{out} exists and is not a sound bundle: {error.faults[0]} {advice}.") from error
    if present.manifest.recipe != workshop.resolved():
        raise BundleExists(
            f'{out} exists and holds bundle "{present.manifest.name}" of another recipe. {advice}.'
        )
    return True
