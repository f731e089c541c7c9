import zlib

import pytest

from explainers.errors import BadParameters

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
NO_DATA = None  # pictures are drawn without it
TEXTS = {"input_caption": "c", "input_alt": "i", "example_alt": "e", "relevance_alt": "r"}


def drawer(**parameters):
    from explainers.rendering.image import ImageDrawer

    return ImageDrawer(**TEXTS, **parameters)


def case(value):
    from explainers.data.base import Case

    return Case("one", value, "ant")


def pixels_of(content, channels):
    """Decode a PNG as ours are: one data chunk, no filters."""
    start = content.index(b"IDAT") + 4
    height, width = int.from_bytes(content[20:24], "big"), int.from_bytes(content[16:20], "big")
    rows = np.frombuffer(zlib.decompress(content[start:]), np.uint8).reshape(height, 1 + width * channels)
    return rows[:, 1:].reshape(height, width, channels)


def test_on_black_the_colour_is_that_of_the_legend():
    relevance = torch.tensor([[[0.0, 0.4, 0.7, 1.0]]])
    content = drawer(floor_percentile=0, ceiling_percentile=100).relevance(
        case(torch.zeros(1, 1, 4)), relevance, NO_DATA
    )
    colours = ["".join(f"{value:02x}" for value in pixel) for pixel in pixels_of(content, 3)[0]]
    assert colours == ["000000", "d55e00", "e69f00", "f0e442"]


def test_without_relevance_the_picture_stands_in_grey():
    content = drawer(grey=0.6).relevance(case(torch.tensor([[[0.0, 1.0]]])), torch.zeros(1, 1, 2), NO_DATA)
    assert pixels_of(content, 3)[0].tolist() == [[0, 0, 0], [153, 153, 153]]


def test_maps_are_drawn_by_their_proportions_alone():
    value, relevance = torch.rand(1, 5, 5), torch.rand(1, 5, 5)
    assert drawer().relevance(case(value), relevance, NO_DATA) == drawer().relevance(
        case(value), relevance * 1024, NO_DATA
    )


def test_an_input_is_drawn_as_it_is():
    content = drawer().input(case(torch.tensor([[[0, 51], [255, 7]]]) / 255), NO_DATA)
    assert pixels_of(content, 1)[:, :, 0].tolist() == [[0, 51], [255, 7]]


def test_one_bright_pixel_is_seen():
    relevance = torch.zeros(1, 28, 28)
    relevance[0, 3, 4] = 0.2
    content = drawer().relevance(case(torch.zeros(1, 28, 28)), relevance, NO_DATA)
    assert pixels_of(content, 3)[3, 4].tolist() == [0xF0, 0xE4, 0x42]


def drawn(relevance, picture=0.0, **parameters):
    """Colours of a row of pixels whose largest relevance is the scale's end."""
    parameters = {"floor_percentile": 0, "ceiling_percentile": 100, **parameters}
    values = torch.tensor([[relevance]], dtype=torch.float64)
    content = drawer(**parameters).relevance(case(torch.full_like(values, picture)), values, NO_DATA)
    return ["".join(f"{value:02x}" for value in pixel) for pixel in pixels_of(content, 3)[0]]


def test_what_is_below_zero_is_drawn_as_declared():
    assert drawn([-1.0, 0.0, 1.0]) == ["f0e442", "000000", "f0e442"]
    assert drawn([-1.0, 0.0, 1.0], negative="positive") == ["000000", "000000", "f0e442"]
    both = {"negative": "diverging", "scale": "both-ways"}
    assert drawn([-1.0, 0.0, 1.0], **both) == ["ff9452", "000000", "4cbaf9"]
    assert drawn([-0.5, 0.0, 1.0], **both) == ["7a492c", "000000", "4cbaf9"]


def test_of_several_channels_the_strongest_counts_with_its_sign():
    from explainers.rendering.image import strongest

    values = np.array([[[1.0, -3.0]], [[-2.0, 2.0]]])
    assert strongest(values).tolist() == [[-2.0, -3.0]]


def test_the_picture_shines_through_as_far_as_the_opacity_says():
    grey = {"picture": 1.0, "grey": 0.4}
    assert drawn([0.0, 1.0], **grey) == ["666666", "f0e442"]
    assert drawn([0.0, 1.0], **grey, opacity=0.5) == ["666666", "aba554"]  # half of each
    assert drawn([0.0, 1.0], **grey, opacity=0) == ["666666", "666666"]


def test_enlarged_pixels_are_squares():
    content = drawer(enlarge=3).input(case(torch.tensor([[[0.0, 1.0]]])), NO_DATA)
    assert pixels_of(content, 1)[:, :, 0].tolist() == [[0, 0, 0, 255, 255, 255]] * 3


def test_a_scale_is_given_by_name_or_by_stops():
    from explainers.bundle.scales import EMBERS

    assert drawn([0.0, 0.5], scale="embers") == drawn([0.0, 0.5], scale=EMBERS) == drawn([0.0, 0.5])
    assert drawn([0.0, 0.5, 1.0], scale="even") == ["000000", "ae4d00", "f0e442"]


def test_normalisation_says_what_becomes_of_signs():
    assert drawer().normalisation.endswith("its end, linear between.")
    assert drawer(negative="positive").normalisation.endswith("what speaks against counts as nothing.")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"opacity": 1.5}, r"opacity is 1\.5\. Allowed: 0 to 1"),
        ({"enlarge": 0}, r"enlarge is 0\. Allowed: 1 to 16"),
        ({"negative": "both"}, r'negative is "both"\. Allowed: magnitude, positive, diverging'),
        ({"scale": "rainbow"}, r'scale is "rainbow"\. Allowed: embers, even, both-ways, or stops'),
        (
            {"negative": "diverging"},
            r"the scale runs from 0 to 1 .*stops in order from -1 to 1, as both-ways has",
        ),
        ({"scale": "both-ways"}, r"the scale runs from -1 to 1 .*stops in order from 0 to 1\."),
        ({"scale": ((0.0, "#000000"), (2.0, "#ffffff"))}, r"the scale runs from 0 to 2"),
    ],
)
def test_a_drawing_that_cannot_be_is_refused(parameters, message):
    with pytest.raises(BadParameters, match=message):
        drawer(**parameters)


def test_settings_that_cannot_be_are_refused():
    with pytest.raises(BadParameters, match="grey is 2"):
        drawer(grey=2)
    with pytest.raises(BadParameters, match=r"floor_percentile is 99\. Allowed: from 0, below ceiling_perc"):
        drawer(floor_percentile=99, ceiling_percentile=50)
