"""Truths of the rows of a CSV file: numbers among the labels, or the number itself."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ..errors import Wrong, refuse
from .csv_rows import Row


def truths_of(
    rows: Sequence[Row],
    column: str,
    labels: tuple[str, ...],
    truth_labels: Mapping[str, str] | None,
    per: float = 1.0,
) -> Tensor:
    """Truths (N,) of a column.

    `truth_labels` is the file's value → the label, where they differ; a truth that is a number is divided by `per`.

    Raises
    ------
    DataError : a cell is no number, or none of the values that become labels.
    BadParameters : `truth_labels` names a label that is none of the labels.
    """
    if not labels:
        return torch.tensor([row.number(column) / per for row in rows])
    told = truth_labels or {label: label for label in labels}
    if strange := [label for label in told.values() if label not in labels]:
        message = f'truth_labels names "{strange[0]}". The labels: {", ".join(labels)}.'
        refuse([Wrong(("truth_labels",), message)])
    return torch.tensor([labels.index(told[row.one_of(column, tuple(told))]) for row in rows])
