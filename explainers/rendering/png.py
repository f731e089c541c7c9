"""PNG without metadata: the same pixels give the same bytes."""

import struct
import zlib

import numpy as np

from ..bundle.pictures import PNG_MAGIC

GREY, COLOUR = 0, 2  # colour types of the format


def png(pixels: np.ndarray) -> bytes:
    """Encode uint8 pixels, (H, W) in grey or (H, W, 3) in colour.

    Only the three chunks that a picture must have are written: no time, text or program is in them.
    """
    height, width = pixels.shape[:2]
    kind = GREY if pixels.ndim == 2 else COLOUR
    rows = pixels.reshape(height, -1)
    unfiltered = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return (
        PNG_MAGIC
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(unfiltered, 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
