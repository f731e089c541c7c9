from collections import Counter

import pytest

pytest.importorskip("torch")

from explainers.errors import RecipeError
from explainers.items.changed_outputs import ChangedOutputs


def big(inputs):
    return inputs[:, 0] > 5


def bigger(inputs):
    return inputs[:, 0] > 6


def wide(inputs):
    return inputs[:, 1] > 70


def test_half_of_the_items_change_and_both_halves_are_spread_over_the_outputs(given):
    start = given(big=big, wide=wide)
    cases = ChangedOutputs("big", "wide", pools={"test": 16, "learning": 8}).make(start)
    before, after = start.predictions["big"], start.predictions["wide"]
    cells = Counter((case.strata["pool"], before[case.row].label, after[case.row].label) for case in cases)
    assert set(cells.values()) == {2, 4}
    assert {cell for cell, count in cells.items() if count == 4} == {
        ("test", one, other) for one in ("cheap", "dear") for other in ("cheap", "dear")}  # fmt: skip
    assert len({case.row for case in cases}) == 24


def test_outputs_that_change_in_one_direction_only_still_fill_the_pool(given):
    start = given(big=big, bigger=bigger)
    cases = ChangedOutputs("big", "bigger", pools={"test": 12}).make(start)
    before = Counter(start.predictions["big"][case.row].label for case in cases)
    assert before["dear"] >= 6
    assert len(cases) == 12


def test_rows_that_are_items_already_are_left_out(given):
    maker = ChangedOutputs("big", "wide", pools={"test": 8})
    first = maker.make(given(big=big, wide=wide))
    second = maker.make(given(big=big, wide=wide, taken=first))
    assert not {case.row for case in first} & {case.row for case in second}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"after": "big"}, 'the pools need 24 items, but "big" and "big" differ on 0 cases'),
        ({"after": "tall"}, 'names model "tall". Known ones: big, wide.'),
        ({"after": "wide", "pools": {"test": 3}}, 'pool "test" has an odd number of items'),
        ({"after": "wide", "pools": {"test": 4000}}, 'the pools need 2000 items, but "big" and "wide" differ on'),
    ],
)  # fmt: skip
def test_what_cannot_be_filled_is_told(given, parameters, message):
    with pytest.raises(RecipeError) as told:
        ChangedOutputs("big", **parameters).make(given(big=big, wide=wide))
    assert message in str(told.value)


def test_models_that_give_numbers_are_refused(given):
    with pytest.raises(RecipeError, match="needs models that give labels"):
        ChangedOutputs("a", "b").make(given(is_number=True))
