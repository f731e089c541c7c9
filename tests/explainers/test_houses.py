"""The bundle on house prices: its models, its items, its explanations."""

import json

import pytest

from explainers import bundle
from tests.explainers.conftest import ROOT

FOLDER = ROOT / "fixtures" / "houses"


@pytest.fixture(scope="module")
def carried():
    return bundle.read(FOLDER / "bundle")


@pytest.fixture(scope="module")
def workshop():
    pytest.importorskip("torch")
    from explainers.workshop import open_workshop

    return open_workshop(FOLDER / "recipe.yaml")


def test_each_pool_spans_the_prices(carried):
    for pool, count in (("test", 24), ("learning", 16), ("practice", 4)):
        prices = sorted(float(item.truth) for item in carried.items if item.strata["pool"] == pool)
        assert len(prices) == count
        assert prices[0] < 135_000
        assert prices[-1] > 235_000


def test_models_are_as_good_as_their_cards_say(workshop):
    for model in workshop.recipe.models:
        card, quality = workshop.cards[model.name], workshop.quality(model.name)
        assert quality["r2"] == pytest.approx(card["r2"], abs=0.001)
        assert quality["r2"] >= model.r2_at_least > 0.6
        assert quality["accuracy_n"] == 384


def test_houses_sold_in_the_last_year_are_shifted_data(workshop):
    assert len(workshop.data.shifted) == 175


def test_the_weights_that_are_shown_are_the_model(carried):
    """Adding up by hand what the table of the small model says gives its outputs."""
    items = {item.item for item in carried.items}
    outputs = {o.item: float(o.output) for o in carried.outputs if o.model == "linear-2"}
    stimuli = {(s.item, s.model, s.part): json.loads(carried.path(s).read_text()) for s in carried.stimuli}
    for item in sorted(items)[:8]:
        house = {name: amount(value) for name, value in stimuli[item, "", "input"]["rows"]}
        told = {name: amount(value) for name, value in stimuli[item, "linear-2", "weights"]["rows"]}
        quality = "Quality (1 to 10)"
        total = told["To begin with"] + told["Living area, in sq ft"] * house["Living area"]
        assert total + told[quality] * house[quality] == pytest.approx(outputs[item], abs=1)


def amount(told):
    """The number in `−100,000 dollars`, or 0 where there is none."""
    first = told.split()[0].replace(",", "").replace("−", "-")
    return float(first) if first.lstrip("+-").replace(".", "").isdigit() else 0.0


def test_the_small_model_sees_two_facts_and_the_large_one_eight(workshop):
    from explainers.models.linear import LinearModel

    for name, seen in (("linear-2", 2), ("linear-8", 8)):
        model = workshop.models[name]
        assert isinstance(model, LinearModel)
        assert len({term.field.name for term in model.terms(workshop.data.fields)}) == seen


def test_training_again_gives_the_same_weights(workshop):
    from explainers.preparing.provenance import packages
    from tests.explainers.remaking import retrained

    for name in ("linear-2", "linear-8", "tree"):
        if workshop.cards[name]["packages"] == packages():
            again, before = retrained(workshop, FOLDER / "recipe.yaml", name)
            assert again == before, name


def test_the_recipe_still_makes_a_part_of_this_bundle(carried, workshop):
    from tests.explainers import remaking

    remaking.small_part(workshop, carried, count=3)


def test_it_is_small_enough_to_carry():
    files = [path for path in (FOLDER / "bundle").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 5_000_000
