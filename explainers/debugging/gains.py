"""Everybody's version of the model beside the one without marks: the table that tells the gain."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from protocol.doors.gains import GAINS
from protocol.freezing import canonical_json

from ..errors import ExplainersError, ExportError, RecipeError
from ..preparing.provenance import packages
from ..preparing.spreading import in_processes
from ..recipe.schema import Model
from .answers import TRAIN, Answers, MarkedSet, Trial, read_answers
from .edit import NOTHING, Edit
from .finished import Finished
from .marks import Marks
from .random_marks import random_edit
from .training import Job, Quality, measured, read_once

TOLD = ("source", "participant", "arm", "condition", "position", "item", "model")  # of a trial
ROOM = Path(__file__).parents[1]


@dataclass(frozen=True)
class Version:
    """One version of a model that is trained from each seed.

    `marking` : `participant` (what somebody marked), `random` (as many, drawn), `oracle` (the set's truth)
    """

    marking: str
    trial: Trial
    edit: Edit
    without_effect: int


class Gains:
    """All versions that an export asks for; each different one is trained once for each seed.

    Parameters
    ----------
    export, recipe, out : folder, file and file
    seeds : how many trainings each version gets, from the recipe's own seed on
    fine_tune : epochs from the recipe's weights on; 0 trains anew
    draw : the seed of random marking
    """

    def __init__(
        self,
        export: Path,
        recipe: Path,
        out: Path,
        *,
        seeds: int = 3,
        fine_tune: int = 0,
        draw: int = 0,
        source: str = "",
        processes: int = 1,
    ) -> None:
        if out.exists():
            raise ExplainersError(f"{out} exists. Choose another --out, or move it away.")
        self.path, self.out, self.processes = recipe, out, processes
        self.seeds, self.fine_tune, self.draw = seeds, fine_tune, draw
        self.answers: Answers = read_answers(export, source)
        self.recipe, self.data, self.data_sha256 = read_once(
            recipe, hashlib.sha256(recipe.read_bytes()).hexdigest() if recipe.is_file() else ""
        )
        self.models = {name: self._model(name) for name in sorted({t.model for t in self.answers.trials})}
        self._refuse_another_recipe()
        self.versions = tuple(self._versions())
        self.finished = Finished(out, self._key())

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """Every training, those without marks first; the same marks are trained once."""
        wanted = [
            *((name, NOTHING) for name in self.models),
            *((v.trial.model, v.edit) for v in self.versions),
        ]
        return tuple(
            Job(model, edit, seed, self.fine_tune)
            for model, edit in dict.fromkeys(wanted)
            for seed in self._seeds(model)
        )

    def left(self) -> list[Job]:
        """What was not trained before a stop."""
        return [job for job in self.jobs if self.finished.of(job) is None]

    def train(self) -> Iterator[Job]:
        """Train what is left, in several processes where asked; yields each when it is kept."""
        calls = [(self.path, job) for job in self.left()]
        for job, quality in in_processes(self.processes)(measured, calls):
            self.finished.keep(job, quality)
            yield job

    def write(self) -> int:
        """Write the table, and drop what was kept on the way; gives the number of rows."""
        rows = [row for version in self.versions for row in self._rows(version)]
        text = io.StringIO()
        writer = csv.DictWriter(text, GAINS.header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        passing = self.out.with_name(f".{self.out.name}.partial")
        passing.write_text(text.getvalue(), encoding="utf-8", newline="\n")
        passing.replace(self.out)
        self.finished.remove()
        return len(rows)

    def without_truth(self) -> list[str]:
        """Sets whose truth is not told: they have no ceiling."""
        return [name for name, one in self.answers.sets.items() if one.truth is None]

    def _refuse_another_recipe(self) -> None:
        """Training examples of the export must be those of the recipe's data."""
        for about in self.answers.sets.values():
            for member, example in about.examples.items():
                row = example.removeprefix(TRAIN)
                if not example:
                    continue
                is_one = row.isdecimal() and int(row) < len(self.data.train)
                found = self.data.truth_of(self.data.train, int(row)) if is_one else "nothing"
                if found != about.labels[member]:
                    raise ExportError(
                        f"items.csv says that {member} is {example} with the label {about.labels[member]!r}; the data "
                        f"of {self.path} have {found!r} there. Needed: the recipe that made the study's bundle."
                    )

    def _versions(self) -> Iterator[Version]:
        oracles: dict[tuple[str, str], Version] = {}
        for trial in self.answers.trials:
            about, marks = self.answers.sets[trial.item], self.models[trial.model][1]
            place = f"participant {trial.participant}, position {trial.position}"
            found = marks.read(trial.marks, about, place)
            yield Version("participant", trial, found.edit, found.without_effect)
            drawn = random_edit(found.edit, about, marks, self.draw, trial.participant)
            yield Version("random", trial, drawn, 0)
            if about.truth is not None and (trial.item, trial.model) not in oracles:
                oracles[trial.item, trial.model] = self._oracle(trial, about, about.truth, marks)
        yield from oracles.values()

    def _oracle(self, trial: Trial, about: MarkedSet, truth: tuple[str, ...], marks: Marks) -> Version:
        found = marks.read(truth, about, "items.csv, truth")
        nobody = Trial("", trial.source, "", "", "", trial.item, trial.model, truth)
        return Version("oracle", nobody, found.edit, found.without_effect)

    def _rows(self, version: Version) -> Iterator[dict[str, object]]:
        trial = version.trial
        told = {name: getattr(trial, name) for name in TOLD}
        marks = json.dumps(version.edit.told(self.data), ensure_ascii=False)
        for seed in self._seeds(trial.model):
            before, after = (self._quality(trial.model, edit, seed) for edit in (NOTHING, version.edit))
            yield {
                "marking": version.marking,
                **told,
                "marks": marks,
                "marked": len(version.edit),
                "without_effect": version.without_effect,
                "seed": seed,
                "measure": "accuracy" if self.data.labels else "r2",
                "ordinary_before": before.ordinary,
                "ordinary_after": after.ordinary,
                "shifted_before": _cell(before.shifted),
                "shifted_after": _cell(after.shifted),
            }

    def _quality(self, model: str, edit: Edit, seed: int) -> Quality:
        found = self.finished.of(Job(model, edit, seed, self.fine_tune))
        if found is None:
            raise ExplainersError("Not everything was trained yet.")
        return found

    def _seeds(self, model: str) -> range:
        first = self.models[model][0].training.seed
        return range(first, first + self.seeds)

    def _model(self, name: str) -> tuple[Model, Marks]:
        for model in self.recipe.models:
            if model.name == name:
                if self.fine_tune and not model.weights:
                    raise RecipeError(f'{self.path}: model "{name}" has no weights to fine-tune from.')
                return model, Marks(self.data, model.variation)
        known = ", ".join(model.name for model in self.recipe.models)
        raise ExportError(f'The debugging trials are about model "{name}". {self.path} has: {known}.')

    def _key(self) -> str:
        """Hash of all that decides a training, marks excepted."""
        code = hashlib.sha256()
        for file in [*sorted(ROOM.rglob("*.py")), *sorted(self.path.resolve().parent.glob("*.py"))]:
            code.update(file.read_bytes())
        weights = {
            name: hashlib.sha256((self.path.parent / model.weights).read_bytes()).hexdigest()
            for name, (model, _) in self.models.items()
            if self.fine_tune
        }
        told = {"recipe": self.recipe.model_dump(mode="json"), "data": self.data_sha256, "weights": weights}
        return hashlib.sha256(
            canonical_json(told | {"packages": packages(), "code": code.hexdigest()})
        ).hexdigest()


def _cell(value: float | None) -> object:
    return "" if value is None else value
