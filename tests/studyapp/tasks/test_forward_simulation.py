"""Forward simulation: what it asks, what counts as correct, how virtual participants answer."""

from __future__ import annotations

import pytest

from protocol.schema.phases import TaskUse
from studyapp.catalog import Catalog
from studyapp.models import BundleItem
from studyapp.tasks.registry import get_task

TASK = get_task("forward-simulation")
WITH_CONFIDENCE = TaskUse.model_validate(
    {
        "kind": "forward-simulation",
        "question": "Which shape will the model say?",
        "confidence": {"scale": "probability", "steps": [40, 60, 80, 100]},
    }
)
WITHOUT_CONFIDENCE = WITH_CONFIDENCE.model_copy(update={"confidence": None})
OPTIONS = {"prediction": ["dot", "bar", "box"], "confidence": ["40", "60", "80", "100"]}


def catalog(*labels: str) -> Catalog:
    """One item: truly a dot; the model `good` says so, the model `poor` calls it a bar."""
    return Catalog(
        sha256="",
        labels=labels or ("dot", "bar", "box"),
        items={"one": BundleItem(name="one", truth="dot")},
        outputs={("one", "good"): "dot", ("one", "poor"): "bar"},
        stimuli={},
        models=("good", "poor"),
    )


def test_it_asks_for_one_of_the_labels_then_for_confidence() -> None:
    prediction, confidence = TASK.questions(WITH_CONFIDENCE, catalog())
    assert (prediction.name, prediction.role) == ("prediction", "prediction")
    assert prediction.text == "Which shape will the model say?"
    assert [choice.value for choice in prediction.choices] == ["dot", "bar", "box"]
    assert (confidence.name, confidence.role, confidence.kind) == ("confidence", "confidence", "probability")
    assert confidence.steps == [40, 60, 80, 100]


def test_without_confidence_it_asks_one_thing() -> None:
    assert [question.name for question in TASK.questions(WITHOUT_CONFIDENCE, catalog())] == ["prediction"]


def test_its_main_question_is_one_that_it_asks() -> None:
    assert TASK.main_question in [question.name for question in TASK.questions(WITH_CONFIDENCE, catalog())]


@pytest.mark.parametrize(("labels", "layout"), [(("0", "1"), "cells"), (("dot", "square"), "list")])
def test_short_labels_stand_in_a_row(labels: tuple[str, ...], layout: str) -> None:
    assert TASK.questions(WITH_CONFIDENCE, catalog(*labels))[0].layout == layout


def test_correct_is_what_the_model_says_even_where_it_is_wrong() -> None:
    assert TASK.key("prediction", catalog(), "one", "good") == "dot"
    assert TASK.key("prediction", catalog(), "one", "poor") == "bar"  # the truth is dot


def test_no_confidence_is_correct() -> None:
    assert TASK.key("confidence", catalog(), "one", "good") == ""


def test_neither_output_nor_truth_may_be_told() -> None:
    assert TASK.secrets == {"output", "truth"}


def test_a_virtual_participant_who_knows_gives_the_key() -> None:
    assert TASK.virtual_answers(True, 0.9, OPTIONS, "bar", "dot")["prediction"] == "bar"


def test_one_who_does_not_know_falls_for_the_lure() -> None:
    assert TASK.virtual_answers(False, 0.9, OPTIONS, "bar", "dot", draw=0.99)["prediction"] == "dot"


@pytest.mark.parametrize("lure", ["", "bar"], ids=["none", "the key itself"])
@pytest.mark.parametrize(("draw", "said"), [(0.0, "dot"), (0.49, "dot"), (0.5, "box"), (0.999, "box")])
def test_without_a_lure_the_wrong_answers_are_equally_likely(lure: str, draw: float, said: str) -> None:
    assert TASK.virtual_answers(False, 0.9, OPTIONS, "bar", lure, draw)["prediction"] == said


@pytest.mark.parametrize(
    ("confidence", "said"), [(0.0, "40"), (0.49, "40"), (0.51, "60"), (0.89, "80"), (0.91, "100"), (1, "100")]
)
def test_confidence_is_the_nearest_step(confidence: float, said: str) -> None:
    assert TASK.virtual_answers(True, confidence, OPTIONS, "bar", "")["confidence"] == said


def test_only_what_the_page_offers_is_answered() -> None:
    options = {"prediction": OPTIONS["prediction"]}
    assert TASK.virtual_answers(True, 0.9, options, "bar", "") == {"prediction": "bar"}
