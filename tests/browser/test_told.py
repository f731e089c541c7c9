"""Texts, tables, tokens, rules and trees in a browser: on a phone, in the dark, by keyboard, without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.acting import answer_by_keyboard, step_shown, wait_until_seen
from tests.browser.axe import violations
from tests.browser.serving import Site
from tests.browser.walker import arrive_in, wanted
from tests.browser.watching import Watch
from tests.studyapp.visitor import GATE

PAGES = [("tutorial", "page"), ("learning", "learning"), ("test", "trial")]
_SIDEWAYS = "document.scrollingElement.scrollWidth - innerWidth"
_LOOK = """() => [...document.querySelectorAll(".sheet")].map((one) => {
  const style = getComputedStyle(one);
  return style.color + style.backgroundColor;
})"""
_CUT = """() => [...document.querySelectorAll(".sheet, .sheet :is(p, table, ul, svg)")]
  .filter((one) => !one.matches(".unseen") && one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_with_sheets_break_no_rule_of_accessibility_and_fit_a_phone(
    site: Site, page: Page, scheme: str
) -> None:
    walker = arrive_in(site, "map", study="told")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 568})
    for phase, kind in PAGES:
        walker.walk_to(phase, kind)
        page.goto(walker.address)
        wait_until_seen(page)
        assert page.locator(".sheet").count() == (1 if phase == "test" else 6)
        assert violations(page) == [], phase
        assert page.evaluate(_SIDEWAYS) <= 0, phase
        assert page.evaluate(_CUT) == [], phase


def test_a_sheet_looks_the_same_to_those_who_like_it_dark(site: Site, page: Page) -> None:
    walker = arrive_in(site, "map", study="told").walk_to("learning", "learning")
    looks = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(walker.address)
        looks.append(page.evaluate(_LOOK))
    assert looks[0] == looks[1]
    assert len(set(looks[0])) == 1


def test_a_study_of_texts_is_walked_with_nothing_but_keys(site: Site, page: Page, watch: Watch) -> None:
    walker = arrive_in(site, "map", "placebo", study="told")
    page.goto(walker.address)
    wait_until_seen(page)
    while step_shown(page) is not None and "DONE42" not in page.inner_text("main"):
        asked = {f"q-{name}": value for name, value in wanted(site, walker.token).items()}
        answer_by_keyboard(page, GATE | {"q-estimate": "3"} | asked)
    assert "DONE42" in page.inner_text("main")
    times = {row["timing"] for row in site.responses_of(walker.token) if row["phase"] == "test"}
    assert times == {"script"}
    assert watch.pictures() == []  # nothing is fetched but pages


def test_sheets_need_no_script(site: Site, browser: Browser) -> None:
    walker = arrive_in(site, "map", study="told").walk_to("learning", "learning")
    with browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()
        plain.goto(walker.address)
        told = plain.inner_text("main")
    assert re.search(r"If\s+weight >", told)
    assert "The weight is" in told
