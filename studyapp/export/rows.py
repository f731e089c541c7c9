"""The rows of each table of the export: streamed, in a fixed order, with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.utils import timezone

from protocol.schema import Protocol
from protocol.schema import phases as ph
from studyapp.catalog import catalog_of
from studyapp.export.answered import COLUMNS, Answered, Meaning
from studyapp.export.people import Silence, participant_row
from studyapp.models import (
    AllocationEntry,
    BundleItem,
    BundleOutput,
    BundleStimulus,
    Event,
    Participant,
    Response,
    Study,
)
from studyapp.studies.grouped import Grouped
from studyapp.studies.snapshot import SNAPSHOT
from studyapp.studies.versions import versions_that_count

Row = dict[str, Any]
_CHUNK = 2000


class Rows:
    """The tables of one study. Read them inside `snapshot()`, so that they agree with one another."""

    def __init__(self, study: Study):
        self.study = study
        self.versions = list(versions_that_count(study, SNAPSHOT))
        protocols: dict[int, Protocol] = {version.number: version.protocol for version in self.versions}
        self.meaning = Meaning(protocols, catalog_of(study))
        silence = timedelta(minutes=protocols[study.version].allocation.free_after_minutes)
        self.silence = Silence(since=timezone.now() - silence)

    @property
    def tables(self) -> dict[str, Callable[[], Iterator[Row]]]:
        """Each table's rows, by its name."""
        return {
            "participants": self.participants,
            "trials": self.trials,
            "responses": self.responses,
            "ratings": self.ratings,
            "events": self.events,
            "allocation": self.allocation,
            "items": self.items,
            "outputs": self.outputs,
            "stimuli": self.stimuli,
            "texts": self.texts,
        }

    def participants(self) -> Iterator[Row]:
        people = (
            Participant.objects.using(SNAPSHOT)
            .filter(study=self.study, version__in=self._numbers)
            .order_by("pk")
        )
        left = Event.objects.using(SNAPSHOT).filter(participant__study=self.study, kind="left")
        reasons = Grouped(
            left.order_by("participant_id", "pk").iterator(_CHUNK), lambda event: event.participant_id
        )
        answers = Grouped(self._answered(), lambda row: row.participant_id)
        for who in people.iterator(_CHUNK):
            let_go = next((str((event.detail or {}).get("reason", "")) for event in reasons.take(who.pk)), "")
            yield participant_row(who, answers.take(who.pk), let_go, self.silence, self.meaning)

    def trials(self) -> Iterator[Row]:
        trials = self._answered(step__kind="trial")
        for _, answers in groupby(trials, lambda row: (row.participant_id, row.position)):
            yield self._trial(list(answers))

    def _trial(self, answers: list[Answered]) -> Row:
        meaning = self.meaning
        asked = meaning.main_question(answers[0])
        main = next(row for row in answers if row.question == asked)
        sure = next((row for row in answers if row.role == "confidence"), None)
        return self._about(main) | {
            "trial": main.number,
            "model_correct": meaning.model_correct(main),
            "confidence": float(meaning.answer(sure)) if sure and sure.answer else None,
            "confidence_scale": meaning.confidence_scale(sure) if sure else None,
            "explanation_shown": meaning.explanation_shown(main),
        }

    def responses(self) -> Iterator[Row]:
        for row in self._answered():
            yield self._about(row) | {
                "question": row.question,
                "role": row.role,
                "confidence_scale": self.meaning.confidence_scale(row),
                "onset_at": row.onset_at,
            }

    def _about(self, row: Answered) -> Row:
        """What a trial and a response have in common."""
        return _who(row) | {
            "condition": row.condition,
            "phase": row.phase,
            "task": self.meaning.task(row),
            "position": row.position,
            "item": row.item,
            "model": row.model,
            "compared_model": row.compared_model,
            "target": row.target,
            "answer": self.meaning.answer(row),
            "key": self.meaning.key(row),
            "correct": self.meaning.correct(row),
            "output": self.meaning.output(row),
            "truth": self.meaning.truth(row),
            "response_ms": row.response_ms,
            "hidden_ms": row.hidden_ms,
            "timing": row.timing,
            "answered_at": row.answered_at,
        }

    def ratings(self) -> Iterator[Row]:
        for row in self._answered(step__kind="scale"):
            question, phase = self.meaning.question(row), self.meaning.phase(row)
            if question.kind != "scale" or not isinstance(phase, ph.Ratings):
                continue
            instrument = phase.instruments[row.detail["instrument"]].name
            yield _who(row) | {
                "phase": row.phase,
                "position": row.position,
                "instrument": instrument,
                "question": row.question.removeprefix(f"{instrument}."),
                "subscale": question.subscale,
                "answer": int(row.answer) if row.answer else None,
                "minimum": question.minimum,
                "maximum": question.maximum,
                "reverse": question.reverse,
                "answered_at": row.answered_at,
            }

    def events(self) -> Iterator[Row]:
        events = Event.objects.using(SNAPSHOT).filter(
            participant__study=self.study, participant__version__in=self._numbers
        )
        for event in events.select_related("participant").order_by("pk").iterator(_CHUNK):
            yield {
                "participant": event.participant.public_id,
                "source": event.participant.source,
                "arm": event.participant.arm,
                "position": event.position,
                "kind": event.kind,
                "detail": event.detail or None,
                "at": event.at,
            }

    def allocation(self) -> Iterator[Row]:
        log = AllocationEntry.objects.using(SNAPSHOT).filter(
            study=self.study, participant__version__in=self._numbers
        )
        entries = log.select_related("participant").order_by("source", "stratum", "sequence")
        for entry in entries.iterator(_CHUNK):
            yield {
                "source": entry.source,
                "stratum": entry.stratum,
                "sequence": entry.sequence,
                "action": entry.action,
                "place": entry.place,
                "block": entry.block,
                "arm": entry.arm,
                "participant": entry.participant.public_id,
                "allocator": entry.allocator,
                "reason": entry.reason,
                "at": entry.at,
            }

    def texts(self) -> Iterator[Row]:
        for row in self._answered(role="text"):
            if row.answer:
                yield {
                    "participant": row.participant,
                    "source": row.source,
                    "phase": row.phase,
                    "position": row.position,
                    "question": row.question,
                    "text": row.answer,
                    "answered_at": row.answered_at,
                }

    def items(self) -> Iterator[Row]:
        items = BundleItem.objects.using(SNAPSHOT).filter(bundle=self.study.bundle_id).order_by("number")
        for item in items.iterator(_CHUNK):
            yield {
                "item": item.name,
                "kind": item.kind,
                "parent": item.parent,
                "change": item.change,
                "members": item.members,
                "truth": item.truth,
            } | {f"stratum_{name}": value for name, value in item.strata.items()}

    def outputs(self) -> Iterator[Row]:
        outputs = BundleOutput.objects.using(SNAPSHOT).filter(bundle=self.study.bundle_id).order_by("pk")
        for output in outputs.iterator(_CHUNK):
            yield {
                "item": output.item,
                "model": output.model,
                "output": output.output,
                "probability": output.probability,
                "probabilities": output.probabilities,
            }

    def stimuli(self) -> Iterator[Row]:
        stimuli = (
            BundleStimulus.objects.using(SNAPSHOT).filter(bundle=self.study.bundle_id).order_by("number")
        )
        columns = (
            "item",
            "model",
            "explainer",
            "target",
            "part",
            "file",
            "media_type",
            "width",
            "height",
            "caption",
            "alt",
            "source_item",
            "seed",
        )
        for stimulus in stimuli.iterator(_CHUNK):
            yield {name: getattr(stimulus, name) for name in columns} | {"checks": stimulus.checks or None}

    @property
    def _numbers(self) -> list[int]:
        return [version.number for version in self.versions]

    def _answered(self, **only: str) -> Iterator[Answered]:
        """Yield responses by participant, position and question as asked."""
        rows = Response.objects.using(SNAPSHOT).filter(
            step__participant__study=self.study,
            step__participant__version__in=self._numbers,
            step__participant__withdrawn_at=None,
            **only,
        )
        ordered = rows.order_by("step__participant_id", "step__position", "pk")
        for values in ordered.values_list(*COLUMNS).iterator(_CHUNK):
            yield Answered(*values)


def _who(row: Answered) -> Row:
    return {"participant": row.participant, "source": row.source, "arm": row.arm}
