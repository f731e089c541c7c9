"""What the script measures, and what it loads ahead."""

from __future__ import annotations

import json

from playwright.sync_api import Page

from tests.browser.acting import choose, go_on, wait_until_seen
from tests.browser.serving import Site
from tests.browser.walker import Walker, arrive_in
from tests.browser.watching import Watch

_HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""

_FRAMES = """new Promise((done) => {
  let left = 5;
  const next = () => (left-- ? requestAnimationFrame(next) : done());
  next();
})"""
_TRANSFERRED = """performance.getEntriesByType("resource")
  .filter((entry) => entry.name.includes("/i/") && entry.transferSize > 0).map((entry) => entry.name)"""


def test_time_in_another_tab_is_counted_apart_and_logged(site: Site, page: Page) -> None:
    walker = Walker(site).arrive().walk_to("test", "trial")
    page.goto(walker.address)
    wait_until_seen(page)
    choose(page, {})
    left = page.evaluate("performance.now()")
    page.evaluate(_HIDE, True)
    page.wait_for_function("since => performance.now() - since > 120", arg=left)
    page.evaluate(_HIDE, False)
    go_on(page)
    response = site.responses_of(walker.token)[-1]
    assert 100 <= response["hidden_ms"] <= response["response_ms"]
    event = site.rows(
        "SELECT e.* FROM studyapp_event e JOIN studyapp_participant p ON p.id = e.participant_id"
        " WHERE p.token = ? AND e.kind = 'hidden'",
        walker.token,
    )
    assert len(event) == 1
    assert json.loads(event[0]["detail"])["for_ms"] == response["hidden_ms"]
    assert event[0]["position"] == response["position"]


def test_the_onset_waits_for_the_picture(site: Site, page: Page) -> None:
    walker = Walker(site).arrive().walk_to("test", "trial")
    is_held, held = True, []
    page.route("**/i/**", lambda route: held.append(route) if is_held else route.continue_())
    page.goto(walker.address, wait_until="commit")
    page.wait_for_function("() => document.querySelector('#walk form')?.noValidate")  # the script runs
    page.evaluate(_FRAMES)
    assert "seen" not in page.evaluate("({ ...document.getElementById('walk').dataset })")
    is_held = False
    for route in held:
        route.continue_()
    wait_until_seen(page)


def test_each_picture_is_fetched_once_and_before_its_page(site: Site, page: Page, watch: Watch) -> None:
    walker = arrive_in(site, "saliency", "gradcam", "integrated", "placebo").walk_to("learning", "learning")
    page.goto(walker.address)
    wait_until_seen(page)
    for _ in range(4):
        page.wait_for_load_state("networkidle")  # what is loaded ahead has come
        fetched = set(watch.pictures())
        go_on(page)
        shown = page.evaluate("[...document.querySelectorAll('#walk img')].map((image) => image.src)")
        assert len(shown) == 2
        assert set(shown) <= fetched
    transferred = page.evaluate(_TRANSFERRED)
    assert len(transferred) == len(set(transferred)) == 2 * 6  # five pages seen, and the next one's


def test_the_explanation_of_a_practice_picture_is_not_loaded_before_the_answer(
    site: Site, page: Page, watch: Watch
) -> None:
    walker = arrive_in(site, "saliency", "gradcam", "integrated", "placebo").walk_to("practice", "trial")
    page.goto(walker.address)
    wait_until_seen(page)
    page.wait_for_load_state("networkidle")
    assert len(set(watch.pictures())) == 1
    choose(page, {})
    go_on(page)
    assert len(set(watch.pictures())) >= 2


def test_a_response_without_scripts_says_that_nothing_was_measured(site: Site) -> None:
    walker = Walker(site).arrive().walk_to("test", "trial")
    walker.answer()
    response = site.responses_of(walker.token)[-1]
    assert (response["timing"], response["response_ms"], response["onset_at"]) == ("none", None, None)
