"""Forward simulation: foretell what the model says about an input."""

from __future__ import annotations

from protocol.schema.phases import TaskUse
from protocol.schema.questions import Choice, ChoiceQuestion, Question
from studyapp.catalog import Catalog
from studyapp.tasks.base import Task, confidence_question, stated_confidence


class ForwardSimulation(Task):
    """The participant sees an input and says which class the model will output.

    Records `prediction` (a label) and, where the protocol asks for it, `confidence`. Correct is what equals
    the model's output, whether or not the model is right. Source: Doshi-Velez and Kim (2017), "Towards a
    Rigorous Science of Interpretable Machine Learning"; Hase and Bansal (2020), "Evaluating Explainable AI",
    ACL.
    """

    kind = "forward-simulation"
    main_question = "prediction"
    secrets = frozenset({"output", "truth"})

    def questions(self, use: TaskUse, catalog: Catalog) -> list[Question]:
        choices = [Choice(value=label, label=label) for label in catalog.labels]
        layout = "cells" if all(len(label) <= 3 for label in catalog.labels) else "list"
        asked = ChoiceQuestion(
            name="prediction", role="prediction", text=use.question, choices=choices, layout=layout
        )
        return [asked, *confidence_question(use)]

    def key(self, question: str, catalog: Catalog, item: str, model: str) -> str:
        return catalog.output(item, model) if question == "prediction" else ""

    def feedback(self, said: str, key: str) -> str:
        return "You foretold the model." if said == key else "You did not foretell the model this time."

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
        wrong = [value for value in options["prediction"] if value != key]
        answers = {"prediction": key if knows else lure if lure in wrong else wrong[int(draw * len(wrong))]}
        if "confidence" in options:
            answers["confidence"] = stated_confidence(confidence, options["confidence"], scale)
        return answers
