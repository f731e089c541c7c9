"""The parts of a session, in the order in which they may stand."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter
from typing import Annotated, Literal

from pydantic import Field

from protocol.schema.base import Broken, Name, Part, Text, twice
from protocol.schema.instruments import Instrument
from protocol.schema.questions import ChoiceQuestion, NumberQuestion, Question


class Example(Part):
    """A worked example on a page: an item of the bundle with its output, truth and the arm's explanation."""

    strata: dict[Name, str] = Field(default_factory=lambda: {"pool": "tutorial"})
    number: int = Field(
        1, ge=1, description="Which of the items with these strata, from 1, in the bundle's order."
    )
    explanation: bool = True


class Page(Part):
    """A page to read. `text` is Markdown."""

    title: Text
    text: Text
    example: Example | None = None
    button: Text = "Continue"


class Items(Part):
    """Which items of the bundle a phase uses, and in which order."""

    strata: dict[Name, str] = Field(
        description="Item strata, without the prefix `stratum_`, that must all match."
    )
    count: int = Field(ge=1)
    sample: Literal["shared", "each"] = Field(
        "shared", description="The same items for all, or drawn for each participant."
    )
    order: Literal["random", "fixed"] = "random"


class Confidence(Part):
    """The confidence asked with each answer; a probability of being right may be scored as one."""

    scale: Literal["probability", "ordinal"] = "probability"
    text: Text = "How likely is it that you are right?"
    steps: list[int] = Field(default=[10, 20, 30, 40, 50, 60, 70, 80, 90, 100], min_length=2)
    low: Text = "a pure guess"
    high: Text = "certain"

    def broken_rules(self) -> Iterator[Broken]:
        if self.steps != sorted(set(self.steps)):
            yield Broken("steps must rise", ("steps",))
        elif self.scale == "probability" and (self.steps[0] < 0 or self.steps[-1] > 100):
            yield Broken("steps of a probability lie between 0 and 100 per cent", ("steps",))
        elif self.scale == "ordinal" and self.steps != list(range(self.steps[0], self.steps[-1] + 1)):
            yield Broken(
                "steps of an ordinal scale are whole numbers without gaps, such as 1 to 5", ("steps",)
            )


class TaskUse(Part):
    """A task of the catalogue with its wording. Whether `kind` is known is checked when a study is loaded."""

    kind: Name
    question: Text = Field(
        description="What the participant is asked, e.g. 'Which digit will the model say?'"
    )
    noun: Text = Field(default="picture", description="What one item is called on the pages.")
    model: Name | None = Field(default=None, description="Whose output; the study's model unless given.")
    compared_model: Name | None = None
    confidence: Confidence | None = None
    options: dict[str, str | int | float | bool | list[str]] = Field(default_factory=dict)


class Consent(Part):
    """Who asks, for what, with which risks and rights; going on is consenting."""

    kind: Literal["consent"] = "consent"
    title: Text = "Taking part in this study"
    text: Text
    statements: list[Text] = Field(min_length=1, description="Each is ticked by the participant.")
    agree: Text = "I agree and take part"
    decline: Text = "I do not want to take part"
    declined: Text = "Thank you for your time. Nothing was stored but that this page was opened."


class Instructions(Part):
    """Pages that everyone reads."""

    kind: Literal["instructions"] = "instructions"
    pages: list[Page] = Field(min_length=1)


class Gate(Part):
    """Comprehension questions common to all arms, before allocation."""

    kind: Literal["gate"] = "gate"
    title: Text = "A few questions before you start"
    text: str = ""
    attempts: int = Field(default=2, ge=1, le=5)
    questions: list[ChoiceQuestion] = Field(min_length=1)
    again: Text = "Not every answer was right. Please read the explanations below and answer once more."
    screen_out: Text

    def broken_rules(self) -> Iterator[Broken]:
        yield from twice("questions", [question.name for question in self.questions], "questions", "name")
        for number, question in enumerate(self.questions):
            if question.right is None or question.role != "check":
                message = f'question "{question.name}" needs "role: check" and "right", its right answer'
                yield Broken(message, ("questions", number))


