"""Without scripts a whole session works by plain posts; the times are then missing and marked so."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.acting import choose
from tests.browser.serving import Site
from tests.browser.walker import RIGHT, wanted
from tests.browser.watching import Watch


@pytest.fixture
def plain_page(browser: Browser, site: Site) -> Iterator[Page]:
    """A phone's tab where scripts are off."""
    with browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False) as context:
        watch = Watch(site.base)
        watch.follow(context)
        yield context.new_page()
        assert watch.complaints == []


def test_a_whole_session_works_without_scripts(plain_page: Page, site: Site) -> None:
    plain_page.goto(site.address("/s/digits/"))
    address = plain_page.url
    token = address.split("/")[4]
    while site.next_step_of(token) is not None:
        choose(plain_page, RIGHT | {f"q-{name}": value for name, value in wanted(site, token).items()})
        with plain_page.expect_navigation():
            plain_page.locator("button.main").click()
        assert plain_page.url == address
    assert "FORETOLD-DIGITS" in plain_page.inner_text("main")
    responses = site.responses_of(token)
    planned = sum(len(json.loads(step["questions"])) for step in site.steps_of(token))
    assert len(responses) == planned
    assert {(r["timing"], r["response_ms"], r["onset_at"]) for r in responses} == {("none", None, None)}


def test_a_missing_answer_is_named_without_scripts_too(plain_page: Page, site: Site) -> None:
    plain_page.goto(site.address("/s/digits/"))
    form = plain_page.locator("form[data-form]")
    form.evaluate("form => { form.noValidate = true }")  # as a browser that does not check forms itself
    with plain_page.expect_navigation():
        plain_page.locator("button.main").click()
    assert plain_page.locator(".missing .why").count() == 3
