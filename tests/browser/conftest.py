"""Fixtures of the browser tests: one served site for all, a Chromium for each file, a fresh page for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.serving import Site, served_site
from tests.browser.watching import Watch

_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def find_chromium() -> str | None:
    """Return the path of an installed Chromium, or None."""
    names = (
        os.environ.get("CHROMIUM", ""),
        "/usr/bin/chromium",
        "chromium",
        "chromium-browser",
        "google-chrome",
    )
    return next((path for name in names if name and (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium.

    It is closed after each file: while it is open an event loop runs in the thread, in which Django refuses to
    touch a database, and other tests of the same process do.
    """
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium: install the package chromium, or name its path in CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The served site, with the digits study open."""
    with served_site(tmp_path_factory.mktemp("site")) as served:
        yield served


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser window of its own, at a laptop's size."""
    with browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce") as fresh:
        fresh.set_default_timeout(20_000)
        yield fresh


@pytest.fixture
def watch(context: BrowserContext, site: Site) -> Iterator[Watch]:
    """What goes wrong in the window unseen; the test fails at its end if anything did."""
    watching = Watch(site.base)
    watching.follow(context)
    yield watching
    assert watching.complaints == []


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    """A tab that is watched."""
    return context.new_page()
