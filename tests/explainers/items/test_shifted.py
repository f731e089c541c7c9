"""Cases from other circumstances."""

import math
from collections import Counter
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")
from scipy import ndimage  # noqa: E402

from explainers.errors import RecipeError  # noqa: E402
from explainers.items.shifted import Shifted, faint, rotated, tagged  # noqa: E402
from tests.explainers.items.pictures import pictures_given  # noqa: E402


@pytest.fixture(scope="module")
def given():
    return pictures_given()


def test_rows_of_the_shifted_part_keep_their_truth(given):
    made = Shifted(count=9).make(given)
    shifted = given.data.shifted
    assert Counter(case.truth for case in made) == {"ant": 3, "bee": 3, "cow": 3}
    for case in made:
        row = int(case.item.split("-")[1])
        assert torch.equal(case.input, shifted.inputs[row])
        assert case.truth == given.data.truth_of(shifted, row)
        assert case.row is None
        assert case.strata == {"pool": "test", "kind": "shifted", "shift": "data"}


def test_rotation_is_scipys(given):
    x = torch.linspace(-2, 2, 21).double()
    picture = torch.exp(-(x[None, :, None] ** 2) - (x[None, None, :] - 0.5) ** 2)
    found = {seed: rotated(picture, 30, seed)[0].numpy() for seed in (0, 1)}
    for seed, sign in ((0, -1), (1, 1)):
        expected = ndimage.rotate(picture[0].numpy(), sign * 30, reshape=False, order=1, mode="grid-constant")
        assert abs(found[seed] - expected).max() < 1e-9
    quarter = rotated(picture, 90, 1)[0]
    assert torch.allclose(quarter, torch.rot90(picture[0], 1), atol=1e-9)
    assert math.isclose(float(quarter.sum()), float(picture.sum()))


def test_faint_pictures_lose_contrast_about_grey():
    picture = torch.tensor([[[0.0, 0.5, 1.0]]])
    assert faint(picture, 4, 0).tolist() == [[[0.375, 0.5, 0.625]]]


def test_a_tag_stands_in_each_corner_for_some_seed():
    black = torch.zeros(1, 20, 20)
    corners = set()
    for seed in range(4):
        made = tagged(black, 0, seed)[0]
        rows, columns = made.nonzero().T
        assert float(made.sum()) == 16
        corners.add((int(rows.min()), int(columns.min())))
    assert corners == {(1, 1), (1, 15), (15, 1), (15, 15)}


def test_changed_pictures_are_new_inputs_with_the_old_truth(given):
    for how in ("rotated", "faint", "tagged"):
        made = Shifted(how=how, count=6).make(given)
        for case in made:
            row = int(case.item.split("-")[1])
            assert case.truth == given.data.truth_of(given.data.test, row)
            assert not torch.equal(case.input, given.data.test.inputs[row])
            assert case.row is None
            assert case.strata["shift"] == how


def test_what_there_is_not_is_told(given):
    with pytest.raises(RecipeError, match="no shifted part. Allowed: rotated, faint, tagged"):
        Shifted().make(pictures_given(with_shifted=False))
    with pytest.raises(RecipeError, match="count is 99. Allowed: 1 to 30"):
        Shifted(count=99).make(given)

    from tests.explainers.contexts import table_context

    with pytest.raises(RecipeError, match="rotated is for pictures; the data are of kind table"):
        Shifted(how="rotated").make(replace(given, data=table_context().data))
