"""Virtual participants walk a study: the same addresses, forms and one-time tokens as everybody's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from studyapp.catalog import catalog_of
from studyapp.errors import StudyError, StudyNotOpen
from studyapp.models import Participant, Step, Study
from studyapp.participate.answers import PREFIX
from studyapp.recruit.arrivals import sign_source
from studyapp.simulate.browser import Browser, PageFailed, Reply, with_query
from studyapp.simulate.forms import Form, only_form, step_form
from studyapp.simulate.people import Setting, VirtualPerson
from studyapp.simulate.psychometrics import Psychometrics

_LONGEST_WALK = 2000  # pages; a server that never comes to an end is a fault
_GAP_MS = 350  # from sending a page to the next one's onset


@dataclass(frozen=True)
class Walk:
    """How one virtual participant's walk went."""

    number: int
    participant: str
    """Their public id, as in the export."""
    outcome: str
    """How far they came, in the words of the export."""
    steps: int
    """Pages answered in this run: none for someone who had walked before."""


_REMEDIES = {
    "draft": "`manage.py launch` opens a draft.",
    "paused": "The console resumes a paused one.",
    "closed": "A closed one stays closed; `manage.py newstudy` makes a new one.",
}


def simulated_walks(
    study: Study, participants: int, seed: int, psychometrics: Psychometrics | None = None
) -> Iterator[Walk]:
    """Let virtual participants 1 … `participants` of `seed` walk a study, and yield each walk.

    Those who walked before, in a run that was stopped, are yielded as they are; one who was under way goes on
    at their next page. Raises StudyError before the first walk where the study is not open, a parameter names
    an unknown arm, or the seed was used with other parameters; PageFailed where a page does not answer as it
    should.
    """
    if study.status != Study.Status.OPEN:
        raise StudyNotOpen(
            f"{study} is {study.status}; virtual participants walk an open study. " + _REMEDIES[study.status]
        )
    if participants < 0:
        raise StudyError(f"participants is {participants}; a whole number of at least 0 is needed.")
    planted = (psychometrics or Psychometrics()).for_arms(study.protocol.arm_names)
    setting = Setting(study.protocol, catalog_of(study), planted, seed)
    label = f"simulated/{seed}/{planted.fingerprint()}/"
    return _walks(study, setting, label, participants, _known(study, seed, label))


def _known(study: Study, seed: int, label: str) -> dict[int, Participant]:
    """Return who of this seed has arrived already, by number."""
    mine = Participant.objects.filter(
        study=study, source=Participant.Source.SIMULATED, recruiter_session__startswith=f"simulated/{seed}/"
    )
    if others := [
        person.recruiter_session for person in mine if not person.recruiter_session.startswith(label)
    ]:
        raise StudyError(
            f"Virtual participants of seed {seed} have walked {study} with other parameters "
            f"({len(others)} of them). "
            "Give the same parameters to go on, or another seed."
        )
    return {int(person.recruiter_session.removeprefix(label)): person for person in mine}


def _walks(
    study: Study, setting: Setting, label: str, participants: int, known: dict[int, Participant]
) -> Iterator[Walk]:
    browser = Browser()
    for number in range(1, participants + 1):
        walker = _Walker(study, VirtualPerson(setting, number), browser, f"{label}{number}")
        yield walker.walk(known.get(number))


