"""Every byte that reaches the browser in a session: nothing tells the arm, or an answer before it is given.

`tests/studyapp/participate/test_secrets.py` scans what the views send; here is what a browser asks for and gets,
with addresses, headers, cookies and what is loaded ahead.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from functools import cache

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.acting import choose, go_on, questions_on, step_shown, wait_until_seen
from tests.browser.serving import Site
from tests.browser.walker import RIGHT, arrive_in, wanted
from tests.studyapp.processes import ROOT

ARM = "saliency"
BUNDLE = ROOT / "fixtures" / "digits" / "bundle"
TELLING = re.compile(
    r"saliency|grad-?cam|integrated|prototype|counterfactual|placebo|nearest|\bcontrol\b|no explanation",
    re.IGNORECASE,
)
ATTRIBUTES = {"data-preload", "data-state", "data-form", "data-keys", "data-seen"}


@dataclass(frozen=True)
class Reply:
    """One reply, and how many steps were answered when it came."""

    answered: int
    url: str
    headers: str
    body: bytes

    @property
    def is_picture(self) -> bool:
        return "/i/" in self.url

    @property
    def is_static(self) -> bool:
        return "/static/" in self.url


@dataclass
class Session:
    """All replies of a session, the attributes of its trial pages, and the cookies at its end."""

    token: str
    replies: list[Reply]
    attributes: set[str]
    hidden: set[str]
    cookies: list[dict[str, object]]


@pytest.fixture(scope="module")
def session(browser: Browser, site: Site) -> Session:
    """Someone who is shown maps walks from the tutorial to the debrief, and each reply is kept."""
    walker = arrive_in(site, ARM)
    replies: list[Reply] = []
    attributes: set[str] = set()
    hidden: set[str] = set()

    def keep(route: Route) -> None:
        reply = route.fetch(max_redirects=0)
        values = "\n".join(one["value"] for one in reply.headers_array)
        replies.append(Reply(answered, route.request.url, values, reply.body()))
        route.fulfill(response=reply)

    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        page.route("**/*", keep)
        answered = len({response["position"] for response in site.responses_of(walker.token)})
        page.goto(walker.address)
        wait_until_seen(page)
        while step_shown(page) is not None and "FORETOLD-DIGITS" not in page.inner_text("main"):
            if any(asked.name == "q-prediction" for asked in questions_on(page)):
                attributes.update(page.evaluate(_DATA))
                hidden.update(page.evaluate(_HIDDEN))
            choose(page, RIGHT | {f"q-{name}": value for name, value in wanted(site, walker.token).items()})
            page.wait_for_function(_LOADED_AHEAD)  # before this answer, so that it counts as such
            answered += 1
            go_on(page)
        return Session(walker.token, replies, attributes, hidden, context.cookies())


_DATA = """() => [...document.querySelectorAll("main *")].flatMap((one) => [...one.attributes])
  .map((one) => one.name).filter((name) => name.startsWith("data-"))"""
_HIDDEN = """() => [...document.querySelectorAll("main input[type=hidden]")]
  .filter((one) => one.name !== "step").map((one) => one.value)"""

_LOADED_AHEAD = """() => document.getElementById("walk").dataset.preload.split(" ").filter(Boolean)
  .every((address) => performance.getEntriesByName(new URL(address, location).href).length > 0)"""


@cache
def shown_by() -> dict[str, set[tuple[str, str]]]:
    """Which (item, explainer) a picture's bytes show, for the arm of this session; no explainer for an input."""
    found: dict[str, set[tuple[str, str]]] = {}
    with (BUNDLE / "stimuli.csv").open(newline="", encoding="utf-8") as table:
        for row in csv.DictReader(table):
            if row["explainer"] in ("", ARM):
                found.setdefault(row["file"].split(".")[0], set()).add((row["item"], row["explainer"]))
    return found


def test_no_reply_of_the_session_tells_the_arm(session: Session) -> None:
    before_the_debrief = [
        reply for reply in session.replies if b"FORETOLD-DIGITS" not in reply.body and not reply.is_static
    ]
    assert len(before_the_debrief) > 100
    for reply in before_the_debrief:
        text = f"{reply.url}\n{reply.headers}\n{b'' if reply.is_picture else reply.body.decode()}"
        assert not TELLING.search(text), TELLING.search(text)


def test_an_explanation_comes_only_after_its_item_was_answered(session: Session, site: Site) -> None:
    trials = {
        step["item"]: step["position"] for step in site.steps_of(session.token) if step["kind"] == "trial"
    }
    pictures = [reply for reply in session.replies if reply.is_picture]
    explained = set()
    for picture in pictures:
        shown = shown_by()[hashlib.sha256(picture.body).hexdigest()]
        for item, explainer in shown:
            if explainer:
                explained.add(item)
                assert trials.get(item, 0) <= picture.answered, item
    assert len(explained) == 1 + 2 + 16  # the worked example, practice, learning; none of the test


def test_pictures_are_loaded_at_most_one_page_ahead(session: Session, site: Site) -> None:
    needed: dict[str, int] = {}
    for step in site.steps_of(session.token):
        needed.setdefault(step["item"], step["position"])
    for picture in (reply for reply in session.replies if reply.is_picture):
        items = {item for item, _ in shown_by()[hashlib.sha256(picture.body).hexdigest()]}
        first = min(needed.get(item, 0) for item in items)
        assert first <= picture.answered + 2, items


def test_an_address_or_header_names_no_item_file_or_label(session: Session, site: Site) -> None:
    items = {step["item"] for step in site.steps_of(session.token) if step["item"]}
    names = items | set(shown_by())
    for reply in session.replies:
        text = (
            reply.url
            + "\n"
            + reply.headers
            + ("" if reply.is_picture or reply.is_static else reply.body.decode())
        )
        assert not [name for name in names if name in text]
        if reply.is_picture:
            assert re.fullmatch(r"/i/digits/[0-9a-f]{32}\.(png|webp)", reply.url.removeprefix(site.base))


def test_a_trial_carries_no_data_but_what_the_script_needs(session: Session) -> None:
    assert session.attributes <= ATTRIBUTES
    assert session.hidden == {""}


def test_no_cookie_is_set(session: Session) -> None:
    assert session.cookies == []
