"""What arrives is checked: known values only, numbers in range, times that can be true."""

from __future__ import annotations

import pytest

from protocol.schema.questions import (
    Choice,
    ChoiceQuestion,
    NumberQuestion,
    ProbabilityQuestion,
    Question,
    ScaleQuestion,
    TextQuestion,
)
from studyapp.participate.answers import read_answers, read_events, read_times

CHOICE = ChoiceQuestion(name="a", role="prediction", text="?", choices=[Choice(value="x", label="X")])
SCALE = ScaleQuestion(name="a", role="rating", text="?", minimum=1, maximum=5)
SURE = ProbabilityQuestion(name="a", role="confidence", text="?", steps=[10, 50, 100])
WHOLE = NumberQuestion(name="a", role="estimate", text="?", minimum=0, maximum=32)
TYPED = TextQuestion(name="a", role="text", text="?", max_length=5)


@pytest.mark.parametrize(
    ("question", "value"),
    [(CHOICE, "x"), (SCALE, "5"), (SURE, "50"), (WHOLE, "32"), (WHOLE, "0"), (TYPED, "hello")],
)
def test_an_answer_that_fits_is_kept_as_sent(question: Question, value: str) -> None:
    answers = read_answers([question], {"q-a": value})
    assert answers.values == {"a": value}
    assert not answers.faults


@pytest.mark.parametrize(
    ("question", "value", "told"),
    [
        (CHOICE, "y", "Choose an answer"),
        (SCALE, "6", "Choose an answer"),
        (SURE, "55", "Choose an answer"),
        (WHOLE, "33", "a whole number from 0 to 32"),
        (WHOLE, "-1", "a whole number from 0 to 32"),
        (WHOLE, "1.5", "a whole number from 0 to 32"),
        (WHOLE, "nan", "a whole number from 0 to 32"),
        (WHOLE, "inf", "a whole number from 0 to 32"),
        (WHOLE, "1_0", "a whole number from 0 to 32"),
        (WHOLE, "many", "a whole number from 0 to 32"),
        (WHOLE, "٣", "a whole number from 0 to 32"),
        (WHOLE, "1e1", "a whole number from 0 to 32"),
        (TYPED, "too long", "at most 5 characters"),
        (TYPED, "", "Please answer this"),
    ],
)
def test_an_answer_that_does_not_fit_is_told_what_does(question: Question, value: str, told: str) -> None:
    assert told in read_answers([question], {"q-a": value}).faults["a"]


def test_an_optional_question_may_be_left_open() -> None:
    answers = read_answers([TYPED.model_copy(update={"required": False})], {})
    assert answers.values == {"a": ""}
    assert not answers.faults


@pytest.mark.parametrize("value", ["", "-5", "1e3", "99999999999", "١٢", None])
def test_a_time_that_cannot_be_true_counts_as_not_measured(value: str | None) -> None:
    times = read_times({} if value is None else {"response_ms": value, "onset_at": "1"})
    assert times.timing == "none"
    assert times.onset_at is None


@pytest.mark.parametrize(
    "sent", ["", "not json", "{}", '[{"kind":"unheard-of"}]', "[1]", '[{"kind":[]}]', "[" * 100_000]
)
def test_strange_events_are_dropped(sent: str) -> None:
    assert read_events({"events": sent}) == []


def test_events_keep_whole_numbers_only_and_are_limited() -> None:
    assert read_events({"events": '[{"kind":"hidden","for_ms":3,"after_ms":"x","evil":1}]'}) == [
        ("hidden", {"for_ms": 3})
    ]
    assert len(read_events({"events": "[" + ",".join(['{"kind":"paste"}'] * 99) + "]"})) == 50


def test_numbers_are_kept_in_one_form_and_texts_without_nul() -> None:
    assert read_answers([WHOLE], {"q-a": "07"}).values == {"a": "7"}
    assert read_answers([WHOLE], {"q-a": "30.0"}).values == {"a": "30"}
    assert read_answers([TYPED], {"q-a": "a\0b"}).values == {"a": "ab"}
