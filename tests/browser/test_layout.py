"""Where things stand on the screen: nothing is cut, nothing moves between trials, everything can be touched."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.acting import wait_until_seen
from tests.browser.serving import Site
from tests.browser.walker import Walker, arrive_in

NARROW = {"width": 320, "height": 568}
PHONE = {"width": 375, "height": 667}
LAPTOP = {"width": 1366, "height": 650}

_BOXES = """selector => [...document.querySelectorAll(selector)].map((one) => {
  const box = one.getBoundingClientRect();
  return [box.left, box.top, box.width, box.height].map(Math.round).join(" ");
})"""
_TOO_LOW = """() => [...document.querySelectorAll("main :is(button, a, summary, textarea, label, .typed input)")]
  .filter((target) => target.checkVisibility() && !target.matches(".legend, .prose *"))
  .filter((target) => target.getBoundingClientRect().height < 43.9)
  .map((target) => target.outerHTML.slice(0, 80))"""
_SIDEWAYS = "document.scrollingElement.scrollWidth - innerWidth"
_BELOW = "Math.ceil(document.querySelector('button.main').getBoundingClientRect().bottom - innerHeight)"


def show(page: Page, address: str, size: dict[str, int]) -> None:
    page.set_viewport_size(size)
    page.goto(address)
    wait_until_seen(page)


def boxes(page: Page, selector: str) -> list[str]:
    """Left, top, width and height of each element, in whole pixels."""
    return list(page.evaluate(_BOXES, selector))


@pytest.mark.parametrize(
    "arm",
    ["", "saliency", "examples", "path"],
    ids=["before-allocation", "saliency", "examples", "path"],
)
def test_no_page_scrolls_sideways_and_a_finger_meets_every_control(site: Site, page: Page, arm: str) -> None:
    walker = arrive_in(site, arm) if arm else Walker(site).arrive()
    for kind in walker.kinds(until="" if arm else "tutorial"):
        show(page, walker.address, NARROW)
        assert page.evaluate(_SIDEWAYS) <= 0, kind
        assert page.evaluate(_TOO_LOW) == [], kind
        page.set_viewport_size(PHONE)
        assert page.evaluate(_SIDEWAYS) <= 0, kind


def test_the_test_fits_the_screen_and_its_answers_stay_where_they_are(site: Site, page: Page) -> None:
    """On each trial and attention check, on a phone and on a low laptop screen."""
    walker = arrive_in(site, "saliency", "gradcam", "integrated", "placebo", "examples").walk_to(
        "test", "trial"
    )
    places: dict[str, set[str]] = {"phone": set(), "laptop": set()}
    while (step := site.next_step_of(walker.token)) is not None and step["phase"] == "test":
        for screen, size in (("phone", PHONE), ("laptop", LAPTOP)):
            if screen == "phone" or step["kind"] == "attention" or step["number"] in (1, 10, 32):
                show(page, walker.address, size)
                assert page.evaluate(_BELOW) <= 0, (screen, step["kind"], step["number"])
                places[screen].add(" / ".join(boxes(page, ".cells label, button.main, progress")))
        walker.answer()
    assert {screen: len(found) for screen, found in places.items()} == {"phone": 1, "laptop": 1}


@pytest.mark.parametrize(
    "size", [PHONE, LAPTOP, {"width": 1280, "height": 900}], ids=["phone", "laptop", "desk"]
)
def test_a_picture_never_changes_its_size_nor_a_panel_its_room(
    site: Site, page: Page, size: dict[str, int]
) -> None:
    """From phase to phase and arm to arm; several pictures take the room of one map."""
    pictures, panels = set(), set()
    for arm in ("control", "saliency", "examples", "path"):
        walker = arrive_in(site, arm)
        for phase, kind in (
            ("practice", "trial"),
            ("practice", "feedback"),
            ("learning", "learning"),
            ("test", "trial"),
        ):
            walker.walk_to(phase, kind)
            show(page, walker.address, size)
            pictures.update(one.split(" ", 2)[2] for one in boxes(page, ".stimulus:first-child > img"))
            panels.update(one.split(" ", 2)[2] for one in boxes(page, ".stimulus > :is(img, .strip)"))
            if phase != "test":
                parts = boxes(page, ".strip, .strip div")
                assert len(parts) in (0, 4, 5)
                assert all(_holds(parts[0], part) for part in parts[1:]), parts
    assert len(pictures) == len(panels) == 1


def _holds(outer: str, inner: str) -> bool:
    """Whether one box lies in another."""
    left, top, width, height = map(int, outer.split())
    x, y, w, h = map(int, inner.split())
    return left <= x and x + w <= left + width and top <= y and y + h <= top + height


def test_pages_fit_a_phone_without_sideways_scroll_when_answers_are_missing(site: Site, page: Page) -> None:
    walker = arrive_in(site, "examples").walk_to("ratings", "scale")
    show(page, walker.address, NARROW)
    page.locator("button.main").click()
    page.locator(".missing").first.wait_for()
    assert page.locator(".missing").count() == 8
    assert page.evaluate(_SIDEWAYS) <= 0
