"""One virtual participant: who they are, and what they do on the page of each kind of step.

Everything is drawn from (seed, number of the participant, item or position), so that a walk that is
interrupted and taken up again, or repeated on another machine, gives the same answers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from protocol.schema import Protocol
from protocol.schema import phases as ph
from protocol.schema.questions import ChoiceQuestion, NumberQuestion, Question, ScaleQuestion, TextQuestion
from studyapp.catalog import Catalog
from studyapp.models import Step
from studyapp.participate.questions import asked_by
from studyapp.simulate.draws import normal, pick, pick_weighted, uniform
from studyapp.simulate.psychometrics import Psychometrics, inverse_logit, logit
from studyapp.tasks.registry import get_task

Options = dict[str, list[str]]

_READING_MS = {
    "consent": 30_000,
    "page": 20_000,
    "intro": 10_000,
    "gate": 20_000,
    "check": 9_000,
    "check-feedback": 4_000,
    "learning": 8_000,
    "feedback": 5_000,
    "estimate": 7_000,
    "scale": 25_000,
    "demographics": 25_000,
    "debrief": 20_000,
}
_HURRY = 0.15  # an inattentive person's times, as a share of an attentive one's
_DRIFT = 0.12  # how far the guess of one's own score is off, as a share of the trials
_REMARKS = ("The pictures were small.", "No comment.", "Some of them were hard.")


@dataclass(frozen=True)
class Times:
    """What the page's script would have measured, in ms."""

    response_ms: int
    hidden_ms: int = 0

    @property
    def events(self) -> str:
        """What the page noticed, as the script sends it."""
        if not self.hidden_ms:
            return ""
        return json.dumps([{"kind": "hidden", "after_ms": self.response_ms // 3, "for_ms": self.hidden_ms}])


@dataclass(frozen=True)
class Setting:
    """What a virtual participant walks through: the protocol, the bundle and the planted parameters."""

    protocol: Protocol
    catalog: Catalog
    planted: Psychometrics  # with every arm named
    seed: int


@dataclass(frozen=True)
class VirtualPerson:
    """Participant `number` of a seed."""

    setting: Setting
    number: int

    # Traits

    @cached_property
    def kind(self) -> str:
        """`attentive`, `inattentive` or `guessing`."""
        planted = self._planted
        shares = {
            "inattentive": planted.inattentive,
            "guessing": planted.guessing,
            "attentive": 1 - planted.junk,
        }
        return pick_weighted(shares, self._seed, "person/kind", self.number)

    @cached_property
    def declines(self) -> bool:
        return self._happens(self._planted.decline, "decline")

    @cached_property
    def fails_gate(self) -> bool:
        return self._happens(self._planted.gate_failure, "gate")

    @cached_property
    def says_goodbye(self) -> bool:
        return self._happens(self._planted.says_goodbye, "goodbye")

    @cached_property
    def ability(self) -> float:
        return self._planted.ability_sd * normal(self._seed, "person/ability", self.number)

    def leaves_at(self, step: Step, arm: str) -> bool:
        """Whether they drop out on this page instead of answering it."""
        return (
            bool(arm)
            and step.kind != "debrief"
            and self._happens(self._planted.hazard(arm), f"leave/{step.position}")
        )

    def probability(self, item: str, model: str, arm: str) -> float:
        """How likely an attentive person foretells what the model says about an item."""
        planted, catalog = self._planted, self.setting.catalog
        is_wrong = catalog.output(item, model) != catalog.truth(item)
        difficulty = planted.item_sd * normal(self._seed, "item/difficulty", item)
        effect = planted.effect(arm)
        if arm != self.setting.protocol.analysis.reference:
            effect += planted.effect_person_sd * normal(self._seed, "person/effect", self.number)
            effect += planted.effect_item_sd * normal(self._seed, f"item/effect/{arm}", item)
        shift = planted.wrong_shift if is_wrong else 0.0
        return inverse_logit(planted.intercept + shift + self.ability - difficulty + effect)

    # Behaviour

    def answers(self, step: Step, arm: str, options: Options) -> dict[str, str]:
        """Return what they answer on a page: values by question, of what the page offers."""
        asked = asked_by(step, self.setting.protocol, self.setting.catalog, arm)
        if step.kind == "trial":
            return self._trial(step, arm, options)
        if step.kind == "attention":
            return self._attention(step, options)
        given = (
            (question, self._answer(question, step, arm, options))
            for question in asked
            if question.kind != "seen"
        )
        return {question.name: answer for question, answer in given if answer is not None}

    def times(self, step: Step) -> Times:
        """Return how long they take for a page."""
        planted, who = self._planted, self.number
        median = _READING_MS.get(step.kind, planted.trial_ms)
        spread = planted.time_person_sd * normal(self._seed, "person/time", who)
        spread += planted.time_sd * normal(self._seed, f"time/{who}", step.position)
        if step.item:
            spread += planted.time_item_sd * normal(self._seed, "item/time", step.item)
        pace = _HURRY if self.kind == "inattentive" else 1.0
        response_ms = min(round(median * pace * math.exp(spread)), 3_600_000)
        if self._happens(planted.looks_away, f"away/{step.position}"):
            return Times(response_ms, response_ms // 2)
        return Times(response_ms)

    def _trial(self, step: Step, arm: str, options: Options) -> dict[str, str]:
        catalog, task = self.setting.catalog, get_task(step.task)
        key = task.key(task.main_question, catalog, step.item, step.model)
        truth = catalog.truth(step.item)
        chance = 1 / len(options[task.main_question])
        p = self.probability(step.item, step.model, arm) if self.kind == "attentive" else chance
        where = f"{self.number}/{step.position}"
        is_lured = (
            self.kind == "attentive"
            and truth != key
            and uniform(self._seed, "lure", where) < self._planted.lure
        )
        return task.virtual_answers(
            knows=uniform(self._seed, "knows", where) < p,
            confidence=self._stated(p, where),
            options=options,
            key=key,
            lure=truth if is_lured else "",
            draw=uniform(self._seed, "wrong", where),
            scale=self._confidence_scale(step),
        )

    def _confidence_scale(self, step: Step) -> str:
        phase = self.setting.protocol.phases[step.phase_number]
        asked = phase.task.confidence if isinstance(phase, ph.Practice | ph.Test) else None
        return "probability" if asked is None else asked.scale

    def _stated(self, p: float, where: str) -> float:
        """The probability of being right as they state it: noisy, and too high."""
        noise = self._planted.confidence_sd * normal(self._seed, "confidence", where)
        return inverse_logit(logit(min(max(p, 1e-9), 1 - 1e-9)) + self._planted.overconfidence + noise)

    def _attention(self, step: Step, options: Options) -> dict[str, str]:
        wanted: dict[str, str] = step.detail["wanted"]
        if self.kind != "inattentive":
            return dict(wanted)
        where = f"{self.number}/{step.position}"
        return {
            name: pick(
                [value for value in values if value != wanted.get(name)],
                self._seed,
                f"attention/{name}",
                where,
            )
            for name, values in options.items()
        }

    def _answer(self, question: Question, step: Step, arm: str, options: Options) -> str | None:
        """Return the answer to a question of a step without an item; None leaves it open."""
        where = f"{self.number}/{step.position}/{question.name}"
        if not question.required and uniform(self._seed, "skip", where) < self._planted.skips_question:
            return None
        match question:
            case ChoiceQuestion(role="consent"):
                return options[question.name][0]
            case ChoiceQuestion() if question.right is not None:
                return self._check(question, step, options)
            case ScaleQuestion():
                return self._rating(question, arm, options[question.name])
            case NumberQuestion():
                return self._number(question, arm)
            case TextQuestion():
                return pick(_REMARKS, self._seed, "remark", where)
        return pick(options[question.name], self._seed, "answer", where)

    def _check(self, question: ChoiceQuestion, step: Step, options: Options) -> str:
        """Answer a question that has a right answer: of the gate, or of a tutorial's check."""
        phase = self.setting.protocol.phases[step.phase_number]
        if isinstance(phase, ph.Gate):
            attempt = step.detail["attempt"]
            slips = (
                attempt == 1 and phase.attempts > 1 and self._happens(self._planted.gate_slip, "gate-slip")
            )
            is_wrong = (self.fails_gate or slips) and question.name == phase.questions[0].name
        else:
            is_wrong = self._happens(self._planted.check_failure, "check")
        others = [value for value in options[question.name] if value != question.right]
        if is_wrong and others:
            return pick(others, self._seed, f"check/{question.name}", f"{self.number}/{step.position}")
        return question.right or ""

    def _rating(self, question: ScaleQuestion, arm: str, points: Sequence[str]) -> str:
        """Cut a normal variable into the points of a scale; who is content says less of a reverse item."""
        planted = self._planted
        own = planted.rating_person_sd * normal(self._seed, "person/rating", self.number)
        rest = math.sqrt(max(0.0, 1 - planted.rating_person_sd**2)) * normal(
            self._seed, question.name, self.number
        )
        content = own + rest + planted.ratings.get(arm, 0.0)
        if self.kind == "inattentive":
            content = normal(self._seed, f"careless/{question.name}", self.number)
        if question.reverse:
            content = -content
        middle = (len(points) - 1) / 2
        return points[min(max(round(middle + content * len(points) / 5), 0), len(points) - 1)]

    def _number(self, question: NumberQuestion, arm: str) -> str:
        """Guess one's own score: what they expect of themselves, and some error."""
        low, high = question.minimum or 0.0, question.maximum if question.maximum is not None else 100.0
        share = self._expected_share(arm) + _DRIFT * normal(self._seed, "estimate", self.number)
        value = min(max(low + (high - low) * share, low), high)
        return (
            f"{value:.2f}"
            if question.decimal
            else str(min(max(round(value), math.ceil(low)), math.floor(high)))
        )

    def _expected_share(self, arm: str) -> float:
        if self.kind != "attentive":
            return 0.5
        phase = next((phase for phase in self.setting.protocol.phases if isinstance(phase, ph.Test)), None)
        if phase is None:
            return 0.5
        model = phase.task.model or self.setting.protocol.model
        items = self.setting.catalog.items_with(phase.items.strata)
        return sum(self.probability(item, model, arm) for item in items) / max(len(items), 1)

    def _happens(self, share: float, purpose: str) -> bool:
        return uniform(self._seed, f"person/{purpose}", self.number) < share

    @property
    def _planted(self) -> Psychometrics:
        return self.setting.planted

    @property
    def _seed(self) -> int:
        return self.setting.seed
