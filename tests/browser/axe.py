"""axe-core on the page that is shown; its source is injected once per document, as swaps keep the document."""

from __future__ import annotations

import functools
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

_RUN = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}`));
}"""


@functools.cache
def _source() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Return each broken rule with the element that breaks it."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_source())
    return list(page.evaluate(_RUN))
