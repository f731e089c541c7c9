"""The maker of unit items with a right answer."""

from collections import Counter

import pytest

from explainers.errors import RecipeError
from explainers.registry import build

torch = pytest.importorskip("torch")


def made(context, **parameters):
    from explainers.items.base import Given

    given = Given(context.data, {"net": context.model}, {}, "unit", seed=5)
    return build("items", "query-units", {"strong": 0.1, "weak": 0.3, **parameters}).make(given)


def test_units_that_respond_to_nothing_are_left_out(unit_context):
    cases = made(unit_context, layers=["units"], pools={"test": 2})
    assert sorted(case.unit for case in cases) == [("units", 0), ("units", 1)]
    assert {case.kind for case in cases} == {"unit"}
    assert sorted(case.item for case in cases) == ["unit-units-000", "unit-units-001"]
    with pytest.raises(RecipeError, match="asks for 3 units; 2 of the layers units"):
        made(unit_context, layers=["units"], pools={"test": 3})


def test_sides_are_balanced_in_each_pool_and_layers_take_turns(unit_context):
    model = unit_context.model
    model.wide = torch.nn.Linear(2, 30).double()
    cases = made(unit_context, layers=["labels", "wide"], pools={"practice": 2, "test": 20})
    for pool, count in (("practice", 1), ("test", 10)):
        sides = Counter(case.truth for case in cases if case.strata["pool"] == pool)
        assert sides == {"query-a": count, "query-b": count}
    assert {case.strata["layer"] for case in cases[:2]} == {"labels", "wide"}
    assert len({case.item for case in cases}) == len(cases)


def test_the_same_seed_makes_the_same_units(unit_context):
    first, second = (made(unit_context, layers=["units"], pools={"test": 2}) for _ in range(2))
    assert [(case.item, case.truth) for case in first] == [(case.item, case.truth) for case in second]


def test_a_model_that_is_not_there_is_told(unit_context):
    with pytest.raises(RecipeError, match='names model "other". Known ones: net'):
        made(unit_context, layers=["units"], model="other")
