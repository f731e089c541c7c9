"""Inputs of which nothing right can be said."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from explainers.errors import RecipeError  # noqa: E402
from explainers.items.nonsense import Nonsense, mean_amplitudes, scrambled, strokes  # noqa: E402
from tests.explainers.contexts import table_context, text_context  # noqa: E402
from tests.explainers.items.pictures import pictures_given  # noqa: E402


@pytest.fixture(scope="module")
def given():
    return pictures_given()


def row_of(case):
    return int(case.item.split("-")[1])


def test_nonsense_has_no_truth_and_says_that_not_knowing_is_right(given):
    for case in Nonsense(count=5).make(given):
        assert case.truth == ""
        assert case.strata == {"pool": "test", "kind": "nonsense", "right_answer": "unknown"}
        assert case.row is None


def test_scrambled_pictures_keep_their_values(given):
    for case in Nonsense(count=8).make(given):
        like = given.data.test.inputs[row_of(case)]
        assert torch.equal(case.input.flatten().sort().values, like.flatten().sort().values)
        assert not torch.equal(case.input, like)


def test_scrambled_pictures_have_nearly_the_datas_spectrum_and_nothing_of_the_case(given):
    """Smooth values, so that ranks keep them nearly: autocorrelation at one pixel is the data's."""
    amplitudes = mean_amplitudes(given.data)
    expected = np.fft.ifft2(amplitudes[0] ** 2).real
    noise = torch.randn(1, 12, 12, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    found = np.mean(
        [
            np.fft.ifft2(np.abs(np.fft.fft2(made[0].numpy() - made.mean().item())) ** 2).real
            for seed in range(200)
            for made in [scrambled(noise, amplitudes, np.random.default_rng(seed))]
        ],
        axis=0,
    )
    expected = expected - amplitudes[0, 0, 0] ** 2 / 144
    assert found[0, 1] / found[0, 0] == pytest.approx(expected[0, 1] / expected[0, 0], abs=0.05)
    assert found[1, 0] / found[0, 0] == pytest.approx(expected[1, 0] / expected[0, 0], abs=0.05)


def test_strokes_are_as_much_white_as_the_case_at_least_three(given):
    picture = torch.zeros(1, 28, 28, dtype=torch.float64)
    picture[0, 5:20, 5:20] = 1
    made = strokes(picture, np.random.default_rng(3))
    one = 28 * 3  # about what a stroke can add
    assert 225 <= float(made.sum()) <= 225 + one
    assert float(strokes(picture * 0, np.random.default_rng(3)).sum()) > 0


def test_words_are_drawn_from_the_training_texts(given):
    context = text_context()
    data = context.data
    cases = Nonsense(count=6).make(replace(given, data=data))
    for case in cases:
        assert len(case.words) == len(data.test.words[row_of(case)])
        numbers = case.input.tolist()
        assert [data.vocabulary.tokens[number] for number in numbers[: len(case.words)]] == list(case.words)
        assert not any(numbers[len(case.words) :])
    assert len({case.words for case in cases}) == 6


def test_fields_are_drawn_one_by_one_from_the_training_rows(given):
    data = table_context().data
    cases = Nonsense(count=10).make(replace(given, data=data))
    rows = {tuple(row) for row in data.train.inputs.tolist()}
    for place in range(data.train.inputs.shape[1]):
        assert {case.input[place].item() for case in cases} <= set(data.train.inputs[:, place].tolist())
    assert not any(tuple(case.input.tolist()) in rows for case in cases)


def test_rows_of_nonsense_do_not_fit_together(given):
    """Two fields that always go together: nonsense has them apart, by the distance that numpy gives too."""
    from explainers.data.base import Data, Field, Split

    values = torch.linspace(0, 10, 60, dtype=torch.float64)
    rows = torch.stack([values, values * 3], dim=1)
    fields = (Field("length", "number", low=0, high=10), Field("width", "number", low=0, high=30))
    truths = torch.arange(60) % 2
    data = Data("table", ("a", "b"), Split(rows[::2], truths[::2]), Split(rows[1::2], truths[1::2]), fields)
    cases = Nonsense(count=12).make(replace(given, data=data))
    spread = data.train.inputs.std(dim=0, correction=0)
    for case in cases:
        apart = ((case.input - data.train.inputs) / spread).norm(dim=1).min()
        assert apart > ((data.test.inputs[0] - data.train.inputs) / spread).norm(dim=1).min()
    same = replace(data, train=Split(rows[:1].expand(5, 2), truths[:5]))
    with pytest.raises(RecipeError, match="they fit together as real rows do"):
        Nonsense(count=1).make(replace(given, data=same))


def test_the_same_seed_gives_the_same_items(given):
    for how in ("scrambled", "strokes"):
        one, two = Nonsense(4, how).make(given), Nonsense(4, how).make(given)
        assert all(torch.equal(a.input, b.input) for a, b in zip(one, two, strict=True))


def test_more_than_there_is_is_refused(given):
    with pytest.raises(RecipeError, match="count is 31. Allowed: 1 to 30"):
        Nonsense(31).make(given)
