"""Cases from other circumstances."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from scipy import ndimage  # noqa: E402

from explainers.errors import RecipeError  # noqa: E402
from explainers.items.shifted import Shifted, faint, rotated, tagged  # noqa: E402
from tests.explainers.contexts import table_context, text_context  # noqa: E402
from tests.explainers.items.pictures import pictures_given  # noqa: E402


@pytest.fixture(scope="module")
def given():
    return pictures_given()


@pytest.fixture(scope="module")
def texts(given):
    return replace(given, data=text_context().data, predictions={}, models={})


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


def test_what_there_is_not_is_told(given, texts):
    with pytest.raises(
        RecipeError, match="no shifted part. Allowed for data of kind image: rotated, faint, tagged"
    ):
        Shifted().make(pictures_given(with_shifted=False))
    with pytest.raises(RecipeError, match="count is 99. Allowed: 1 to 30"):
        Shifted(count=99).make(given)
    table = replace(given, data=table_context().data)
    with pytest.raises(
        RecipeError, match="rotated, but the data are of kind table. Allowed for it: unusual; and data"
    ):
        Shifted(how="rotated").make(table)
    with pytest.raises(
        RecipeError, match="misspelt, but the data are of kind image. Allowed for it: rotated, faint"
    ):
        Shifted(how="misspelt").make(given)
    with pytest.raises(
        RecipeError, match="no shifted part. Allowed for data of kind text: misspelt, unusual"
    ):
        Shifted().make(texts)
    with pytest.raises(RecipeError, match="amount is 30. Allowed for misspelt: a share from 0 to 1"):
        Shifted(how="misspelt", amount=30).make(texts)
    with pytest.raises(RecipeError, match="only .* of 99 held-out texts have a word of 4 letters or more"):
        Shifted(how="misspelt", count=99).make(texts)


def test_misspelt_texts_keep_their_length_and_truth_and_the_model_reads_what_is_shown(texts):
    data, made = texts.data, Shifted(how="misspelt", count=6).make(texts)
    for case in made:
        row = int(case.item.split("-")[1])
        before, after = data.test.words[row], case.words
        assert case.truth == data.truth_of(data.test, row)
        assert case.strata == {"pool": "test", "kind": "shifted", "shift": "misspelt"}
        assert case.row is None
        differing = [place for place, word in enumerate(before) if after[place] != word]
        long_ones = [word for word in before if len(word) >= 4]
        assert len(differing) == math.ceil(0.3 * len(long_ones))
        numbers = data.vocabulary.numbers
        assert case.input.tolist()[: len(after)] == [numbers.get(word.lower(), 1) for word in after]
        assert (case.input != data.test.inputs[row]).any()
    assert sorted(case.truth for case in made) == ["negative"] * 3 + ["positive"] * 3


def test_more_words_are_misspelt_where_that_is_asked(texts):
    def errors(amount):
        made = Shifted(how="misspelt", count=6, amount=amount).make(texts)
        rows = [int(case.item.split("-")[1]) for case in made]
        pairs = [
            zip(case.words, texts.data.test.words[row], strict=True)
            for case, row in zip(made, rows, strict=True)
        ]
        return sum(one != other for pair in pairs for one, other in pair)

    assert errors(1) > errors(0.3)


def test_a_misspelt_word_is_one_error_away():
    from explainers.items.misspelling import misspelt

    made = {misspelt("Salt", np.random.default_rng(seed)) for seed in range(300)}
    swapped, left_out = {"Slat", "Satl"}, {"Slt", "Sat", "Sal"}
    twice, beside = {"Saalt", "Sallt", "Saltt"}, {"Sslt", "Sakt", "Salr", "Saly"}
    assert made == swapped | left_out | twice | beside
    assert all(misspelt("eeee", np.random.default_rng(seed)) != "eeee" for seed in range(50))
    assert misspelt("ÄÄÄÄ", np.random.default_rng(1)) in ("ÄÄÄ", "ÄÄÄÄÄ")  # no key beside it, nothing to swap


def test_unusual_texts_have_the_most_unknown_words(texts):
    inputs = texts.data.test.inputs.clone()
    for row in (1, 4, 7):
        inputs[row, :2] = 1
    strange = replace(texts, data=replace(texts.data, test=replace(texts.data.test, inputs=inputs)))
    share = 3 / len(inputs)
    made = Shifted(how="unusual", count=3, amount=share).make(strange)
    assert sorted(case.row for case in made) == [1, 4, 7]
    assert {case.strata["shift"] for case in made} == {"unusual"}
    with pytest.raises(RecipeError, match="count is 4. Allowed: 1 to 3"):
        Shifted(how="unusual", count=4, amount=share).make(strange)


def test_unusual_rows_are_farthest_from_the_training_rows(given):
    data = table_context().data
    rows = replace(given, data=data)
    inputs = data.test.inputs.clone()
    inputs[5, 0] += 1000
    inputs[2, 1] -= 1000
    strange = replace(rows, data=replace(data, test=replace(data.test, inputs=inputs)))
    made = Shifted(how="unusual", count=2, amount=2 / len(inputs)).make(strange)
    assert sorted(case.row for case in made) == [2, 5]


def test_the_same_seed_gives_the_same_texts(texts):
    for how in ("misspelt", "unusual"):
        one, two = (Shifted(how=how, count=3, amount=0.5).make(texts) for _ in range(2))
        assert [(case.item, case.words) for case in one] == [(case.item, case.words) for case in two]
