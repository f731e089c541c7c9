"""Take the README's pictures from a running site: the participant's pages, the monitor and the report.

    python scripts/screenshots.py http://127.0.0.1:8000 --login admin

asks for the password, or reads it from the environment variable CONSOLE_PASSWORD. Without `--login` only the
participant's pages are taken. People who arrive for the pictures withdraw again, but use a demo, not a real study.
"""

from __future__ import annotations

import argparse
import getpass
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

OUT = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
MOST_BYTES = 120 * 1024
GATE = {"q-task": "model", "q-error-rate": "half", "q-confidence": "10"}  # of the digits study

_FILL = """right => {
  for (const field of document.querySelectorAll("#walk [name^='q-']")) {
    const group = [...document.querySelectorAll(`[name="${field.name}"]`)];
    if (field.type === "radio" && !group.some((one) => one.checked)) {
      (group.find((one) => one.value === right[one.name]) ?? group[0]).checked = true;
    }
    if (field.type === "checkbox") field.checked = true;
  }
}"""
_SHOWN = """before => {
  const form = document.querySelector("#walk form[data-form]");
  return form && form.elements.step.value !== before && "seen" in document.getElementById("walk").dataset;
}"""


def participant_pages(browser: Browser, base: str, study: str) -> None:
    """Picture a test trial, which is the same in every arm, on a desk and on a phone."""
    with browser.new_context(viewport=DESKTOP, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{base}/s/{study}/")
        page.wait_for_function(_SHOWN, arg="")
        try:
            if not _go_on_to(page, "Test: "):
                raise SystemExit(f"no page of {base}/s/{study}/ is a test trial")
            page.locator('[name="q-prediction"]').nth(4).check()
            page.locator('[name="q-confidence"]').nth(6).check()
            page.mouse.move(0, 0)
            page.evaluate("document.activeElement.blur()")
            save(page, "trial-desktop")
            page.set_viewport_size(PHONE)
            save(page, "trial-phone")
        finally:
            _withdraw(page)


def _go_on_to(page: Page, title: str) -> bool:
    """Answer pages until a title begins so."""
    for _ in range(60):
        if page.title().startswith(title):
            return True
        before = page.locator("#walk form[data-form] [name=step]").input_value()
        page.evaluate(_FILL, GATE)
        page.locator("button.main").click()
        page.wait_for_function(_SHOWN, arg=before)
    return False


def _withdraw(page: Page) -> None:
    page.goto(page.url.rstrip("/") + "/leave/")
    page.locator("button[name=withdraw]").click()


def console_pages(browser: Browser, base: str, study: str, login: str, password: str) -> None:
    """Picture the monitor and the top of the report."""
    with browser.new_context(viewport=DESKTOP, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{base}/console/login/")
        page.locator("[name=username]").fill(login)
        page.locator("[name=password]").fill(password)
        page.locator("button.main").click()
        if page.locator("[name=password]").count():
            raise SystemExit("the console did not accept this login")
        for name, path in (
            ("monitor", f"monitor/{study}/?source=simulated"),
            ("report", f"report/{study}/report.html"),
        ):
            reply = page.goto(f"{base}/console/{path}")
            if reply is None or not reply.ok:
                raise SystemExit(f"there is no {name} of {study} at {page.url}")
            save(page, name)


def save(page: Page, name: str) -> None:
    """Write what the window shows; a picture that is too heavy for the README stops the script."""
    path = OUT / f"{name}.png"
    page.screenshot(path=path)
    size = path.stat().st_size
    print(f"{path.relative_to(OUT.parent.parent)}: {size / 1024:.0f} KB")
    if size > MOST_BYTES:
        raise SystemExit(f"{path} has {size} bytes; at most {MOST_BYTES} are wanted")


def main(arguments: list[str]) -> None:
    """Parse arguments and take the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("base", help="address of the site, such as http://127.0.0.1:8000")
    parser.add_argument("--study", default="digits")
    parser.add_argument("--login", help="name of a researcher; adds monitor and report")
    given = parser.parse_args(arguments)
    base = given.base.rstrip("/")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        participant_pages(browser, base, given.study)
        if given.login:
            password = os.environ.get("CONSOLE_PASSWORD") or getpass.getpass(f"Password of {given.login}: ")
            console_pages(browser, base, given.study, given.login, password)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
