"""Rows in a drawn order in which the labels take turns."""

from collections.abc import Iterable

from ..data.base import Data, Split
from ..draws import shuffled


def in_turns(data: Data, split: Split, rows: Iterable[int], seed: int, purpose: str) -> list[int]:
    """These rows of a split in an order drawn from seed and purpose; labels follow each other while they last.

    Where the truth is a number the order is only drawn.
    """
    order = shuffled(rows, seed, purpose)
    if not data.labels:
        return order
    truths = split.truths.tolist()
    queues = [[row for row in order if truths[row] == label] for label in range(len(data.labels))]
    longest = max(map(len, queues), default=0)
    return [row for turn in range(longest) for queue in queues for row in queue[turn : turn + 1]]
