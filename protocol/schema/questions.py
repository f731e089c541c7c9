"""The kinds of answer field that a step can have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from protocol.schema.base import Broken, Name, Part, Text, twice

Role = Literal[
    "prediction", "first", "final", "judgement", "choice", "mark", "relabel", "text", "confidence",
    "rating", "estimate", "check", "attention", "demographic", "consent", "seen",
]  # fmt: skip


class Choice(Part):
    """One answer that can be chosen: what is stored and what is read."""

    value: Text
    label: Text


class BaseQuestion(Part):
    """One answer field of a step."""

    name: Name
    role: Role
    text: Text = Field(description="What the participant is asked.")
    note: str = Field(default="", description="A smaller line below the question.")
    required: bool = True


class ChoiceQuestion(BaseQuestion):
    """One of several answers. `cells` stand in a row of equal buttons, `list` one below the other."""

    kind: Literal["choice"] = "choice"
    choices: list[Choice] = Field(min_length=1)
    layout: Literal["cells", "list"] = "list"
    right: str | None = Field(default=None, description="For a check: the value of the right answer.")
    reteach: str = Field(default="", description="For a check: what a wrong answer is told.")

    def broken_rules(self) -> Iterator[Broken]:
        values = [choice.value for choice in self.choices]
        yield from twice("choices", values, "choices", "value")
        if self.right is not None and self.right not in values:
            yield Broken(
                f'the right answer "{self.right}" is not a choice. Choices: {", ".join(values)}', ("right",)
            )


class ScaleQuestion(BaseQuestion):
    """A point on a scale of whole numbers, with words at its ends or at every point."""

    kind: Literal["scale"] = "scale"
    minimum: int = 1
    maximum: int = 5
    labels: list[Text] = Field(
        default_factory=list, description="None, one for each end, or one for each point."
    )
    reverse: bool = False
    subscale: str = ""

    def broken_rules(self) -> Iterator[Broken]:
        points = self.maximum - self.minimum + 1
        if points < 2:
            yield Broken("maximum must be above minimum", ("maximum",))
        elif len(self.labels) not in (0, 2, points):
            yield Broken(f"{len(self.labels)} labels are given; 0, 2 or {points} are allowed", ("labels",))


class ProbabilityQuestion(BaseQuestion):
    """The stated probability of being right, in per cent, in steps (a slider's start would be an anchor)."""

    kind: Literal["probability"] = "probability"
    steps: list[int] = Field(default=[10, 20, 30, 40, 50, 60, 70, 80, 90, 100], min_length=2)
    low: str = "a pure guess"
    high: str = "certain"

    def broken_rules(self) -> Iterator[Broken]:
        if self.steps != sorted(set(self.steps)) or self.steps[0] < 0 or self.steps[-1] > 100:
            yield Broken("steps must rise, from 0 at the least to 100 at the most", ("steps",))


class NumberQuestion(BaseQuestion):
    """A number, whole unless `decimal`, with its unit and its range."""

    kind: Literal["number"] = "number"
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    decimal: bool = False

    def broken_rules(self) -> Iterator[Broken]:
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            yield Broken("maximum must be above minimum", ("maximum",))


class TextQuestion(BaseQuestion):
    """Free text."""

    kind: Literal["text"] = "text"
    max_length: int = Field(default=2000, ge=1, le=20_000)


class SeenQuestion(BaseQuestion):
    """No answer but going on: the step was read."""

    kind: Literal["seen"] = "seen"
    role: Role = "seen"
    name: Name = "seen"
    text: Text = "Continue"


Question = Annotated[
    ChoiceQuestion | ScaleQuestion | ProbabilityQuestion | NumberQuestion | TextQuestion | SeenQuestion,
    Field(discriminator="kind"),
]
