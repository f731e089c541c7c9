"""Sending an answer: once, whatever the participant, the network or the server does."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.acting import choose, go_on, step_shown, wait_until_seen
from tests.browser.serving import Site
from tests.browser.walker import Walker
from tests.browser.watching import Watch


@pytest.fixture
def at_trial(site: Site, page: Page) -> Walker:
    """Someone whose browser shows the first trial of the test."""
    walker = Walker(site).arrive().walk_to("test", "trial")
    page.goto(walker.address)
    wait_until_seen(page)
    return walker


def fields(request: Request) -> dict[str, list[str]]:
    return parse_qs(request.post_data or "", keep_blank_values=True)


def stored(walker: Walker) -> dict[str, str]:
    """The answers to the first trial of the test."""
    trial = next(
        s for s in walker.site.steps_of(walker.token) if s["phase"] == "test" and s["kind"] == "trial"
    )
    responses = walker.site.responses_of(walker.token)
    return {r["question"]: r["answer"] for r in responses if r["position"] == trial["position"]}


def failing(times: int, fail: Callable[[Route], None]) -> Callable[[Route], None]:
    """Handle posts: the first ones fail, later ones go through."""
    left = [times]

    def handle(route: Route) -> None:
        if route.request.method == "POST" and left[0] > 0:
            left[0] -= 1
            fail(route)
        else:
            route.continue_()

    return handle


def test_without_a_connection_the_answer_is_kept_and_arrives_once_when_online_again(
    at_trial: Walker, page: Page, watch: Watch
) -> None:
    choose(page, {"q-prediction": "4", "q-confidence": "70"})
    before = step_shown(page)
    page.context.set_offline(True)
    page.locator("button.main").click()
    expect(page.get_by_role("status")).to_have_text(
        "No connection. Your answer is kept here and will be sent when you are online again."
    )
    measured = page.locator("[name=response_ms]").input_value()
    page.wait_for_event("requestfailed")  # it was tried again meanwhile
    assert stored(at_trial) == {}
    page.context.set_offline(False)
    wait_until_seen(page, before)
    assert stored(at_trial) == {"prediction": "4", "confidence": "70"}
    times = {
        r["response_ms"] for r in at_trial.site.responses_of(at_trial.token) if r["question"] == "confidence"
    }
    assert int(measured) in times
    watch.forget()


def test_what_is_sent_again_is_what_was_sent_first(at_trial: Walker, page: Page, watch: Watch) -> None:
    choose(page, {"q-prediction": "4", "q-confidence": "70"})
    before = step_shown(page)
    page.route("**/p/**", failing(2, lambda route: route.abort()))
    page.locator("button.main").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("^No connection"))
    page.keyboard.press("9")  # the answer is given: keys no longer change it
    wait_until_seen(page, before)
    attempts = [fields(request) for request in watch.posts()]
    assert len(attempts) == 3
    assert attempts[0] == attempts[1] == attempts[2]
    assert stored(at_trial) == {"prediction": "4", "confidence": "70"}
    watch.forget()


def test_when_the_server_fails_the_page_says_so_kindly_and_sends_again(
    at_trial: Walker, page: Page, watch: Watch
) -> None:
    choose(page, {"q-prediction": "4", "q-confidence": "70"})
    before = step_shown(page)
    page.route("**/p/**", failing(2, lambda route: route.fulfill(status=503, body="<h1>Error 503</h1>")))
    page.locator("button.main").click()
    expect(page.get_by_role("status")).to_have_text(
        "Something went wrong on our side. Your answer is kept here and is sent again in a moment."
    )
    assert "503" not in page.inner_text("body")
    wait_until_seen(page, before)
    assert len(watch.posts()) == 3
    assert stored(at_trial) == {"prediction": "4", "confidence": "70"}
    watch.forget()


def test_a_reply_that_is_lost_makes_no_second_response(at_trial: Walker, page: Page, watch: Watch) -> None:
    def lose_the_reply(route: Route) -> None:
        route.fetch()
        route.abort()

    choose(page, {"q-prediction": "4", "q-confidence": "70"})
    before = step_shown(page)
    page.route("**/p/**", failing(1, lose_the_reply))
    page.locator("button.main").click()
    wait_until_seen(page, before)
    assert stored(at_trial) == {"prediction": "4", "confidence": "70"}
    expect(page.get_by_role("heading")).to_have_text("Test: picture 2 of 32")
    watch.forget()


def test_a_double_click_answers_once_and_does_not_skip_the_next_page(site: Site, page: Page) -> None:
    walker = Walker(site).arrive().walk_to("learning", "learning")
    page.goto(walker.address)
    wait_until_seen(page)
    box = page.locator("button.main").bounding_box()
    assert box is not None
    before = step_shown(page)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.up()
    wait_until_seen(page, before)  # the reply is faster than the second click
    second = step_shown(page)
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    page.reload()
    assert step_shown(page) == second
    expect(page.get_by_role("heading")).to_have_text("Learning: picture 2 of 16")


def test_two_quick_clicks_send_one_answer(at_trial: Walker, page: Page, watch: Watch) -> None:
    choose(page, {"q-prediction": "4", "q-confidence": "70"})
    before = step_shown(page)
    page.evaluate("const button = document.querySelector('button.main'); button.click(); button.click()")
    wait_until_seen(page, before)
    expect(page.get_by_role("heading")).to_have_text("Test: picture 2 of 32")
    assert len(watch.posts()) == 1


def test_enter_held_down_turns_no_further_page(site: Site, page: Page, watch: Watch) -> None:
    walker = Walker(site).arrive().walk_to("learning", "learning")
    page.goto(walker.address)
    wait_until_seen(page)
    before = step_shown(page)
    page.keyboard.down("Enter")
    wait_until_seen(page, before)
    for _ in range(5):
        page.keyboard.down("Enter")  # what a keyboard repeats
    page.keyboard.up("Enter")
    expect(page.get_by_role("heading")).to_have_text("Learning: picture 2 of 16")
    assert len(watch.posts()) == 1


def test_a_reload_shows_the_same_step(at_trial: Walker, page: Page) -> None:
    before = step_shown(page)
    page.reload()
    assert step_shown(page) == before


def test_the_back_button_shows_the_current_step(site: Site, page: Page) -> None:
    walker = Walker(site).arrive()
    page.goto(walker.address)
    wait_until_seen(page)
    choose(page, {})
    go_on(page)
    go_on(page)
    current = step_shown(page)
    page.get_by_role("link", name="Stop taking part").click()
    expect(page.get_by_role("heading")).to_have_text("Stop taking part")
    page.go_back()
    assert step_shown(page) == current
    page.goto("about:blank")
    page.go_back()
    assert step_shown(page) == current


def test_a_second_tab_can_neither_answer_again_nor_skip(at_trial: Walker, page: Page) -> None:
    other = page.context.new_page()
    other.goto(at_trial.address)
    wait_until_seen(other)
    choose(page, {"q-prediction": "4", "q-confidence": "70"})
    go_on(page)
    choose(other, {"q-prediction": "5", "q-confidence": "20"})
    go_on(other)
    assert step_shown(other) == step_shown(page)
    assert stored(at_trial) == {"prediction": "4", "confidence": "70"}
    expect(other.get_by_role("heading")).to_have_text("Test: picture 2 of 32")
