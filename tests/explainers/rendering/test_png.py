import io

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("torch")


def test_a_png_has_only_the_chunks_it_must_have_and_the_pixels_it_was_given():
    from explainers.bundle.pictures import picture_of
    from explainers.rendering.png import png

    pixels = np.arange(24, dtype=np.uint8).reshape(4, 6)
    content = png(pixels)
    assert picture_of(content) == ("image/png", 6, 4)
    assert [content.count(kind) for kind in (b"IHDR", b"IDAT", b"IEND", b"tEXt", b"tIME")] == [1, 1, 1, 0, 0]
    assert content == png(pixels.copy())


def test_another_reader_sees_the_same_pixels():
    from explainers.rendering.png import png

    pillow = pytest.importorskip("PIL.Image")
    for shape in ((4, 6), (4, 6, 3)):
        pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
        assert np.array_equal(np.asarray(pillow.open(io.BytesIO(png(pixels)))), pixels)
