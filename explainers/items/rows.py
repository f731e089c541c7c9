"""Held-out rows that may still become items."""

from .base import Given


def free_rows(given: Given) -> list[int]:
    """Numbers of the held-out rows that are no item yet and whose inputs differ from all items' and each other's."""
    taken = {tuple(case.input.flatten().tolist()) for case in given.taken}
    free: list[int] = []
    for row, values in enumerate(map(tuple, given.data.test.inputs.flatten(1).tolist())):
        if values not in taken:
            taken.add(values)
            free.append(row)
    return free
