"""From relevance to the weights of tables and texts, and what is marked as changed."""

import json

import pytest

from explainers.errors import BadParameters

torch = pytest.importorskip("torch")
TEXTS = {"input_caption": "c", "input_alt": "i", "example_alt": "e", "relevance_alt": "r"}


def weights_of(values, *settings):
    from explainers.rendering.scaling import as_weights

    return as_weights(torch.tensor(values, dtype=torch.float64), *settings)


def test_the_largest_size_is_one():
    assert weights_of([2.0, -4.0, 0.0]) == [0.5, -1.0, 0.0]
    assert weights_of([0.0, 0.0]) == [0.0, 0.0]
    assert weights_of([]) == []


def test_what_is_below_zero_counts_as_declared():
    assert weights_of([2.0, -4.0], "magnitude") == [0.5, 1.0]
    assert weights_of([2.0, -4.0], "positive") == [1.0, 0.0]


def test_what_lies_beyond_the_percentile_is_cut():
    values = [float(n) for n in range(101)]
    assert weights_of(values, "diverging", 50.0)[25] == 0.5
    assert weights_of(values, "diverging", 50.0)[80] == 1.0
    assert weights_of([0.0] * 9 + [3.0], "diverging", 50.0)[-1] == 1.0  # that percentile is zero


def cased(kind, **parameters):
    from explainers.data.base import Case, Data, Field, Split
    from explainers.rendering.table import TableDrawer
    from explainers.rendering.text import TextDrawer

    nothing = Split(torch.zeros(0), torch.zeros(0))
    if kind == "text":
        case = Case("one", torch.tensor([2, 3, 0]), "yes", words=("not", "bad"))
        return TextDrawer(**TEXTS, **parameters), case, Data("text", ("yes", "no"), nothing, nothing)
    fields = (Field("Rooms", "number"), Field("Age", "number", unit="years"))
    case = Case("one", torch.tensor([3.0, 12.0]), "yes")
    return (
        TableDrawer(**TEXTS, **parameters),
        case,
        Data("table", ("yes", "no"), nothing, nothing, fields=fields),
    )


@pytest.mark.parametrize("kind", ["table", "text"])
def test_a_drawer_tells_signs_and_ends_as_declared(kind):
    relevance = torch.tensor([1.0, -2.0])
    for negative, weights, scale in (
        ("diverging", [0.5, -1.0], ["speaks against", "speaks for"]),
        ("magnitude", [0.5, 1.0], ["counts"]),
        ("positive", [1.0, 0.0], ["counts"]),
    ):
        drawer, case, data = cased(kind, negative=negative, matters="counts")
        shown = json.loads(drawer.relevance(case, relevance, data))
        found = shown["weights"] if kind == "text" else [row[1] for row in shown["emphasis"]]
        assert (found, shown["scale"]) == (weights, scale)


@pytest.mark.parametrize("kind", ["table", "text"])
def test_normalisation_is_told_in_a_sentence(kind):
    assert "the largest weight, for or against, " in cased(kind)[0].normalisation
    assert (
        "the 90th percentile of weights and more "
        in cased(kind, negative="positive", ceiling_percentile=90)[0].normalisation
    )


@pytest.mark.parametrize("kind", ["table", "text"])
def test_settings_that_cannot_be_are_refused(kind):
    with pytest.raises(BadParameters, match=f'drawer {kind}: negative is "both". Allowed: magnitude, '):
        cased(kind, negative="both")
    with pytest.raises(
        BadParameters, match=f"drawer {kind}: ceiling_percentile is 0. Allowed: above 0, to 100"
    ):
        cased(kind, ceiling_percentile=0)


def test_new_words_are_those_that_were_put_in():
    from explainers.rendering.text import new_words

    before = ["a", "very", "slow", "film"]
    assert new_words(before, ["a", "very", "good", "film"]) == [False, False, True, False]
    assert new_words(before, ["not", "a", "very", "slow", "film"]) == [True, False, False, False, False]
    assert new_words(before, ["a", "slow", "film"]) == [False, False, False]
    assert new_words([], ["new"]) == [True]
