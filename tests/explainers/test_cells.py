"""The character models that are carried, and what their cells show."""

import json
from pathlib import Path

import pytest

from explainers import bundle

CELLS = Path(__file__).parents[2] / "fixtures" / "cells"
LEAST = {"lstm": 0.56, "gru": 0.56, "rnn": 0.5}


@pytest.fixture(scope="module")
def cells():
    return bundle.read(CELLS / "bundle")


@pytest.fixture(scope="module")
def workshop():
    pytest.importorskip("torch")
    from explainers.workshop import open_workshop

    return open_workshop(CELLS / "recipe.yaml")


def content(stimulus):
    return json.loads((CELLS / "bundle" / "stimuli" / stimulus.file).read_text(encoding="utf-8"))


def test_every_unit_is_shown_over_the_same_texts_by_every_model(cells):
    assert {item.kind for item in cells.items} == {"unit"}
    texts = {}
    for one in cells.stimuli:
        told = content(one)
        assert len(told["tokens"]) == len(told["weights"]) == 160
        assert all(-1 <= weight <= 1 for weight in told["weights"])
        assert told["scale"] == ["−1", "+1"]
        texts.setdefault(one.part, set()).add("".join(told["tokens"]))
    assert [len(shown) for shown in texts.values()] == [1, 1, 1, 1]
    assert len(cells.stimuli) == len(cells.items) * 3 * 4


@pytest.mark.parametrize("model", LEAST)
def test_models_are_as_right_as_their_cards_say(workshop, model):
    quality, card = workshop.quality(model), workshop.cards[model]
    assert quality["accuracy"] == pytest.approx(card["accuracy"], abs=0.003)
    assert quality["accuracy"] >= LEAST[model]
    assert 1 < card["bits_per_character"] < 3


def test_bits_per_character_are_those_of_the_probabilities(workshop):
    """From the rounded probabilities of the outputs, by the definition."""
    import math

    test, told = workshop.data.test, workshop.predictions["lstm"]
    bits = [
        -math.log2(max(output.probabilities[truth], 5e-7))
        for output, truth in zip(told, test.truths.tolist(), strict=True)
    ]
    stated = workshop.cards["lstm"]["bits_per_character"]
    assert sum(bits) / len(bits) == pytest.approx(stated, abs=0.02)


def test_an_lstm_knows_more_of_python_than_its_letters(workshop):
    """Always naming the most frequent character, a blank, would be right far less often."""
    truths = workshop.data.test.truths
    most = truths.bincount().max() / len(truths)
    assert workshop.quality("lstm")["accuracy"] > 2 * float(most)


def test_the_recipe_still_makes_a_part_of_this_bundle(cells, workshop):
    from tests.explainers import remaking

    remaking.small_part(workshop, cells, count=1)


def test_it_is_small_enough_to_carry():
    size = sum(path.stat().st_size for path in (CELLS / "bundle").rglob("*") if path.is_file())
    assert size < 5_000_000
    assert all(path.stat().st_size < 1_000_000 for path in CELLS.glob("*.safetensors"))