class _Walker:
    """Walks one virtual participant through their pages."""

    def __init__(self, study: Study, person: VirtualPerson, browser: Browser, label: str):
        self.study, self.person, self.browser, self.label = study, person, browser, label
        self.clock = time.time_ns() // 1_000_000
        self.arm = ""
        self.step: Step | None = None  # whose page was shown last
        self.steps: dict[int, Step] = {}

    def walk(self, known: Participant | None) -> Walk:
        answered = 0
        if known is None or not self._is_over(known):
            reply = self._arrive() if known is None else self._get(reverse("walk", args=[known.token]))
            answered = self._walk_on(reply)
        participant = Participant.objects.get(
            study=self.study, source=Participant.Source.SIMULATED, recruiter_session=self.label
        )
        return Walk(self.person.number, participant.public_id, participant.outcome, answered)

    def _arrive(self) -> Reply:
        signed = sign_source(self.study, Participant.Source.SIMULATED, self.label)
        return self._get(with_query(reverse("arrive", args=[self.study.slug]), **{"as": signed}))

    def _is_over(self, known: Participant) -> bool:
        """Whether a known participant is done, closed the page for good, or has yet to go on."""
        if known.finished_at is None and not known.is_gone:
            upcoming = Step.objects.of(known.token).unanswered().first()
            return upcoming is not None and self.person.leaves_at(upcoming, known.arm)
        return known.is_gone or not Step.objects.of(known.token).unanswered().exists()

    def _walk_on(self, reply: Reply) -> int:
        for answered in range(_LONGEST_WALK):
            form = step_form(reply.html)
            if form is None:
                return answered
            step = self.step = self._step(form, reply)
            if self.person.leaves_at(step, self.arm):
                if self.person.says_goodbye:
                    self._say_goodbye(form)
                return answered
            if step.kind == "consent" and self.person.declines:
                fields = form.hidden | {"decline": self._button(form, "decline", reply)}
            else:
                fields = self._filled(form, step, reply)
            reply = self._checked(self.browser.post(form.action, fields, swap=True))
        raise PageFailed(f"{self._who()} was shown more than {_LONGEST_WALK} pages.")

    def _step(self, form: Form, reply: Reply) -> Step:
        """Return the planned step whose page this is, as its one-time token says."""
        position = int(form.hidden.get("step", "").partition(".")[0] or 0)
        if position not in self.steps:
            steps = Step.objects.filter(
                participant__recruiter_session=self.label,
                participant__study=self.study,
                participant__source=Participant.Source.SIMULATED,
            )
            self.steps = {step.position: step for step in steps.select_related("participant")}
            self.arm = next((step.participant.arm for step in self.steps.values()), "")
        if position not in self.steps:
            raise PageFailed(f"{self._who()}: the form on {self._page(reply)} belongs to no planned step.")
        return self.steps[position]

    def _filled(self, form: Form, step: Step, reply: Reply) -> dict[str, str]:
        """Fill in a form: what it carries, the times a script would measure, the answers to what it asks."""
        times = self.person.times(step)
        fields = form.hidden | {
            "onset_at": str(self.clock + _GAP_MS),
            "response_ms": str(times.response_ms),
            "hidden_ms": str(times.hidden_ms),
            "events": times.events,
        }
        self.clock += _GAP_MS + times.response_ms
        options = {name.removeprefix(PREFIX): values for name, values in form.choices.items()}
        absent = [
            name
            for name, role in step.questions
            if role != "seen" and name not in options and PREFIX + name not in form.typed
        ]
        if absent:
            raise PageFailed(
                f"{self._who()}: {self._page(reply)} does not ask {', '.join(absent)} of {step}."
            )
        return fields | {
            PREFIX + name: value for name, value in self.person.answers(step, self.arm, options).items()
        }

    def _say_goodbye(self, form: Form) -> None:
        reply = self._get(f"{form.action}leave/")
        leaving = only_form(reply.html)
        if leaving is None:
            raise PageFailed(f"{self._who()}: {self._page(reply)} has no form.")
        self._checked(
            self.browser.post(leaving.action, leaving.hidden | {"stop": self._button(leaving, "stop", reply)})
        )

    def _button(self, form: Form, name: str, reply: Reply) -> str:
        if name not in form.buttons:
            raise PageFailed(f"{self._who()}: {self._page(reply)} has no button {name!r}.")
        return form.buttons[name]

    def _get(self, path: str) -> Reply:
        return self._checked(self.browser.get(path))

    def _checked(self, reply: Reply) -> Reply:
        if reply.status >= 400:
            raise PageFailed(f"{self._who()}: {self._page(reply)} answered with status {reply.status}.")
        return reply

    def _page(self, reply: Reply) -> str:
        """Name a page without the personal link."""
        room = reply.path.strip("/").split("/")
        return f"/{room[0]}/{room[1]}/" if room[0] == "s" else f"/{room[0]}/…/{'/'.join(room[2:])}"

    def _who(self) -> str:
        at = f", step {self.step.position} ({self.step.phase})" if self.step else ""
        return (
            f"{self.study}: virtual participant {self.person.number} of seed {self.person.setting.seed}{at}"
        )
