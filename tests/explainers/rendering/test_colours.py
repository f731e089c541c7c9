"""Colours of maps and tokens: even steps in CIELAB, told apart by colour-blind people, text that can be read.

CIELAB and contrast follow the CIE and WCAG 2.2 formulas; colour blindness the matrices of Machado, Oliveira and
Fernandes (2009), "A Physiologically-based Model for Simulation of Color Vision Deficiency", severity 1.0.
"""

import re
from pathlib import Path

import pytest

from explainers.bundle import scales
from explainers.bundle.scales import colour_at, scale_of, stops_of

np = pytest.importorskip("numpy")
CSS = (Path(scales.__file__).parent / "static" / "stimuli.css").read_text(encoding="utf-8")
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
)
BLIND = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}  # fmt: skip


def linear(colour):
    value = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(light):
    ratio = XYZ @ np.clip(light, 0, 1) / XYZ.sum(axis=1)
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def contrast(one, other):
    light = sorted((float(XYZ[1] @ linear(colour)) for colour in (one, other)), reverse=True)
    return (light[0] + 0.05) / (light[1] + 0.05)


def of_css(name):
    return re.search(rf"--{name}: (#\w{{6}})", CSS).group(1)


def tints(side):
    return [re.search(rf"\.w-{side}{step} {{ background: (#\w{{6}})", CSS).group(1) for step in range(1, 11)]


@pytest.mark.parametrize("side", ["n", "p"])
def test_ten_steps_of_a_token_s_colour_are_even(side):
    colours = [lab(linear(colour)) for colour in (of_css("sheet"), *tints(side))]
    steps = np.linalg.norm(np.diff(colours, axis=0), axis=1)
    assert steps.min() > 5.8
    assert steps.max() < 6.8
    assert (np.diff([colour[0] for colour in colours]) < 0).all()  # darker with each


def test_both_sides_are_equally_strong():
    for one, other in zip(tints("n"), tints("p"), strict=True):
        assert abs(lab(linear(one))[0] - lab(linear(other))[0]) < 1.5


@pytest.mark.parametrize("side", ["n", "p"])
def test_text_on_every_tint_can_be_read(side):
    assert min(contrast(of_css("sheet-ink"), tint) for tint in tints(side)) > 4.5
    assert contrast(of_css("sheet-soft"), of_css("sheet")) > 4.5


def test_bars_stand_out():
    assert contrast(of_css("against"), of_css("sheet")) > 3
    assert contrast(of_css("for"), of_css("sheet")) > 3


@pytest.mark.parametrize("kind", BLIND)
def test_colour_blind_people_tell_for_from_against(kind):
    seen = np.array(BLIND[kind])
    for step in range(2, 10):  # from 0.3
        pair = [lab(seen @ linear(tints(side)[step])) for side in ("n", "p")]
        assert np.linalg.norm(pair[0] - pair[1]) > 15
    ends = [lab(seen @ linear(scales.BOTH_WAYS[place][1])) for place in (0, -1)]
    assert np.linalg.norm(ends[0] - ends[1]) > 50


def lightness(stops, low):
    return np.array([lab(linear(colour_at(stops, place)))[0] for place in np.linspace(low, 1, 65)])


def test_lightness_grows_evenly_over_even():
    found = lightness(scales.EVEN, 0)
    assert np.abs(found - np.linspace(0, found[-1], 65)).max() < 2


def test_lightness_grows_with_every_scale_for_every_eye():
    for stops in (scales.EMBERS, scales.EVEN):
        for matrix in (np.eye(3), *map(np.array, BLIND.values())):
            colours = [lab(matrix @ linear(colour_at(stops, place))) for place in np.linspace(0, 1, 21)]
            assert (np.diff([colour[0] for colour in colours]) > 0).all()


def test_both_ways_is_even_and_symmetric():
    found = lightness(scales.BOTH_WAYS, -1)
    assert np.abs(found - found[::-1]).max() < 1.5
    assert np.abs(found - np.abs(np.linspace(-1, 1, 65)) * found[0]).max() < 2.5


def recipe(scale):
    return {"recipe": {"rendering": {"parameters": {"scale": scale}}}}


def test_a_bundle_s_scale_is_read_from_its_recipe():
    stops = [[0, "#000000"], [1, "#ffffff"]]
    assert scale_of(recipe(stops)) == ((0.0, "#000000"), (1.0, "#ffffff"))
    assert scale_of(recipe("both-ways")) == scales.BOTH_WAYS
    assert stops_of("even") == scales.EVEN


@pytest.mark.parametrize(
    "manifest",
    [
        *({}, {"recipe": {}}, {"recipe": {"rendering": []}}),
        *(
            recipe(odd)
            for odd in ("rainbow", 3, None, [[0, "red"]], [[0, "#000"]], [[0, "#000000"]], [["a", "b"]])
        ),
        recipe([[0, "#000000"], [1, '"><script>']]),
    ],
)
def test_a_recipe_of_someone_else_gives_the_usual_scale(manifest):
    assert scale_of(manifest) == scales.EMBERS


def test_between_stops_a_colour_lies_on_the_line():
    stops = ((0.0, "#000000"), (0.5, "#640000"), (1.0, "#64c800"))
    assert [colour_at(stops, place) for place in (-1, 0, 0.25, 0.5, 0.75, 1, 2)] == [
        *("#000000", "#000000", "#320000", "#640000", "#646400", "#64c800", "#64c800")
    ]
