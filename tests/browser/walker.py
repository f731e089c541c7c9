"""A participant without a browser: plain requests bring them quickly to the step that a test is about."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

from tests.browser.serving import Site
from tests.studyapp.visitor import GATE, Form

# the gates of the studies
RIGHT = {"q-task": "model", "q-error-rate": "half", "q-confidence": "10", **GATE}
RIGHT_IN = {"reviews": RIGHT | {"q-confidence": "50"}}


@dataclass
class Walker:
    """`html` is the page where they stand; `address` their personal link."""

    site: Site
    study: str = "digits"
    address: str = ""
    html: str = ""

    @property
    def token(self) -> str:
        return self.address.split("/")[4]

    @property
    def arm(self) -> str:
        return self.site.arm_of(self.token)

    def arrive(self) -> Walker:
        with urllib.request.urlopen(self.site.address(f"/s/{self.study}/")) as response:
            self.address, self.html = response.url, response.read().decode()
        return self

    def answer(self, **answers: str) -> None:
        """Send the page's form with the first value of each question, checks answered rightly."""
        form = Form(self.html)
        known = RIGHT_IN.get(self.study, RIGHT)
        right = {name: value for name, value in known.items() if value in form.offered.get(name, [])}
        data = urllib.parse.urlencode(form.filled() | right | answers).encode()
        request = urllib.request.Request(self.address, data, {"HX-Request": "true"})
        with urllib.request.urlopen(request) as response:
            self.html = response.read().decode()

    def walk_to(self, phase: str, kind: str = "") -> Walker:
        """Answer page after page until the next step is of this phase and kind."""
        while (step := self.site.next_step_of(self.token)) is not None:
            if step["phase"] == phase and kind in ("", step["kind"]):
                return self
            self.answer()
        raise AssertionError(f"no step {phase} {kind}")

    def kinds(self, until: str = "") -> Iterator[str]:
        """Walk to the end or the phase `until`; stop at each step that is the first of its phase and kind."""
        passed: set[str] = set()
        while (step := self.site.next_step_of(self.token)) is not None and step["phase"] != until:
            kind = (
                f"{step['phase']}: {step['kind']} {step['detail'] if step['kind'] == 'scale' else ''}".strip()
            )
            if kind not in passed:
                passed.add(kind)
                yield kind
            self.answer()


def arrive_in(site: Site, *arms: str, study: str = "digits") -> Walker:
    """Let people arrive and pass the gate until one is allocated to one of these arms."""
    for _ in range(30):
        walker = Walker(site, study).arrive().walk_to("tutorial")
        if walker.arm in arms:
            return walker
    raise AssertionError(f"nobody was allocated to {' or '.join(arms)}")


def wanted(site: Site, token: str) -> dict[str, str]:
    """What the attention check where the participant stands asks for; nothing at any other step."""
    step = site.next_step_of(token)
    detail = json.loads(step["detail"]) if step is not None else {}
    return dict(detail.get("wanted", {}))
