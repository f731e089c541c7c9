"""A published scale: its items, their scoring, where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from protocol.schema.base import Broken, Name, Part, Text, twice


class ScaleItem(Part):
    """One statement of a scale."""

    name: Name
    text: Text
    reverse: bool = Field(
        default=False, description="Turned round (minimum + maximum − answer) before scoring."
    )
    subscale: str = ""


class Instrument(Part):
    """A scale as published; its score is the mean of its items after reverse items are turned round."""

    name: Name
    title: Text
    source: Text = Field(description="The paper it was published in.")
    licence: str = ""
    note: str = Field(default="", description="Where the wording differs from the published one.")
    intro: Text
    minimum: int
    maximum: int
    labels: list[Text] = Field(
        description="One for each point of the scale, lowest first, or one for each end."
    )
    items: list[ScaleItem] = Field(min_length=1)
    score: Literal["mean", "sum"] = "mean"

    def broken_rules(self) -> Iterator[Broken]:
        points = self.maximum - self.minimum + 1
        if points < 2:
            yield Broken("maximum must be above minimum", ("maximum",))
        elif len(self.labels) not in (2, points):
            yield Broken(f"{len(self.labels)} labels are given; 2 or {points} are allowed", ("labels",))
        yield from twice("items", [item.name for item in self.items], "items", "name")
