import pytest

pytest.importorskip("torch")

from explainers.errors import RecipeError
from explainers.items.spread_over_range import SpreadOverRange


def test_one_item_comes_from_each_part_of_the_range(given):
    start = given(is_number=True)
    (cases,) = (SpreadOverRange(pools={"test": 10}).make(start),)
    truths = sorted(start.data.test.truths.tolist())
    places = sorted(truths.index(start.data.test.truths[case.row].item()) for case in cases)
    parts = [place * 10 // len(truths) for place in places]
    assert parts == pytest.approx(list(range(10)), abs=1)
    assert [case.truth for case in cases] != sorted((case.truth for case in cases), key=float)


def test_pools_share_no_row_and_the_seed_decides(given):
    maker = SpreadOverRange(pools={"test": 12, "learning": 6})
    cases = maker.make(given(is_number=True))
    assert len({case.row for case in cases}) == 18
    assert [case.strata["pool"] for case in cases] == ["test"] * 12 + ["learning"] * 6
    again, other = (maker.make(given(is_number=True, seed=seed)) for seed in (4, 5))
    assert [case.item for case in again] == [case.item for case in cases] != [case.item for case in other]


def test_what_cannot_be_filled_is_told(given):
    with pytest.raises(RecipeError, match='pool "test" asks for 400 items, but the data have 300 left'):
        SpreadOverRange(pools={"test": 400}).make(given(is_number=True))
    with pytest.raises(RecipeError, match="needs a truth that is a number"):
        SpreadOverRange().make(given(big=lambda inputs: inputs[:, 0] > 5))
