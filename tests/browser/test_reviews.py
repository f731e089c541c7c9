"""A whole session of the reviews study on a phone, and a learning page of every arm: sentences, tokens and rules."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.acting import choose, go_on, wait_until_seen
from tests.browser.axe import violations
from tests.browser.serving import Site
from tests.browser.test_layout import show
from tests.browser.walker import RIGHT_IN, Walker, wanted
from tests.browser.watching import Watch

PHONE, NARROW = {"width": 390, "height": 844}, {"width": 320, "height": 568}
SHEETS = {  # how many sheets stand beside a sentence in each arm, and of which kinds
    "control": (0, set()),
    "lime": (1, {"tokens"}),
    "anchor": (1, {"rules"}),
    "prototype": (3, {"tokens"}),
    "path": (2, {"tokens", "text"}),  # a text where one step is enough, and the second says so
    "attention": (1, {"tokens"}),
    "placebo": (1, {"tokens"}),
}
_SIDEWAYS = "document.scrollingElement.scrollWidth - innerWidth"
_CUT = """() => [...document.querySelectorAll("main :is(.sheet *, .facts *, .cells span, .button)")]
  .filter((one) => one.checkVisibility() && !one.matches(".unseen"))
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline"
    || one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 80))"""
_BROKEN = """() => [...document.querySelectorAll(".facts dd")]
  .filter((one) => !one.textContent.includes(" ") && one.getBoundingClientRect().height > 40)
  .map((one) => one.textContent)"""
_SHEETS = """() => [...document.querySelectorAll(".sheet")].slice(1)
  .map((one) => one.className.replace("sheet sheet-", ""))"""


@dataclass
class Walked:
    """A session on a phone, and what was wrong with its pages."""

    token: str
    broken: list[str] = field(default_factory=list)
    pages: set[tuple[str, str]] = field(default_factory=set)
    last_page: str = ""
    complaints: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def walked(browser: Browser, site: Site) -> Walked:
    """Walk once for all tests of this file, whatever the arm."""
    with browser.new_context(viewport=PHONE, has_touch=True, reduced_motion="reduce") as context:
        context.set_default_timeout(20_000)
        watch = Watch(site.base)
        watch.follow(context)
        page = context.new_page()
        page.goto(site.address("/s/reviews/"))
        session = Walked(page.url.split("/")[4])
        _walk(page, site, session)
        session.complaints, session.pictures = watch.complaints, watch.pictures()
        return session


def _walk(page: Page, site: Site, session: Walked) -> None:
    wait_until_seen(page)
    while (step := site.next_step_of(session.token)) is not None:
        kind = (step["phase"], step["kind"])
        session.broken += _faults(page, is_first=kind not in session.pages)
        session.pages.add(kind)
        asked = {f"q-{name}": value for name, value in wanted(site, session.token).items()}
        choose(page, RIGHT_IN["reviews"] | asked)
        go_on(page)
    session.broken += _faults(page, is_first=True)
    session.last_page = page.inner_text("main")


def _faults(page: Page, *, is_first: bool) -> list[str]:
    """What is wider than the phone, and on the first page of its kind what axe finds."""
    found = page.evaluate(_CUT) + (violations(page) if is_first else [])
    found += ["scrolls sideways"] if page.evaluate(_SIDEWAYS) > 0 else []
    return [f"{page.title()}: {fault}" for fault in found]


def test_the_session_ends_with_the_completion_code(walked: Walked) -> None:
    assert "FORETOLD-REVIEWS" in walked.last_page


def test_no_page_of_it_breaks_a_rule_or_is_wider_than_the_phone(walked: Walked) -> None:
    assert walked.broken == []
    assert {("learning", "learning"), ("practice", "feedback"), ("test", "trial")} <= walked.pages


def test_the_window_stays_without_errors_and_fetches_no_picture(walked: Walked) -> None:
    assert walked.complaints == []
    assert walked.pictures == []


def test_every_test_trial_has_its_answer(walked: Walked, site: Site) -> None:
    answers = [row for row in site.responses_of(walked.token) if row["question"] == "prediction"]
    assert len([row for row in answers if row["kind"] == "trial" and row["phase"] == "test"]) == 32
    assert {row["answer"] for row in answers} <= {"negative", "positive"}


def test_a_learning_page_of_every_arm_is_accessible_and_fits_a_phone(site: Site, page: Page) -> None:
    page.set_viewport_size(PHONE)
    left = dict(SHEETS)
    for _ in range(3 * len(SHEETS)):
        walker = Walker(site, "reviews").arrive().walk_to("tutorial")
        if walker.arm not in left:
            continue
        count, kinds = left.pop(walker.arm)
        page.goto(walker.walk_to("learning", "learning").address)
        wait_until_seen(page)
        shown = page.evaluate(_SHEETS)
        assert len(shown) == count, walker.arm
        assert set(shown) <= kinds, walker.arm
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert _faults(page, is_first=True) == [], walker.arm
        page.set_viewport_size(NARROW)
        assert _faults(page, is_first=False) == [], walker.arm
        page.set_viewport_size(PHONE)
        if not left:
            return
    raise AssertionError(f"nobody was allocated to {', '.join(left)}")


def test_no_word_is_cut_or_broken_on_the_narrowest_screen(site: Site, page: Page) -> None:
    """Three facts beside each other, and six steps of confidence, are where room is least."""
    walker = Walker(site, "reviews").arrive()
    for phase, kind in (("practice", "feedback"), ("test", "trial")):
        show(page, walker.walk_to(phase, kind).address, NARROW)
        assert _faults(page, is_first=False) == [], phase
        assert page.evaluate(_BROKEN) == [], phase
