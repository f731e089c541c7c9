"""Scores against sums made by hand."""

import pytest

from protocol import get_instrument, score, subscale_scores
from protocol.schema.instruments import Instrument

TRUST = ["confident", "predictable", "reliable", "safe", "efficient", "wary", "novice", "decisions"]
PARTED = Instrument.model_validate(
    {
        "name": "parted",
        "title": "Parted",
        "source": "made up",
        "intro": "Well?",
        "minimum": 0,
        "maximum": 10,
        "labels": ["none", "all"],
        "score": "sum",
        "items": [
            {"name": "a", "text": "A", "subscale": "first"},
            {"name": "b", "text": "B", "subscale": "second", "reverse": True},
            {"name": "c", "text": "C", "subscale": "first"},
        ],
    }
)


def test_a_mean_turns_reverse_items_round():
    answers = dict(zip(TRUST, [5, 4, 3, 4, 5, 1, 2, 3], strict=True))
    # wary: 1 + 5 - 1 = 5; (5 + 4 + 3 + 4 + 5 + 5 + 2 + 3) / 8
    assert score(get_instrument("trust"), answers) == 31 / 8


def test_agreeing_to_everything_is_not_the_most_trust():
    # seven items at 5, the reverse one at 1 + 5 - 5 = 1
    assert score(get_instrument("trust"), dict.fromkeys(TRUST, 5)) == 36 / 8


def test_a_sum_adds_turned_items():
    assert score(PARTED, {"a": 2, "b": 3, "c": 7}) == 2 + (0 + 10 - 3) + 7


@pytest.mark.parametrize("answers", [{"a": 2, "b": 3, "c": None}, {"a": 2, "b": 3}, {}])
def test_there_is_no_score_where_an_item_is_open(answers):
    assert score(PARTED, answers) is None


def test_a_subscale_needs_only_its_own_items():
    assert subscale_scores(PARTED, {"a": 2, "b": None, "c": 7}) == {"first": 9, "second": None}


def test_a_scale_without_subscales_has_no_scores_for_them():
    assert subscale_scores(get_instrument("trust"), {}) == {}


def test_an_answer_beyond_the_scale_is_refused():
    with pytest.raises(ValueError, match='Item "a" of "parted" was answered 11; 0 to 10 is allowed'):
        score(PARTED, {"a": 11})


def test_an_answer_to_an_unknown_item_is_refused():
    with pytest.raises(ValueError, match='Instrument "parted" has no item "d"'):
        score(PARTED, {"d": 1})
