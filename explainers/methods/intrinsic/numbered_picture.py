"""A picture enlarged, with its rows and columns numbered, so that single pixels can be found."""

import numpy as np

GLYPHS = {  # 3 × 5, read row by row
    "0": "111101101101111",
    "1": "010110010010111",
    "2": "111001111100111",
    "3": "111001111001111",
    "4": "101101111001001",
    "5": "111100111001111",
    "6": "111100111101111",
    "7": "111001001001001",
    "8": "111101111101111",
    "9": "111101111001111",
}
WIDE, HIGH, GAP = 3, 5, 1
CELL = 12  # pixels of the drawing for each pixel of the picture
MARGIN = 14
PAPER, LINE, EVERY_FIFTH, INK = 255, 90, 150, 0


def numbered(picture: np.ndarray) -> np.ndarray:
    """Grey pixels (H, W), uint8, drawn 12 times as large with a grid and numbers from 1 at all four sides."""
    height, width = (side * CELL for side in picture.shape)
    drawing = np.full((height + 2 * MARGIN + 1, width + 2 * MARGIN + 1), PAPER, np.uint8)
    inside = drawing[MARGIN : MARGIN + height + 1, MARGIN : MARGIN + width + 1]
    inside[:height, :width] = picture.repeat(CELL, axis=0).repeat(CELL, axis=1)
    for lines, count in ((inside, picture.shape[0]), (inside.T, picture.shape[1])):
        for place in range(count + 1):
            lines[place * CELL, :] = EVERY_FIFTH if place % 5 == 0 else LINE
    _number(drawing, picture.shape[0])
    _number(drawing.T, picture.shape[1], upright=False)
    return drawing


def _number(drawing: np.ndarray, count: int, upright: bool = True) -> None:
    """Numbers before and behind each row; of a drawing turned over, above and below each column."""
    for place in range(1, count + 1):
        glyphs = _written(str(place))
        glyphs = glyphs if upright else glyphs.T
        top = MARGIN + (place - 1) * CELL + (CELL - glyphs.shape[0]) // 2 + 1
        before = MARGIN - glyphs.shape[1] - 2
        behind = drawing.shape[1] - MARGIN + 2
        for left in (before, behind):
            drawing[top : top + glyphs.shape[0], left : left + glyphs.shape[1]] = np.where(glyphs, INK, PAPER)


def _written(number: str) -> np.ndarray:
    """A number as booleans (5, …)."""
    blank = np.zeros((HIGH, GAP), bool)
    columns: list[np.ndarray] = []
    for digit in number:
        columns += [blank] if columns else []
        columns.append(np.array([one == "1" for one in GLYPHS[digit]]).reshape(HIGH, WIDE))
    return np.concatenate(columns, axis=1)
