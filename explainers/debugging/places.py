"""Places on a picture, as people name them."""

import re
from itertools import product

ROWS, COLUMNS = ("top", "middle", "bottom"), ("left", "centre", "right")
THIRDS = {
    "middle" if (row, column) == ("middle", "centre") else f"{row} {column}": (i, j)
    for (i, row), (j, column) in product(enumerate(ROWS), enumerate(COLUMNS))
}
BOX = re.compile(r"box:(\d+),(\d+),(\d+),(\d+)")


def place_of(name: str, height: int, width: int) -> tuple[slice, slice] | None:
    """Rows and columns of a place on a picture of that size; None where the name is none.

    The picture has three rows (`top`, `middle`, `bottom`) and three columns (`left`, `centre`, `right`):
    `top left`, `middle right`, and for the one in the centre `middle`. Finer: `box:TOP,LEFT,HEIGHT,WIDTH`,
    in pixels, inside the picture.
    """
    if name in THIRDS:
        row, column = THIRDS[name]
        return _third(height, row), _third(width, column)
    if not (found := BOX.fullmatch(name)):
        return None
    top, left, tall, wide = map(int, found.groups())
    if not (tall and wide and top + tall <= height and left + wide <= width):
        return None
    return slice(top, top + tall), slice(left, left + wide)


def box_of(rows: slice, columns: slice) -> str:
    """The name of a place in pixels."""
    return f"box:{rows.start},{columns.start},{rows.stop - rows.start},{columns.stop - columns.start}"


def _third(length: int, number: int) -> slice:
    return slice(round(length * number / 3), round(length * (number + 1) / 3))
