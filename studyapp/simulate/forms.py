"""Reading the form on a page, as a browser would: which fields there are, and what can be chosen.

It reads the markup that our own templates write (attributes in double quotes, `<`, `>` and `&` escaped), and
costs a fraction of a general parser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

_FORM = re.compile(r"<form\b([^>]*\bdata-form\b[^>]*)>(.*?)</form>", re.DOTALL)
_ANY_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_FIELD = re.compile(r"<(input|textarea|button)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


@dataclass(frozen=True)
class Form:
    """One form: where it goes, what it carries, and what can be answered."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """Values by name: radio buttons and boxes to tick."""
    typed: list[str] = field(default_factory=list)
    """Names of fields that are typed into."""
    buttons: dict[str, str] = field(default_factory=dict)
    """Value by name of the buttons that have one."""


def step_form(html: str) -> Form | None:
    """Return the form of a step's page; None where the page asks for nothing, as at the end."""
    found = _FORM.search(html)
    return None if found is None else _read(found)


def only_form(html: str) -> Form | None:
    """Return the first form of any page."""
    found = _ANY_FORM.search(html)
    return None if found is None else _read(found)


def _read(found: re.Match[str]) -> Form:
    form = Form(_attributes(found[1]).get("action", ""))
    for kind, raw in _FIELD.findall(found[2]):
        attributes = _attributes(raw)
        name, value = attributes.get("name"), attributes.get("value", "")
        match kind, attributes.get("type", "text"):
            case _ if name is None:
                continue
            case "button", _:
                form.buttons[name] = value
            case "input", "hidden":
                form.hidden[name] = value
            case "input", "radio" | "checkbox":
                form.choices.setdefault(name, []).append(value)
            case _:
                form.typed.append(name)
    return form


def _attributes(raw: str) -> dict[str, str]:
    return {name: unescape(value) if "&" in value else value for name, value in _ATTRIBUTE.findall(raw)}
