"""Putting finished explanations and checks together as a bundle."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from .. import bundle
from ..base import Shown
from ..bundle import Bundle, Check, Stimulus
from ..checks.content import measured
from ..checks.content.base import Explained, Part
from ..checks.scores import Score
from ..data.base import Case
from ..errors import ExplainersError
from ..recipe.placing import at
from ..workshop import Workshop, has_input
from .provenance import packages
from .work_folder import Checked, Unit, WorkFolder


class Assembly:
    """All that was made for a recipe; explanations are read back one at a time."""

    def __init__(
        self, workshop: Workshop, work: WorkFolder, units: Sequence[Unit], checked: Sequence[Checked]
    ) -> None:
        self.workshop, self.work, self.units, self.checked = workshop, work, units, checked
        self.cases = {case.item: case for case in workshop.cases}

    def write(self, out: Path) -> Bundle:
        """Write the bundle to its folder."""
        entries = [*self._entries(), *measured(self._explained())]
        checks = [entry.model_dump() for entry in entries if isinstance(entry, Check)]
        workshop, stimuli = self.workshop, self._stimuli(entries)
        fields = workshop.manifest_fields() | {"checks": checks, "packages": packages()}
        timings = {"device": workshop.device, "seconds": self._seconds()}
        return bundle.write(out, fields, workshop.items(), workshop.outputs(), stimuli, timings)

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
        stimulus, content = self._input(self.cases[item])
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
        parent = self.cases.get(case.parent)
        with at(self.workshop.path, ("rendering",), f'drawing item "{case.item}"'):
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
            taken = self.work.measured(checked)
            total["checks"] = total.get("checks", 0.0) + (taken[1] if taken else 0.0)
        return {name: round(seconds, 3) for name, seconds in total.items()}

    def _finished(self, unit: Unit) -> tuple[tuple[Shown, ...], float]:
        found = self.work.finished(unit)
        if found is None:
            raise self._lacking("an explanation")
        return found

    def _lacking(self, what: str) -> ExplainersError:
        return ExplainersError(f"{self.work.folder} lacks {what} that was made. Run the command again.")


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
