"""What a page is made of, as its template sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from protocol.schema.questions import Question
from protocol.schema.study import Legend
from studyapp.participate.answers import PREFIX, offered

FINE = 96  # pixels
SHORT = 4  # characters


@dataclass(frozen=True)
class Picture:
    """One stimulus as shown."""

    url: str
    width: int
    height: int
    alt: str
    caption: str = ""
    is_telling: bool = False  # the caption differs from item to item

    @property
    def is_fine(self) -> bool:
        """A photograph, rather than something whose pixels are to be seen as squares."""
        return self.width >= FINE


@dataclass(frozen=True)
class Sheet:
    """A stimulus that stands in the page itself: text, table, tokens, rules or tree."""

    html: SafeString
    caption: str = ""
    is_telling: bool = False


@dataclass(frozen=True)
class Panel:
    """Stimuli that stand together under one heading: the pictures, then the sheets, or the other way round."""

    heading: str
    pictures: list[Picture]
    sheets: list[Sheet] = field(default_factory=list)
    begins_with_sheet: bool = False

    @property
    def is_strip(self) -> bool:
        """Several pictures share the room of one."""
        return len(self.pictures) > 1

    @property
    def columns(self) -> int:
        """How many pictures of a strip stand side by side: as many as keep it square."""
        return next(side for side in range(2, 7) if side * side >= len(self.pictures) or side == 6)

    @property
    def is_gallery(self) -> bool:
        """Several stimuli, so that each says what it is."""
        return len(self.pictures) + len(self.sheets) > 1

    @property
    def caption(self) -> str:
        """The caption of the only stimulus, where it is a part of the explanation: the heading stands for others."""
        only: list[Picture | Sheet] = [*self.pictures, *self.sheets]
        return only[0].caption if len(only) == 1 and only[0].is_telling else ""


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Field:
    """A question as shown."""

    question: Question
    options: list[Option]
    value: str
    fault: str

    @property
    def name(self) -> str:
        return PREFIX + self.question.name

    @property
    def keys(self) -> list[str]:
        """The keys that answer it: its values, where they stand in a row and each is one character."""
        if self.question.kind != "choice" or self.question.layout != "cells":
            return []
        values = [option.value for option in self.options]
        return values if all(len(value) == 1 for value in values) else []

    @property
    def has_key_range(self) -> bool:
        """Whether first and last key say which keys there are."""
        codes = [ord(key) for key in self.keys]
        return len(codes) > 2 and codes == list(range(codes[0], codes[0] + len(codes)))

    @property
    def template(self) -> str:
        if self.question.role == "consent":
            return "studyapp/questions/_statement.html"
        return f"studyapp/questions/_{self.question.kind}.html"


@dataclass(frozen=True)
class Page:
    """One step's page."""

    template: str
    title: str
    token: str
    part: int
    parts: int
    progress: int
    fields: list[Field]
    button: str = "Continue"
    body: SafeString | None = None
    panels: list[Panel] = field(default_factory=list)
    legend: Legend | None = None
    ramp: SafeString | None = None  # the colours of pictures, beside the legend
    facts: list[tuple[str, str]] = field(default_factory=list)
    remark: str = ""
    card: str = ""
    reminder: SafeString | None = None
    preload: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def has_sheets(self) -> bool:
        """Sheets take the whole width, one below the other."""
        return any(panel.sheets for panel in self.panels)

    @property
    def has_words(self) -> bool:
        """Whether what was said and what is true are more than a sign or two."""
        return any(len(value) > SHORT for _, value in self.facts)


def field_of(question: Question, sent: Mapping[str, str], faults: Mapping[str, str]) -> Field:
    """Return a question as shown, with what was sent before and what was wrong with it."""
    chosen = sent.get(PREFIX + question.name, "")
    labels = _labels(question)
    options = [Option(value, labels.get(value, value), value == chosen) for value in offered(question)]
    return Field(question, options, chosen, faults.get(question.name, ""))


def _labels(question: Question) -> dict[str, str]:
    match question.kind:
        case "choice":
            return {choice.value: choice.label for choice in question.choices}
        case "probability":
            return {str(step): f"{step} %" for step in question.steps}
        case "scale" if len(question.labels) > 2:
            return {str(question.minimum + n): label for n, label in enumerate(question.labels)}
    return {}
