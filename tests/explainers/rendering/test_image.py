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


def test_settings_that_cannot_be_are_refused():
    with pytest.raises(BadParameters, match="grey is 2"):
        drawer(grey=2)
    with pytest.raises(BadParameters, match="percentiles are 99 and 50"):
        drawer(floor_percentile=99, ceiling_percentile=50)
