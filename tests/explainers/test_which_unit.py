"""The bundle on units of a network: the right query is the one that the unit responds to more."""

import struct
import zlib
from collections import Counter

import pytest

from explainers import bundle
from tests.explainers.conftest import ROOT

FOLDER = ROOT / "fixtures" / "which_unit"


@pytest.fixture(scope="module")
def which_unit():
    return bundle.read(FOLDER / "bundle")


@pytest.fixture(scope="module")
def workshop():
    pytest.importorskip("torch")
    from explainers.workshop import open_workshop

    return open_workshop(FOLDER / "recipe.yaml")


def pixels(png):
    """Grey pixels (28, 28) of a picture of ours, whose rows are unfiltered."""
    body, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        body += png[at + 8 : at + 8 + length] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += 12 + length
    rows = zlib.decompress(body)
    return [list(rows[29 * row + 1 : 29 * (row + 1)]) for row in range(28)]


def test_there_are_enough_units_and_right_answers_are_balanced(which_unit):
    assert {item.kind for item in which_unit.items} == {"unit"}
    for pool, count in (("test", 16), ("practice", 1), ("tutorial", 1)):
        sides = Counter(item.truth for item in which_unit.items if item.strata["pool"] == pool)
        assert sides == {"query-a": count, "query-b": count}
    layers = Counter(item.strata["layer"] for item in which_unit.items)
    assert layers == {"relu2": 18, "relu3": 18}


def test_the_right_query_excites_the_unit_of_the_stored_weights_more(which_unit):
    """Reckoned with torch's own functions from the weights and the bundle's pictures, without our looking."""
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file

    weights = {
        name: value.double() for name, value in load_file(ROOT / "fixtures/digits/cnn.safetensors").items()
    }
    functional = torch.nn.functional

    def response(layer, number, picture):
        first = torch.conv2d(picture, weights["conv1.weight"], weights["conv1.bias"], padding=2).relu()
        first = functional.max_pool2d(first, 2)
        second = torch.conv2d(first, weights["conv2.weight"], weights["conv2.bias"], padding=2).relu()
        if layer == "relu2":
            return float(second[0, number].mean())
        flat = functional.max_pool2d(second, 2).flatten(1)
        return float(
            functional.linear(flat, weights["dense.weight"], weights["dense.bias"]).relu()[0, number]
        )

    shown = {(s.item, s.part): s for s in which_unit.stimuli if s.explainer == "query-pair"}
    for item in which_unit.items:
        layer, number = item.strata["layer"], int(item.item.rsplit("-", 1)[1])
        found = {}
        for part in ("query-a", "query-b"):
            stimulus = shown[item.item, part]
            picture = torch.tensor(pixels(which_unit.path(stimulus).read_bytes())).double() / 255
            found[part] = response(layer, number, picture.reshape(1, 1, 28, 28))
            assert found[part] == pytest.approx(stimulus.checks["activation"], abs=1e-5)
        assert max(found, key=found.get) == item.truth


def test_no_picture_is_both_a_reference_and_a_query(which_unit):
    files = {"query-pair": set(), "top-activating": set()}
    for stimulus in which_unit.stimuli:
        if stimulus.explainer in files:
            files[stimulus.explainer].add(which_unit.path(stimulus).name)
    assert not files["query-pair"] & files["top-activating"]


def test_nothing_that_is_read_tells_the_unit_apart(which_unit):
    for part in ("query-a", "query-b", "reference-1", "contrast-1"):
        for explainer in {s.explainer for s in which_unit.stimuli}:
            shown = [s for s in which_unit.stimuli if (s.explainer, s.part) == (explainer, part)]
            assert len({(s.caption, s.alt) for s in shown}) <= 1


def test_made_pictures_excite_their_units_more_than_any_natural_one(which_unit):
    made = [
        s.checks["share_of_natural"] for s in which_unit.stimuli if s.explainer == "feature-visualization"
    ]
    assert len(made) == 36 * 4
    assert min(made) > 1


def test_it_is_small_enough_to_carry():
    assert sum(path.stat().st_size for path in (FOLDER / "bundle").rglob("*") if path.is_file()) < 5_000_000


def test_the_recipe_still_makes_a_part_of_this_bundle(which_unit, workshop):
    from tests.explainers import remaking

    slow = ("top-activating",)  # looks through 10,000 pictures
    remaking.small_part(workshop, which_unit, count=1, without=slow)
