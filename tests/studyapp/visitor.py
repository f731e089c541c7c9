"""A visitor for tests: reads a page's form as a browser would and fills it in."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from studyapp.models import Participant, Step, Study

GATE = {"q-aim": "model", "q-often": "no"}  # the right answers of the small study


@dataclass
class Form(HTMLParser):
    """The first form of a page: hidden fields, and the values offered by each other field."""

    html: str
    hidden: dict[str, str] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        match tag, at.get("type"):
            case "input", "hidden":
                self.hidden[at["name"]] = at["value"]
            case "input", "radio" | "checkbox":
                self.offered.setdefault(at["name"], []).append(at["value"])
            case (("input" | "textarea"), _):
                self.typed.append(at["name"])

    def filled(self, **answers: str) -> dict[str, str]:
        """Everything that would be sent when each question is answered with its first value."""
        first = {name: values[0] for name, values in self.offered.items()}
        return self.hidden | first | dict.fromkeys(self.typed, "1") | self._gate() | answers

    def _gate(self) -> dict[str, str]:
        return {name: value for name, value in GATE.items() if name in self.offered}


@dataclass
class Visitor:
    """Someone with a browser: `html` is what they see."""

    study: Study
    swaps: bool = True
    client: Client = field(default_factory=Client)
    token: str = ""
    html: str = ""
    sent: list[dict[str, str]] = field(default_factory=list)
    seen: list[HttpResponse] = field(default_factory=list)

    def arrive(self, **parameters: str) -> Visitor:
        response = self.client.get(reverse("arrive", args=[self.study.slug]), parameters)
        self.token = response.url.split("/")[2]
        return self.look()

    def look(self) -> Visitor:
        self._keep(self.client.get(self.url))
        return self

    @property
    def url(self) -> str:
        return reverse("walk", args=[self.token])

    @property
    def form(self) -> Form:
        return Form(self.html)

    @property
    def participant(self) -> Participant:
        return Participant.objects.get(token=self.token)

    def answer(self, **answers: str) -> HttpResponse:
        """Send the form that is seen, with these fields changed (dashes of names as underscores after `q_`)."""
        changed = {name.replace("q_", "q-", 1): value for name, value in answers.items()}
        return self.send(self.form.filled(**changed))

    def send(self, data: dict[str, str]) -> HttpResponse:
        self.sent.append(data)
        headers = {"HX-Request": "true"} if self.swaps else {}
        response = self.client.post(self.url, data, headers=headers, follow=not self.swaps)
        self._keep(response)
        return response

    def walk_to(self, phase: str = "", kind: str = "") -> Step:
        """Answer page after page until the next step is of this phase and kind."""
        while (step := self.step) is not None:
            if (not phase or step.phase == phase) and (not kind or step.kind == kind):
                return step
            self.answer()
        raise AssertionError(f"no step {phase} {kind}")

    def walk_to_the_end(self) -> Visitor:
        while 'name="step"' in self.html:
            self.answer()
        return self

    @property
    def step(self) -> Step | None:
        return Step.objects.of(self.token).unanswered().first()

    def _keep(self, response: HttpResponse) -> None:
        self.seen.append(response)
        self.html = response.content.decode()
