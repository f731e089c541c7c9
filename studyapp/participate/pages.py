"""What is on the page of a step: everything its template needs, and nothing that must not be told yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.urls import reverse

from protocol.schema import Protocol
from protocol.schema import phases as ph
from studyapp.catalog import Catalog, address, is_picture
from studyapp.models import BundleStimulus, Participant, Response, Step, Study
from studyapp.participate.markdown import render
from studyapp.participate.planning import walk_length
from studyapp.participate.questions import asked_by
from studyapp.participate.services import Position
from studyapp.participate.shown import Field, Page, Panel, Picture, Sheet, field_of
from studyapp.participate.tokens import step_token
from studyapp.tasks.registry import get_task

T = TypeVar("T")

_PARTS = (
    ("consent", "instructions", "gate"),
    ("tutorial", "practice"),
    ("learning",),
    ("test",),
    ("ratings", "demographics", "debrief"),
)


def page_of(position: Position) -> Page:
    """Return the page of the step where a participant stands; the position must have one."""
    if position.step is None:
        raise ValueError("there is no step to show")
    return _Builder(position, position.step).page()


class _Builder:
    """Makes one page; it exists so that its parts need not hand the same six things around."""

    def __init__(self, position: Position, step: Step):
        self.position, self.step = position, step
        self.participant: Participant = position.participant
        self.study: Study = self.participant.study
        self.protocol: Protocol = position.protocol
        self.catalog: Catalog = position.catalog
        self.phase = self.protocol.phases[step.phase_number]

    def page(self) -> Page:
        special = getattr(self, "_" + self.step.kind.replace("-", "_"))()
        common = {
            "token": step_token(self.participant, self.step.position),
            "part": next(n for n, kinds in enumerate(_PARTS, start=1) if self.step.phase in kinds),
            "parts": len(_PARTS),
            "progress": self._progress(),
            "fields": self._fields(),
            "reminder": render(self.protocol.reminder) if self._may_remind() else None,
            "preload": self._preload(),
        }
        return Page(**(common | special))

    def _progress(self) -> int:
        length = walk_length(self.position.protocol_sha256, self.protocol, self.catalog)
        return min(99, round(100 * (self.step.position - 1) / length))

    def _may_remind(self) -> bool:
        return bool(self.protocol.reminder) and self.step.phase in (
            "tutorial",
            "practice",
            "learning",
            "test",
        )

    def _fields(self) -> list[Field]:
        asked = asked_by(self.step, self.protocol, self.catalog, self.participant.arm)
        return [field_of(question, self.position.sent, self.position.faults) for question in asked]

    # Pages without an item

    def _consent(self) -> dict[str, Any]:
        phase = _of(self.phase, ph.Consent)
        return {
            "template": "studyapp/steps/consent.html",
            "title": phase.title,
            "body": render(phase.text),
            "button": phase.agree,
            "extra": {"decline": phase.decline},
        }

    def _page(self) -> dict[str, Any]:
        if isinstance(self.phase, ph.Tutorial):
            pages = self.phase.arms[self.participant.arm].pages
        else:
            pages = _of(self.phase, ph.Instructions).pages
        return self._reading(pages[self.step.detail["page"]])

    def _intro(self) -> dict[str, Any]:
        phase = self.phase
        page = phase.intro if isinstance(phase, ph.Learning | ph.Test) else None
        if page is None:
            raise ValueError(f"{phase.kind} has no intro")
        return self._reading(page)

    def _reading(self, page: ph.Page) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "template": "studyapp/steps/page.html",
            "title": page.title,
            "body": render(page.text),
            "button": page.button,
        }
        if page.example is not None:
            item = self.catalog.items_with(page.example.strata)[page.example.number - 1]
            shown |= self._revealed(item, self.protocol.model, explain=page.example.explanation)
        return shown

    def _gate(self) -> dict[str, Any]:
        phase = _of(self.phase, ph.Gate)
        wrong: list[str] = []
        if self.step.detail["attempt"] > 1:
            before = self._answers_before()
            wrong = [q.reteach or q.text for q in phase.questions if before.get(q.name) != q.right]
        return {
            "template": "studyapp/steps/gate.html",
            "title": phase.title,
            "body": render(phase.text) if phase.text else None,
            "extra": {"again": phase.again if wrong else "", "reteach": wrong},
        }

    def _check(self) -> dict[str, Any]:
        return {"template": "studyapp/steps/form.html", "title": "A quick check"}

    def _check_feedback(self) -> dict[str, Any]:
        tutorial = _of(self.phase, ph.Tutorial).arms[self.participant.arm]
        check = tutorial.check
        if check is None:
            raise ValueError("feedback without a check")
        is_right = self._answers_before().get(check.name) == check.right
        body = tutorial.right if is_right else f"**Not quite.** {check.reteach}"
        return {"template": "studyapp/steps/page.html", "title": "A quick check", "body": render(body)}

    def _estimate(self) -> dict[str, Any]:
        return {"template": "studyapp/steps/form.html", "title": _of(self.phase, ph.Ratings).title}

    def _scale(self) -> dict[str, Any]:
        phase = _of(self.phase, ph.Ratings)
        instrument = phase.instruments[self.step.detail["instrument"]].instrument
        intro = instrument.intro if instrument is not None else ""
        return {"template": "studyapp/steps/form.html", "title": phase.title, "body": render(intro)}

    def _demographics(self) -> dict[str, Any]:
        phase = _of(self.phase, ph.Demographics)
        return {"template": "studyapp/steps/form.html", "title": phase.title, "body": render(phase.text)}

    def _debrief(self) -> dict[str, Any]:
        phase = _of(self.phase, ph.Debrief)
        return {
            "template": "studyapp/steps/debrief.html",
            "title": phase.title,
            "body": render(phase.text),
            "button": phase.button,
            "extra": {"code": self.protocol.completion.code, "withdraw": phase.withdraw},
        }

    # Pages with an item

    def _trial(self) -> dict[str, Any]:
        phase = self.phase
        if not isinstance(phase, ph.Practice | ph.Test):
            raise ValueError(f"{phase.kind} has no trials")
        shown = self.protocol.explanation_at_test == "shown" and isinstance(phase, ph.Test)
        return {
            "template": get_task(phase.task.kind).template,
            "title": self._counted(phase.title, phase.task.noun, phase.items.count),
            **self._shown(self.step.item, self.step.model, explain=shown, headed=shown),
        }

    def _attention(self) -> dict[str, Any]:
        phase = _of(self.phase, ph.Test)
        wanted = self.step.detail["wanted"]
        task = get_task(phase.task.kind)
        asked = phase.task.confidence
        unit = " %" if asked is not None and asked.scale == "probability" else ""
        text = phase.attention_checks.text.format(
            answer=wanted[task.main_question], confidence=f"{wanted.get('confidence', '')}{unit}"
        )
        return {"template": task.template, "title": phase.title, "card": text}

    def _learning(self) -> dict[str, Any]:
        phase = _of(self.phase, ph.Learning)
        title = self._counted(phase.title, phase.noun, phase.items.count)
        revealed = self._revealed(self.step.item, self.step.model, explain=True)
        return revealed | {
            "template": "studyapp/steps/learning.html",
            "title": title,
            "button": f"Next {phase.noun}",
        }

    def _feedback(self) -> dict[str, Any]:
        phase = _of(self.phase, ph.Practice)
        task = get_task(phase.task.kind)
        said = self._answers_before().get(task.main_question, "")
        revealed = self._revealed(self.step.item, self.step.model, explain=phase.explanation)
        facts = [("You said", said), *revealed["facts"]]
        verdict = task.feedback(
            said, task.key(task.main_question, self.catalog, self.step.item, self.step.model)
        )
        return revealed | {
            "template": "studyapp/steps/learning.html",
            "facts": facts,
            "remark": f"{verdict} {revealed['remark']}",
            "title": self._counted(phase.title, phase.task.noun, phase.items.count),
            "button": "Continue",
        }

    def _counted(self, title: str, noun: str, count: int) -> str:
        return f"{title}: {noun} {self.step.number} of {count}"

    def _revealed(self, item: str, model: str, *, explain: bool) -> dict[str, Any]:
        """An item with output, truth and, where wanted, the arm's explanation."""
        output, truth = self.catalog.output(item, model), self.catalog.truth(item)
        return {
            **self._shown(item, model, explain=explain, headed=True),
            "facts": [(self.protocol.output_heading, output), (self.protocol.truth_heading, truth)],
            "remark": "The model got this one right." if output == truth else "The model got this one wrong.",
        }

    def _shown(self, item: str, model: str, *, explain: bool, headed: bool) -> dict[str, Any]:
        """What is shown of an item: the input and, where wanted, the arm's explanation with its legend."""
        panels = self._panels(item, model, explain=explain, headed=headed)
        explainer = self.protocol.arm(self.participant.arm).explainer if explain else "none"
        display = self.protocol.displays.get(explainer)
        legend = display.legend if display is not None else None
        has_colours = any(panel.pictures for panel in panels[1:])  # sheets explain theirs
        return {"panels": panels, "legend": legend, "ramp": self.catalog.ramp if has_colours else None}

    def _panels(self, item: str, model: str, *, explain: bool, headed: bool) -> list[Panel]:
        panels = [self._panel(self.protocol.input_heading if headed else "", self.catalog.inputs(item))]
        if explain:
            arm = self.protocol.arm(self.participant.arm)
            parts = self.catalog.explanation(item, model, arm.explainer, arm.target)
            if parts:
                panels.append(self._panel(self.protocol.displays[arm.explainer].heading, parts))
        return panels

    def _panel(self, heading: str, parts: Sequence[BundleStimulus]) -> Panel:
        pictures = [part for part in parts if is_picture(part)]
        sheets = [part for part in parts if not is_picture(part)]
        begins_with_sheet = bool(sheets) and parts[0] is sheets[0]
        shown = (list(map(self._picture, pictures)), list(map(self._sheet, sheets)))
        return Panel(heading, *shown, begins_with_sheet=begins_with_sheet)

    def _sheet(self, part: BundleStimulus) -> Sheet:
        return Sheet(self.catalog.html(part), part.caption, self.catalog.is_telling(part))

    def _picture(self, part: BundleStimulus) -> Picture:
        url = stimulus_url(self.study, part.file)
        size = (part.width or 0, part.height or 0)
        return Picture(url, *size, part.alt, part.caption, self.catalog.is_telling(part))

    def _preload(self) -> list[str]:
        """Pictures of the next page; never those that would answer this one."""
        step, upcoming = self.step, self.position.upcoming
        if upcoming is None or not upcoming.item or upcoming.item == step.item:
            return []
        explained = upcoming.kind == "learning" and self.participant.arm
        panels = self._panels(upcoming.item, upcoming.model, explain=bool(explained), headed=False)
        return [picture.url for panel in panels for picture in panel.pictures]

    def _answers_before(self) -> dict[str, str]:
        """The answers to the step before this one, by question."""
        rows = Response.objects.filter(
            step__participant=self.participant, step__position=self.step.position - 1
        )
        return dict(rows.values_list("question", "answer"))


def stimulus_url(study: Study, file: str) -> str:
    """Return the address a stimulus is shown from."""
    return reverse("stimulus", args=[study.slug, address(study, file)])


def _of(phase: object, kind: type[T]) -> T:
    """Return a phase as the kind it must be."""
    if not isinstance(phase, kind):
        raise TypeError(f"a step of {kind.__name__} points at {type(phase).__name__}")
    return phase
