"""Researchers' Markdown as safe HTML, made once per text and process."""

from __future__ import annotations

import functools

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "h2", "h3", "blockquote", "code", "br", "hr"}


@functools.lru_cache(maxsize=512)
def render(text: str) -> SafeString:
    """Return Markdown as HTML: paragraphs, lists, emphasis, links; anything else is dropped."""
    html = MarkdownIt("commonmark").render(text)
    return mark_safe(nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}))
