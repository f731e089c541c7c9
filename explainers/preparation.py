"""Making a bundle from a recipe. What was finished before an interruption is not made again."""

import hashlib
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from protocol.freezing import canonical_json

from . import bundle
from .base import Question, Shown
from .bundle import Bundle, BundleError, BundleExists, Stimulus
from .draws import small_seed
from .errors import ExplainersError
from .recipe.schema import ExplainerUse
from .work_folder import Unit, WorkFolder
from .workshop import DEVICE, Workshop, has_input, open_workshop

PACKAGES = ("numpy", "safetensors", "torch")


@dataclass(frozen=True)
class Outcome:
    """The bundle that stands there now, and whether it stood there before."""

    bundle: Bundle
    was_there: bool


class Preparation:
    """One run: first `explanations()` to its end, then `finish()`.

    Raises
    ------
    ExplainersError : the recipe cannot be followed.
    BundleExists : the output folder holds something that this recipe does not make.
    """

    def __init__(self, recipe: Path, out: Path) -> None:
        self.out = out
        self.workshop = open_workshop(recipe)
        self.was_there = _is_there(out, self.workshop)
        self.work = WorkFolder(out, key=fingerprint(self.workshop))
        self.units = list(_units(self.workshop))

    def left(self) -> list[Unit]:
        """Explanations that are not finished."""
        return [unit for unit in self.units if self.work.finished(unit) is None]

    def explanations(self) -> Iterator[Unit]:
        """Make what is left; each unit is on disk when it is yielded."""
        left = set(self.left())
        for use in self.workshop.recipe.explainers:
            for model in self.workshop.recipe.models_of(use):
                pending = [u for u in self.units if u in left and (u.explainer, u.model) == (use.name, model)]
                yield from self._explained(use, model, pending)

    def finish(self) -> Outcome:
        """Measure the checks, write the bundle, remove the work folder."""
        workshop, started = self.workshop, time.perf_counter()
        checks = [
            check.model_dump()
            for measure in workshop.measures
            for subject in workshop.subjects()
            for check in measure.measure(subject)
        ]
        seconds = self._seconds() | {"checks": round(time.perf_counter() - started, 3)}
        fields = workshop.manifest_fields() | {"checks": checks, "packages": packages()}
        timings = {"device": DEVICE, "seconds": seconds}
        made = bundle.write(self.out, fields, workshop.items(), workshop.outputs(), self._stimuli(), timings)
        self.work.remove()
        return Outcome(made, self.was_there)

    def _explained(self, use: ExplainerUse, model: str, pending: list[Unit]) -> Iterator[Unit]:
        explainer = self.workshop.explainers[use.name]
        cases = {case.item: case for case in self.workshop.cases}
        questions = [
            Question(cases[u.item], u.target, small_seed(use.seed, "|".join(u[:3]), u.item)) for u in pending
        ]
        if not questions:
            return
        answers = explainer.explain(questions, self.workshop.context(model, use.seed))
        started = time.perf_counter()
        for unit, shown in zip(pending, answers, strict=True):
            if tuple(part.part for part in shown) != explainer.parts:
                made = ", ".join(part.part for part in shown)
                raise ExplainersError(
                    f'Explainer "{use.method}" made parts {made} for item "{unit.item}", '
                    f"but declares {', '.join(explainer.parts)}."
                )
            self.work.keep(unit, shown, time.perf_counter() - started)
            yield unit
            started = time.perf_counter()

    def _stimuli(self) -> Iterator[tuple[Stimulus, bytes]]:
        """Rows of `stimuli.csv`, item by item: the input, then its explanations in the recipe's order."""
        drawer = self.workshop.drawer
        units: dict[str, list[Unit]] = {}
        for unit in self.units:
            units.setdefault(unit.item, []).append(unit)
        for case in self.workshop.cases:
            if has_input(case):
                plain = Stimulus(case.item, "input", caption=drawer.input_caption, alt=drawer.input_alt)
                yield plain, drawer.input(case, self.workshop.data)
            for unit in units.get(case.item, []):
                yield from (_stimulus(unit, part) for part in self._finished(unit)[0])

    def _seconds(self) -> dict[str, float]:
        total: dict[str, float] = {}
        for unit in self.units:
            total[unit.explainer] = total.get(unit.explainer, 0.0) + self._finished(unit)[1]
        return {name: round(seconds, 3) for name, seconds in total.items()}

    def _finished(self, unit: Unit) -> tuple[tuple[Shown, ...], float]:
        found = self.work.finished(unit)
        if found is None:
            raise ExplainersError(
                f"{self.work.folder} lacks an explanation that was made. Run the command again."
            )
        return found


def fingerprint(workshop: Workshop) -> str:
    """Hash of all that decides the explanations: recipe, data, weights, packages and this code."""
    code = hashlib.sha256()
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        code.update(file.read_bytes())
    fields: dict[str, Any] = workshop.manifest_fields() | {"packages": packages(), "code": code.hexdigest()}
    return hashlib.sha256(canonical_json(fields)).hexdigest()


def packages() -> dict[str, str]:
    """Versions that the bytes may depend on, without the build (`+cpu`)."""
    found = {name: version(name).split("+")[0] for name in PACKAGES}
    return found | {"zlib": zlib.ZLIB_RUNTIME_VERSION}


def _units(workshop: Workshop) -> Iterator[Unit]:
    for use in workshop.recipe.explainers:
        for model in workshop.recipe.models_of(use):
            for target in use.targets:
                for case in workshop.asked_of(use):
                    yield Unit(use.name, model, target, case.item)


def _stimulus(unit: Unit, part: Shown) -> tuple[Stimulus, bytes]:
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
        checks=part.checks,
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
