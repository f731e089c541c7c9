"""The researcher's side in a real browser: reachable, readable, and of one style with what axe-core asks for."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser import axe
from tests.browser.serving import Site

NAME, PASSWORD = "researcher", "a-password-for-tests"
PAGES = ("", "monitor/digits/", "monitor/digits/?source=simulated", "protocol/digits/", "report/digits/")


@pytest.fixture(scope="module")
def researched(site: Site) -> Site:
    """The site with a researcher, and a few virtual participants to look at."""
    create = (
        "from django.contrib.auth.models import User; "
        f"User.objects.create_user({NAME!r}, password={PASSWORD!r}, is_staff=True)"
    )
    site.manage("shell", "--command", create)
    site.manage("simulate", "digits", "--participants", "8", "--seed", "1")
    return site


@pytest.fixture
def signed_in(researched: Site, page: Page) -> Page:
    page.goto(researched.address("/console/"))
    assert axe.violations(page) == []  # the login
    page.locator("[name=username]").fill(NAME)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button.main").click()
    return page


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_is_accessible_and_never_scrolls_sideways(
    researched: Site, signed_in: Page, width: int
) -> None:
    signed_in.set_viewport_size({"width": width, "height": 800})
    for path in PAGES:
        signed_in.goto(researched.address(f"/console/{path}"))
        assert signed_in.locator("h1").count() == 1
        assert axe.violations(signed_in) == []
        assert signed_in.evaluate("document.documentElement.scrollWidth") <= width


def test_a_study_is_paused_resumed_and_previewed_by_its_buttons(researched: Site, signed_in: Page) -> None:
    signed_in.goto(researched.address("/console/monitor/digits/"))
    signed_in.get_by_role("button", name="Pause recruitment").click()
    assert researched.rows("SELECT status FROM studyapp_study")[0]["status"] == "paused"
    signed_in.get_by_role("button", name="Resume recruitment").click()
    assert researched.rows("SELECT status FROM studyapp_study")[0]["status"] == "open"
    signed_in.get_by_role("button", name="Preview as a participant").click()
    assert "Nothing you answer here counts" in signed_in.locator("main").inner_text()
