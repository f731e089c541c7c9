"""The page that lists the metrics."""

from __future__ import annotations

import re
from pathlib import Path

from analysis.metrics.catalogue import page, source_of
from analysis.metrics.registry import METRICS, get_metric

PAGE = Path(__file__).parents[3] / "docs" / "metrics.md"


def test_the_page_lists_exactly_the_registry():
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    assert sorted(listed) == sorted(METRICS)


def test_the_page_says_what_the_cards_and_docstrings_say():
    assert PAGE.read_text("utf-8") == page(), "write docs/metrics.md anew, with the line that stands in it"


def test_a_pointer_to_another_function_leads_to_its_source():
    assert source_of(get_metric("feature-recall")) == source_of(get_metric("feature-precision"))
    assert "Van Rijsbergen (1979)" in source_of(get_metric("feature-f1"))
