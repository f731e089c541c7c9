"""Units of a network as items."""

import pytest

torch = pytest.importorskip("torch")

from explainers.errors import BadParameters, RecipeError  # noqa: E402
from explainers.items.base import Given  # noqa: E402
from explainers.items.units import Units  # noqa: E402


@pytest.fixture
def given(text_context):
    return Given(text_context.data, {"net": text_context.model}, {}, prefix="cell", seed=1)


def test_units_have_names_a_pool_and_no_input(given):
    cases = Units(layer="rest.labels", numbers=(3, 0)).make(given)
    assert [case.item for case in cases] == ["cell-00003", "cell-00000"]
    assert [case.unit for case in cases] == [("rest.labels", 3), ("rest.labels", 0)]
    assert {case.kind for case in cases} == {"unit"}
    assert {case.strata["pool"] for case in cases} == {"units"}


def test_a_layer_that_is_not_there_and_numbers_twice_are_refused(given):
    with pytest.raises(BadParameters, match='no layer "rest.cells"'):
        Units(layer="rest.cells", numbers=(1,)).make(given)
    with pytest.raises(RecipeError, match="each once"):
        Units(layer="rest", numbers=(1, 1)).make(given)
