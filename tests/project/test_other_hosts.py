"""A page asks no other host for anything: nobody else learns who takes part, and it works offline."""

from __future__ import annotations

import re

import pytest

from tests.project.subprocesses import ROOT

# What a browser fetches by itself. <a href> is a link that a person follows.
FETCHED = [
    r"<(?!a\b)[a-z][^>]*?\s(?:src|srcset|href|data|poster|action|hx-get|hx-post)\s*=\s*[\"']?\s*(?:https?:)?//[^\"'\s>]+",
    r"url\(\s*[\"']?\s*(?:https?:)?//[^)]+",
    r"@import\s+[\"'](?:https?:)?//[^\"']+",
    r"(?:from|import|import\()\s*[\"'](?:https?:)?//[^\"']+",
    r"(?:fetch|sendBeacon|open|WebSocket|EventSource|Worker)\(\s*[\"'`](?:https?:|wss?:)?//[^\"'`]+",
]

SOURCES = sorted(
    path
    for room in ("studyapp", "analysis", "explainers", "protocol")
    for ending in ("html", "css", "js", "mjs", "svg", "jinja", "j2")
    for path in (ROOT / room).rglob(f"*.{ending}")
)


def addresses_in(text: str) -> list[str]:
    return [found.group(0) for pattern in FETCHED for found in re.finditer(pattern, text, re.IGNORECASE)]


def test_there_are_sources_to_look_at():
    assert any(path.suffix == ".html" for path in SOURCES)
    assert any(path.suffix == ".css" for path in SOURCES)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_source_names_another_host(path):
    assert addresses_in(path.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example.org/x.js"></script>',
        "<img alt='' src=//cdn.example.org/x.png>",
        '<link rel="stylesheet" href="http://cdn.example.org/x.css">',
        "body { background: url(https://cdn.example.org/x.png) }",
        'import x from "https://cdn.example.org/x.js"',
        "fetch('https://cdn.example.org/')",
    ],
)
def test_the_scan_finds(text):
    assert addresses_in(text)


def test_a_link_that_a_person_follows_is_allowed():
    assert addresses_in('<a class="button" href="https://app.example.org/complete?cc=1">Finish</a>') == []


def test_the_policy_allows_no_other_host(settings):
    for directive, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items():
        for source in sources:
            assert source in ("'self'", "'none'", "data:"), directive
