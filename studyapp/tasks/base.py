"""What every task kind says about itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from protocol.schema.phases import TaskUse
from protocol.schema.questions import ProbabilityQuestion, Question, ScaleQuestion
from studyapp.catalog import Catalog


class Task(ABC):
    """One kind of question set asked of an item.

    A task kind is a folder with a subclass of this, its page (`templates/tasks/<kind>.html`) and one line in
    the registry.
    """

    kind: ClassVar[str]
    main_question: ClassVar[str]
    """The question whose answer and correctness stand in the row of a trial."""
    secrets: ClassVar[frozenset[str]]
    """What nothing sent before the answer may tell: of `output`, `truth`."""
    options: ClassVar[frozenset[str]] = frozenset()
    """The protocol's `options` that it takes; any other is refused before a study is loaded."""
    compares_models: ClassVar[bool] = False
    """Whether it takes a `compared_model`."""

    @property
    def template(self) -> str:
        return f"tasks/{self.kind.replace('-', '_')}.html"

    @abstractmethod
    def questions(self, use: TaskUse, catalog: Catalog) -> list[Question]:
        """Return what is asked of each item, in order."""

    @abstractmethod
    def key(self, question: str, catalog: Catalog, item: str, model: str) -> str:
        """Return the answer to `question` that counts as correct; empty where none does."""

    @abstractmethod
    def feedback(self, said: str, key: str) -> str:
        """Return the sentence that tells, in practice, whether the answer `said` equals `key`."""

    @abstractmethod
    def virtual_answers(
        self,
        knows: bool,
        confidence: float,
        options: dict[str, list[str]],
        key: str,
        lure: str,
        draw: float = 0.0,
        scale: str = "probability",
    ) -> dict[str, str]:
        """Return how a virtual participant answers.

        `knows`: whether they get the main question right; `confidence`: their probability of being right, in
        [0, 1]; `options`: the values that the page offers, by question; `key`: the right answer; `lure`: the
        wrong answer that tempts most (empty where there is none); `draw`: a number in [0, 1) that chooses
        among the rest; `scale`: what a confidence is (`probability`, `ordinal`).
        """


def confidence_question(use: TaskUse) -> list[Question]:
    """Return the confidence question of a task, or none."""
    if use.confidence is None:
        return []
    asked = use.confidence
    if asked.scale == "probability":
        return [
            ProbabilityQuestion(
                name="confidence",
                role="confidence",
                text=asked.text,
                steps=asked.steps,
                low=asked.low,
                high=asked.high,
            )
        ]
    return [
        ScaleQuestion(
            name="confidence",
            role="confidence",
            text=asked.text,
            minimum=asked.steps[0],
            maximum=asked.steps[-1],
            labels=[asked.low, asked.high],
        )
    ]


def stated_confidence(confidence: float, offered: Sequence[str], scale: str) -> str:
    """Return which of the offered steps states a probability of being right, in [0, 1].

    A probability is stated by the nearest step; an ordinal scale has no per cent, so that each of its points
    stands for an equal share of [0, 1].
    """
    if scale == "ordinal":
        return offered[min(int(confidence * len(offered)), len(offered) - 1)]
    return min(offered, key=lambda step: abs(int(step) / 100 - confidence))
