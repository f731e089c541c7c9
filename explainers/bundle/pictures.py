"""Reading the headers of PNG and WebP pictures."""

import struct
import zlib
from typing import NamedTuple

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


class Picture(NamedTuple):
    """What a picture's header says, in pixels."""

    media_type: str
    width: int
    height: int


def picture_of(content: bytes) -> Picture | None:
    """The picture's header, or None where it is neither PNG nor WebP.

    Raises
    ------
    ValueError : it begins like a picture but is damaged or cut short.
    """
    if content.startswith(PNG_MAGIC):
        return Picture("image/png", *_png_size(content))
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Picture("image/webp", *_webp_size(content))
    return None


def _png_size(content: bytes) -> tuple[int, int]:
    """Size from the first chunk, once every chunk up to the end has been found whole."""
    place, size, kind = len(PNG_MAGIC), (0, 0), b""
    while kind != b"IEND":
        if place + 12 > len(content):
            raise ValueError("is a PNG that is cut short")
        length, kind = struct.unpack_from(">I4s", content, place)
        body = content[place + 8 : place + 8 + length]
        if len(body) < length or place + 12 + length > len(content):
            raise ValueError("is a PNG that is cut short")
        if struct.unpack_from(">I", content, place + 8 + length)[0] != zlib.crc32(kind + body):
            raise ValueError(f"is a damaged PNG (checksum of {kind.decode('ascii', 'replace')})")
        if place == len(PNG_MAGIC):
            if kind != b"IHDR" or length != 13:
                raise ValueError("is a PNG without its header")
            size = struct.unpack_from(">II", body)
        place += 12 + length
    if place != len(content):
        raise ValueError("is a PNG with bytes after its end")
    return size[0], size[1]


def _webp_size(content: bytes) -> tuple[int, int]:
    """Size from the first chunk: lossy, lossless or extended."""
    if len(content) < 30 or struct.unpack_from("<I", content, 4)[0] + 8 > len(content):
        raise ValueError("is a WebP that is cut short")
    kind = content[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if kind == b"VP8L" and content[20] == 0x2F:
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("is a WebP without a readable header")
