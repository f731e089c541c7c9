"""Answering a page: what is missing is named, focus goes where it helps, and no key does what nobody meant."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import answer_by_keyboard, choose, go_on, step_shown, wait_until_seen
from tests.browser.axe import violations
from tests.browser.serving import Site
from tests.browser.walker import Walker


def open_at(page: Page, walker: Walker) -> Walker:
    page.goto(walker.address)
    wait_until_seen(page)
    return walker


@pytest.fixture
def at_trial(site: Site, page: Page) -> Walker:
    return open_at(page, Walker(site).arrive().walk_to("test", "trial"))


def test_a_missing_answer_is_named_and_focused_and_the_given_one_stays(at_trial: Walker, page: Page) -> None:
    page.locator('[name="q-prediction"][value="3"]').check()
    page.locator("button.main").click()
    missing = page.locator("fieldset.missing")
    expect(missing).to_have_count(1)
    expect(missing).to_contain_text("How likely is it that you are right?")
    expect(missing).to_contain_text("Choose an answer, then continue.")
    expect(page.locator('[name="q-confidence"][value="10"]')).to_be_focused()
    expect(page.locator('[name="q-prediction"][value="3"]')).to_be_checked()
    expect(page.get_by_role("status")).to_have_text("Not saved yet")
    assert violations(page) == []


def test_time_goes_on_when_an_answer_was_missing(at_trial: Walker, page: Page) -> None:
    shown = page.evaluate("performance.now()")
    page.locator("button.main").click()
    expect(page.locator("fieldset.missing")).to_have_count(2)
    choose(page, {"q-prediction": "3", "q-confidence": "50"})
    waited = page.evaluate("performance.now()") - shown
    go_on(page)
    response = at_trial.site.responses_of(at_trial.token)[-1]
    assert response["answer"] == "50"
    assert response["response_ms"] >= waited  # counted from the first onset, not from the second showing


def test_a_missing_answer_below_the_fold_comes_into_view(site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 667})
    open_at(page, Walker(site).arrive().walk_to("gate"))
    for question in ("q-task", "q-error-rate"):
        page.locator(f'[name="{question}"]').first.check()
    page.locator("button.main").click()
    expect(page.locator("fieldset.missing")).to_be_in_viewport(ratio=0.99)
    expect(page.locator('[name="q-confidence"]').first).to_be_focused()


def test_after_each_step_the_heading_has_the_focus_and_the_page_is_at_its_top(site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 667})
    open_at(page, Walker(site).arrive())
    choose(page, {})
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert page.evaluate("scrollY") == 0


def test_continue_is_never_disabled_and_nothing_is_chosen_beforehand(at_trial: Walker, page: Page) -> None:
    assert page.locator(":disabled").count() == 0
    assert page.locator("#walk :checked").count() == 0


def test_enter_in_a_tick_box_never_declines(site: Site, page: Page) -> None:
    walker = open_at(page, Walker(site).arrive())
    page.locator("#walk [type=checkbox]").first.press("Enter")
    expect(page.locator(".missing")).to_have_count(3)
    assert walker.site.next_step_of(walker.token)["kind"] == "consent"
    answer_by_keyboard(page, {})
    expect(page.get_by_role("heading", level=1)).to_have_text("A model that reads digits")


def test_who_declines_is_thanked(site: Site, page: Page) -> None:
    open_at(page, Walker(site).arrive())
    page.get_by_role("button", name="I do not want to take part").click()
    expect(page.get_by_text("That is fine. Thank you for your time.")).to_be_visible()
    assert page.title() == "Thank you"
    assert violations(page) == []


def test_wrong_answers_at_the_gate_are_explained_then_kindly_screened_out(site: Site, page: Page) -> None:
    open_at(page, Walker(site).arrive().walk_to("gate"))
    wrong = {"q-task": "truth", "q-error-rate": "half", "q-confidence": "10"}
    choose(page, wrong)
    go_on(page)
    expect(page.locator(".retold")).to_contain_text("You foretell what the model will say")
    expect(page.locator(".retold li")).to_have_count(1)
    assert violations(page) == []
    choose(page, wrong)
    go_on(page)
    expect(page.get_by_text("You have done nothing wrong.")).to_be_visible()
    assert step_shown(page) is None
    assert violations(page) == []


def test_stopping_and_withdrawing_ask_first(site: Site, page: Page) -> None:
    walker = open_at(page, Walker(site).arrive().walk_to("learning", "learning"))
    page.get_by_role("link", name="Stop taking part").click()
    assert violations(page) == []
    page.get_by_role("link", name="Go on with the study").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Learning: picture 1 of 16")
    page.get_by_role("link", name="Stop taking part").click()
    page.get_by_role("button", name="Stop, and erase my answers").click()
    expect(page.get_by_text("Your answers are erased.")).to_be_visible()
    assert walker.site.responses_of(walker.token) == []
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/s/nothing/", "/p/nobody/", "/p/nobody/leave/"])
def test_an_unknown_link_is_met_in_plain_words(site: Site, page: Page, path: str) -> None:
    response = page.goto(site.address(path))
    assert response is not None
    assert response.status == 404
    expect(page.get_by_role("heading")).to_have_text("This link does not work")
    assert page.title() == "This link does not work"
    assert violations(page) == []
