import pytest

pytest.importorskip("torch")


@pytest.mark.parametrize(
    ("total", "most", "places"), [(10, 5, [0, 2, 4, 6, 8]), (3, 5, [0, 1, 2]), (0, 5, [])]
)
def test_rows_are_evenly_spaced(total, most, places):
    from explainers.models.rows import evenly

    assert evenly(total, most).tolist() == places
