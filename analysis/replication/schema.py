"""What a list of targets may say."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

Published = str | int | float


class Part(BaseModel):
    """A part of a list of targets: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Target(Part):
    """Published values of one quantity, by key: an arm, a pair of arms, `p`, `F trial` …

    A published value is written as it was printed, in quotes where it ends with a zero: half a unit of its
    last digit is the tolerance unless `tolerance` says otherwise.
    """

    name: str
    quantity: str
    options: dict[str, Any] = Field(default_factory=dict)
    published: dict[str, Published] = Field(min_length=1)
    tolerance: float | None = Field(default=None, gt=0)
    source: str = Field(description="Whose number it is.")
    errata: str = Field("", description="Why the published value is wrong; then `instead` is compared.")
    instead: dict[str, Published] = Field(default_factory=dict, description="The like-for-like values.")


class Targets(Part):
    """All targets of one data set."""

    data: str = Field(description="The table, or `.` for the folder.")
    targets: list[Target] = Field(min_length=1)
