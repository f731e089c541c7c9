from collections import Counter

import pytest

from explainers.errors import RecipeError
from explainers.items.right_and_wrong import Candidate, choose
from explainers.recipe.schema import Pool

CELLS = [(truth, output) for truth in "abc" for output in "abc"]
MANY = [Candidate(row, *cell) for row, cell in enumerate(CELLS * 10)]
POOLS = {"test": Pool(right=6, wrong=6), "learning": Pool(right=3, wrong=3)}


def test_pools_hold_what_was_asked_for_and_share_nothing():
    chosen = choose(MANY, POOLS, seed=1)
    assert [sum(case.is_right for case in chosen[name]) for name in POOLS] == [6, 3]
    assert [len(chosen[name]) for name in POOLS] == [12, 6]
    rows = [case.row for cases in chosen.values() for case in cases]
    assert len(set(rows)) == len(rows)


def test_errors_are_spread_over_cells_and_right_cases_over_labels():
    test = choose(MANY, POOLS, seed=1)["test"]
    assert set(Counter((case.truth, case.output) for case in test if not case.is_right).values()) == {1}
    assert set(Counter(case.truth for case in test if case.is_right).values()) == {2}


def test_rare_errors_are_used_before_a_cell_is_used_twice():
    common = [Candidate(row, "a", "b") for row in range(50)]
    rare = [Candidate(50, "b", "a"), Candidate(51, "c", "a")]
    chosen = choose(common + rare, {"test": Pool(wrong=3)}, seed=1)["test"]
    assert {case.row for case in chosen} >= {50, 51}


def test_the_choice_depends_on_the_seed_alone():
    assert choose(MANY, POOLS, seed=1) == choose(list(reversed(MANY)), POOLS, seed=1)
    assert choose(MANY, POOLS, seed=1) != choose(MANY, POOLS, seed=2)


def test_too_few_errors_are_told():
    with pytest.raises(
        RecipeError, match=r"items.pools.test asks for more wrong items than the data have left"
    ):
        choose(MANY[:9], {"test": Pool(wrong=7)}, seed=1)
