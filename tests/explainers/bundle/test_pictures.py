import io
import struct

import pytest

from explainers.bundle.pictures import picture_of
from tests.explainers.hand_written import png


def webp(kind, body):
    chunk = kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


# layouts as in RFC 9649
LOSSY = webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 300, 200) + b"\0" * 10)
LOSSLESS = webp(b"VP8L", b"\x2f" + struct.pack("<I", (300 - 1) | (200 - 1) << 14) + b"\0" * 10)
EXTENDED = webp(b"VP8X", b"\0" * 4 + (299).to_bytes(3, "little") + (199).to_bytes(3, "little"))


@pytest.mark.parametrize("content", [LOSSY, LOSSLESS, EXTENDED])
def test_the_size_of_each_kind_of_webp_is_read(content):
    assert picture_of(content) == ("image/webp", 300, 200)


def test_the_size_of_a_png_is_read():
    assert picture_of(png(300, 200)) == ("image/png", 300, 200)


def test_what_is_no_picture_is_not_one():
    assert picture_of(b"{}") is None


@pytest.mark.parametrize("lossless", [True, False])
def test_what_another_program_wrote_is_read(lossless):
    pillow = pytest.importorskip("PIL.Image")
    content = io.BytesIO()
    pillow.new("RGB", (31, 17)).save(content, "WEBP", lossless=lossless)
    assert picture_of(content.getvalue()) == ("image/webp", 31, 17)
