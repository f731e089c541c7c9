"""Making a bundle from a recipe. What was finished before an interruption is not made again."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .. import bundle
from ..base import Shown
from ..bundle import Bundle, BundleError, BundleExists, Check, Stimulus
from ..checks.content import measured
from ..checks.content.base import Explained, Part
from ..checks.scores import Score
from ..data.base import Case
from ..errors import ExplainersError
from ..models.looking import outputs_of
from ..workshop import Workshop, has_input, open_workshop
from .provenance import fingerprint, packages
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
        self.paces: dict[tuple[str, str], float] = {}  # seconds for one explanation, by explainer and model
        self.passes: dict[str, float] = {}  # seconds for one input to go through a model
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
        return sum(self._pace(unit.explainer, unit.model) for unit in self.left())

    def seconds_of_checks(self) -> float:
        """How long the checks that are left would take in one process, as far as can be said beforehand."""
        return sum(self._seconds_of(checked) for checked in self.unchecked())

    def checks(self, seconds: float = 0.0) -> Iterator[Checked]:
        """Measure what is left; `seconds` is how long that would take in one process."""
        left = self.unchecked()
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
        workshop, entries = self.workshop, [*self._entries(), *measured(self._explained())]
        checks = [entry.model_dump() for entry in entries if isinstance(entry, Check)]
        fields = workshop.manifest_fields() | {"checks": checks, "packages": packages()}
        timings = {"device": workshop.device, "seconds": self._seconds()}
        made = bundle.write(
            self.out, fields, workshop.items(), workshop.outputs(), self._stimuli(entries), timings
        )
        self.work.remove()
        return Outcome(made, self.was_there)

    def _seconds_of(self, checked: Checked) -> float:
        subject = self.workshop.subject(checked.model, checked.explainer)
        work = self.workshop.measures[checked.place].work(subject)
        seconds = work.passes * self._pass(checked.model) if work.passes else 0.0
        if work.explanations:
            seconds += work.explanations * self._pace(checked.explainer, checked.model)
        return seconds

    def _pace(self, explainer: str, model: str) -> float:
        """Seconds for one explanation: of this run's last one, or of one that is made, and kept, to see."""
        if (explainer, model) not in self.paces:
            unit = next(unit for unit in self.units if (unit.explainer, unit.model) == (explainer, model))
            started = time.perf_counter()
            self.work.keep(unit, *next(self.bench.explained([unit])))
            self.paces[explainer, model] = time.perf_counter() - started
        return self.paces[explainer, model]

    def _pass(self, model: str) -> float:
        """Seconds for one input to go through the model, among others."""
        if model not in self.passes:
            inputs = self.workshop.data.test.inputs[:32]
            started = time.perf_counter()
            outputs_of(self.workshop.models[model], inputs)
            self.passes[model] = (time.perf_counter() - started) / len(inputs)
        return self.passes[model]

    def _group(self, name: tuple[str, str], group: list[Unit]) -> Iterator[Unit]:
        """One explainer with one model. Here, the first explanation tells whether processes pay for the rest."""
        if self.dask is not None:
            yield from self._spread_out(on_dask(self.dask), group)
            return
        answers = self.bench.explained(group)
        for place, unit in enumerate(group):
            started = time.perf_counter()
            self.work.keep(unit, *next(answers))
            self.paces[name] = time.perf_counter() - started
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

    def _explained(self) -> Iterator[Explained]:
        """Explanations as the checks without a model look at them, read back one item at a time."""
        labels = self.workshop.data.labels
        for use in self.workshop.recipe.explainers:
            items = [case.item for case in self.workshop.asked_of(use) if has_input(case)]
            for model in self.workshop.recipe.models_of(use):
                for target in use.targets:
                    yield Explained(
                        explainer=use.name,
                        model=model,
                        target=target,
                        reveals_output=self.workshop.explainers[use.name].reveals_output,
                        items=items,
                        outputs=[self.workshop.answers[model][item].label for item in items],
                        labels=labels,
                        parts_of=partial(self._parts_of, use.name, model, target),
                        input_of=self._input_of,
                    )

    def _input_of(self, item: str) -> list[Part]:
        stimulus, content = self._input(self.bench.cases[item])
        return [Part(stimulus.caption, content)]

    def _parts_of(self, explainer: str, model: str, target: str, item: str) -> list[Part]:
        return [
            Part(shown.caption, shown.content)
            for shown in self._finished(Unit(explainer, model, target, item))[0]
        ]

    def _stimuli(self, entries: Sequence[Check | Score]) -> Iterator[tuple[Stimulus, bytes]]:
        """Rows of `stimuli.csv`, item by item: the input, then its explanations in the recipe's order."""
        scores: dict[Unit, dict[str, float]] = {}
        for entry in entries:
            if isinstance(entry, Score):
                scores.setdefault(Unit(*entry[:4]), {})[entry.name] = entry.value
        units: dict[str, list[Unit]] = {}
        for unit in self.units:
            units.setdefault(unit.item, []).append(unit)
        for case in self.workshop.cases:
            if has_input(case):
                yield self._input(case)
            for unit in units.get(case.item, []):
                for part in self._finished(unit)[0]:
                    yield _stimulus(unit, part, scores.get(unit, {}))

    def _input(self, case: Case) -> tuple[Stimulus, bytes]:
        drawer, data = self.workshop.drawer, self.workshop.data
        stimulus = Stimulus(case.item, "input", caption=drawer.input_caption, alt=drawer.input_alt)
        parent = self.bench.cases.get(case.parent)
        return stimulus, drawer.change(parent, case, data) if parent else drawer.input(case, data)

    def _entries(self) -> Iterator[Check | Score]:
        for checked in self.checked:
            if (found := self.work.measured(checked)) is None:
                raise self._lacking("a check")
            yield from found[0]

    def _seconds(self) -> dict[str, float]:
        total: dict[str, float] = {}
        for unit in self.units:
            total[unit.explainer] = total.get(unit.explainer, 0.0) + self._finished(unit)[1]
        for checked in self.checked:
            measured = self.work.measured(checked)
            total["checks"] = total.get("checks", 0.0) + (measured[1] if measured else 0.0)
        return {name: round(seconds, 3) for name, seconds in total.items()}

    def _finished(self, unit: Unit) -> tuple[tuple[Shown, ...], float]:
        found = self.work.finished(unit)
        if found is None:
            raise self._lacking("an explanation")
        return found

    def _lacking(self, what: str) -> ExplainersError:
        return ExplainersError(f"{self.work.folder} lacks {what} that was made. Run the command again.")


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


def _stimulus(unit: Unit, part: Shown, scores: Mapping[str, float]) -> tuple[Stimulus, bytes]:
    stimulus = Stimulus(
        item=unit.item,
        part=part.part,
        model=unit.model,
        explainer=unit.explainer,
        target=unit.target,
        caption=part.caption,
        alt=part.alt,
        source_item=part.source_item,
        seed=part.seed,
        checks={**part.checks, **scores},
    )
    return stimulus, part.content


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
