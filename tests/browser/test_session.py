"""A whole session of the digits study, by keyboard alone, from the link to the completion code."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.acting import answer_by_keyboard, wait_until_seen
from tests.browser.axe import violations
from tests.browser.serving import Site
from tests.browser.walker import RIGHT, wanted
from tests.browser.watching import Watch

MAPS = ("saliency", "gradcam", "integrated", "placebo")


@dataclass
class Walked:
    """A session that went by keyboard from the link to the code."""

    token: str
    broken: list[str] = field(default_factory=list)  # axe's complaints, with the page they are about
    titles: set[str] = field(default_factory=set)
    last_page: str = ""
    complaints: list[str] = field(default_factory=list)
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime = field(default_factory=lambda: datetime.now(UTC))


@pytest.fixture(scope="module")
def walked(browser: Browser, site: Site) -> Walked:
    """Walk once for all tests of this file; people arrive until one of them is to see maps."""
    for _ in range(16):
        with browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce") as context:
            watch = Watch(site.base)
            watch.follow(context)
            page = context.new_page()
            began = datetime.now(UTC)
            page.goto(site.address("/s/digits/"))
            session = Walked(page.url.split("/")[4], began=began)
            if _walk(page, site, session):
                session.complaints = watch.complaints
                return session
    raise AssertionError("nobody was allocated to an arm with maps")


def _walk(page: Page, site: Site, session: Walked) -> bool:
    wait_until_seen(page)
    kinds: set[tuple[str, str]] = set()
    while (step := site.next_step_of(session.token)) is not None:
        if step["phase"] == "tutorial" and site.arm_of(session.token) not in MAPS:
            return False
        session.titles.add(page.title())
        session.broken += _look(page, dark=(step["phase"], step["kind"]) not in kinds)
        kinds.add((step["phase"], step["kind"]))
        answer_by_keyboard(
            page, RIGHT | {f"q-{name}": value for name, value in wanted(site, session.token).items()}
        )
    session.ended = datetime.now(UTC)
    session.broken += _look(page, dark=True)
    session.last_page = page.inner_text("main")
    return True


def _look(page: Page, *, dark: bool) -> list[str]:
    """Check the page in the light scheme; the first of its kind in the dark one too."""
    found = violations(page)
    if dark:
        page.emulate_media(color_scheme="dark")
        found += violations(page)
        page.emulate_media(color_scheme="light")
    return [f"{page.title()}: {complaint}" for complaint in found]


def test_the_session_ends_with_the_completion_code(walked: Walked) -> None:
    assert "FORETOLD-DIGITS" in walked.last_page


def test_axe_finds_nothing_on_any_page_of_it(walked: Walked) -> None:
    assert walked.broken == []


def test_the_window_stays_without_errors_and_asks_no_other_host(walked: Walked) -> None:
    assert walked.complaints == []


def test_the_title_of_the_window_follows_the_pages(walked: Walked) -> None:
    assert {
        "Taking part in this study",
        "Learning: picture 16 of 16",
        "Test: picture 32 of 32",
    } <= walked.titles


def test_every_planned_question_has_exactly_one_response(walked: Walked, site: Site) -> None:
    planned = [
        (step["position"], name)
        for step in site.steps_of(walked.token)
        for name, _ in json.loads(step["questions"])
    ]
    answered = [(response["position"], response["question"]) for response in site.responses_of(walked.token)]
    assert sorted(answered) == sorted(planned)
    assert len([step for step in site.steps_of(walked.token) if step["kind"] == "trial"]) == 2 + 32


CLOCKS = timedelta(
    seconds=1
)  # the browser's clock and the server's are not one: Chromium corrects its own late


def test_every_response_is_timed_and_every_time_can_be_true(walked: Walked, site: Site) -> None:
    by_step = {response["position"]: response for response in site.responses_of(walked.token)}
    onsets = []
    for response in by_step.values():
        onset, answered = (
            datetime.fromisoformat(response[name]).replace(tzinfo=UTC) for name in ("onset_at", "answered_at")
        )
        took = response["response_ms"] / 1000
        assert response["timing"] == "script"
        assert response["hidden_ms"] == 0
        assert walked.began - CLOCKS <= onset <= answered + CLOCKS
        assert answered <= walked.ended + CLOCKS
        assert 0 <= took <= (answered - onset + CLOCKS).total_seconds()
        onsets.append(onset)
    assert all(one < next_one for one, next_one in pairwise(onsets))


def test_the_answers_chosen_by_keys_are_the_answers_stored(walked: Walked, site: Site) -> None:
    stored = {(r["phase"], r["kind"], r["question"]): r["answer"] for r in site.responses_of(walked.token)}
    assert stored["gate", "gate", "error-rate"] == "half"
    assert stored["test", "trial", "prediction"] == "0"
    assert stored["ratings", "estimate", "estimate"] == "7"
    checks = [step for step in site.steps_of(walked.token) if step["kind"] == "attention"]
    for check in checks:
        answers = {
            r["question"]: r["answer"]
            for r in site.responses_of(walked.token)
            if r["position"] == check["position"]
        }
        assert answers == json.loads(check["detail"])["wanted"]
    assert len(checks) == 2