class Allocation(Part):
    """Where in the session participants are allocated to an arm."""

    kind: Literal["allocation"] = "allocation"


class ArmTutorial(Part):
    """How to read one arm's explanation, with a check that re-teaches and never excludes."""

    pages: list[Page] = Field(min_length=1)
    check: ChoiceQuestion | None = None
    right: Text = "That is right."

    def broken_rules(self) -> Iterator[Broken]:
        if self.check and (self.check.right is None or self.check.role != "check"):
            yield Broken('the check needs "role: check" and "right", its right answer', ("check",))


class Tutorial(Part):
    """The tutorial of each arm."""

    kind: Literal["tutorial"] = "tutorial"
    arms: dict[Name, ArmTutorial]


class Practice(Part):
    """Trials with feedback that are not analysed."""

    kind: Literal["practice"] = "practice"
    title: Text = "Practice"
    task: TaskUse
    items: Items
    explanation: bool = Field(default=True, description="Show the arm's explanation with the feedback.")


class Learning(Part):
    """Items with output, truth and the arm's explanation; nothing is asked."""

    kind: Literal["learning"] = "learning"
    title: Text = "Learning"
    noun: Text = "picture"
    model: Name | None = None
    items: Items
    intro: Page | None = None


class AttentionChecks(Part):
    """Trials that tell the participant what to answer, at seeded places of the test.

    In `text`, `{answer}` and `{confidence}` stand for what is to be chosen.
    """

    count: int = Field(default=2, ge=0, le=20)
    text: Text = (
        "This page checks that you read along: please choose {answer} and {confidence} here, then continue."
    )

    def broken_rules(self) -> Iterator[Broken]:
        try:
            slots = {slot for _, slot, _, _ in Formatter().parse(self.text) if slot is not None}
        except ValueError:
            slots = set()
        if "answer" not in slots or slots - {"answer", "confidence"}:
            yield Broken("text must hold {answer}, may hold {confidence}, and no other braces", ("text",))


class Test(Part):
    """The trials that are analysed."""

    kind: Literal["test"] = "test"
    title: Text = "Test"
    task: TaskUse
    items: Items
    intro: Page | None = None
    attention_checks: AttentionChecks = AttentionChecks(count=0)


class InstrumentUse(Part):
    """A published scale, for all arms or some. `instrument` is filled in when the protocol is resolved."""

    name: Name
    arms: list[Name] | None = None
    instrument: Instrument | None = None


class Ratings(Part):
    """Scales and estimates after the test."""

    kind: Literal["ratings"] = "ratings"
    title: Text = "Your view"
    instruments: list[InstrumentUse] = Field(default_factory=list)
    estimate: NumberQuestion | None = Field(default=None, description="How many did you get right?")


class Demographics(Part):
    """Questions about the person; none may be required."""

    kind: Literal["demographics"] = "demographics"
    title: Text = "About you"
    text: Text = "Every question is optional."
    questions: list[Question] = Field(min_length=1)

    def broken_rules(self) -> Iterator[Broken]:
        yield from twice("questions", [question.name for question in self.questions], "questions", "name")
        for number, question in enumerate(self.questions):
            if question.required or question.role not in ("demographic", "text"):
                message = (
                    f'question "{question.name}" needs "required: false" and "role: demographic" or "text"'
                )
                yield Broken(message, ("questions", number))


class Debrief(Part):
    """What the study was about; the completion code; the offer to withdraw."""

    kind: Literal["debrief"] = "debrief"
    title: Text = "Thank you"
    text: Text
    withdraw: Text = "Withdraw my answers"
    button: Text = "Finish"


Phase = Annotated[
    Consent
    | Instructions
    | Gate
    | Allocation
    | Tutorial
    | Practice
    | Learning
    | Test
    | Ratings
    | Demographics
    | Debrief,
    Field(discriminator="kind"),
]
BEFORE_ALLOCATION = ("consent", "instructions", "gate")
