import pytest

pytest.importorskip("torch")

from explainers.data.base import Field
from explainers.methods.intrinsic.plain import at_least, at_most, listed, more_than, of_hundred

AGE = Field("Age", "number", step=1, unit="years")
PRICE = Field("Price", "number", step=0.5, decimals=1)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (at_most(AGE, 25.5), "Age is at most 25 years"),  # between 25 and 26: what holds for 25 and below
        (at_most(AGE, 25.0), "Age is at most 25 years"),
        (more_than(AGE, 25.5), "Age is more than 25 years"),
        (at_least(AGE, 25.5), "Age is at least 26 years"),
        (at_least(AGE, 25.0), "Age is at least 25 years"),
        (at_most(Field("Rooms", "number", low=0, step=1), 0.5), "Rooms is 0"),
        (at_least(Field("Rooms", "number", high=9, step=1), 8.5), "Rooms is 9"),
        (at_most(PRICE, 2.75), "Price is at most 2.5"),
        (at_least(PRICE, 2.75), "Price is at least 3.0"),
        (at_most(Field("Share", "number", decimals=2), 0.30000001), "Share is at most 0.30"),
    ],
)
def test_a_bound_is_told_in_values_that_the_field_can_take(told, expected):
    assert told == expected


def test_shares_are_told_of_a_hundred_and_not_rounded_to_all_or_none():
    assert of_hundred(0.874) == "87 of 100"
    assert of_hundred(1.0) == "100 of 100"
    assert of_hundred(0.999) == "more than 99 of 100"
    assert of_hundred(0.001) == "fewer than 1 of 100"


def test_lists_are_read_aloud():
    assert [listed(list("abc")[:n], "or") for n in range(4)] == ["", "a", "a or b", "a, b or c"]
