"""The data that a participant's version of the model learns from and is measured on."""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from ..data.base import UNKNOWN, Data, Split
from ..errors import DataError
from ..models.variations import varied, without_fields
from ..recipe.schema import Variation
from .edit import Edit
from .places import place_of


def rows_learnt(data: Data, variation: Variation) -> Tensor:
    """Numbers of the training examples that the recipe's model learns from: (N,)."""
    truths = data.train.truths[: variation.only_first]
    gone = torch.tensor([data.labels.index(label) for label in variation.without_labels])
    return (~torch.isin(truths, gone.to(truths.dtype))).nonzero().flatten()


def edited(data: Data, variation: Variation, edit: Edit, seed: int) -> Data:
    """The recipe's data as this version of the model has them; without an edit, as the recipe's model has them.

    What is hidden is hidden from all inputs, those it is measured on too: the version never sees it.

    Raises
    ------
    DataError : no training example is left.
    """
    rows = rows_learnt(data, variation)
    given = varied(data, variation.model_copy(update={"without_fields": ()}), seed).train
    given = _with_labels(given, rows, edit)
    given = given.rows(~torch.isin(rows, torch.tensor(sorted(edit.left_out), dtype=torch.long)))
    if added := sorted(edit.added):
        given = _joined(given, data.train.rows(torch.tensor(added)))
    if not len(given):
        raise DataError("The marks leave no training example out of all that the model learnt from.")
    made = replace(data, train=given)
    if never := [name for name in variation.without_fields if name not in edit.given_back]:
        made = without_fields(made, never)
    return _hidden(made, sorted(edit.hidden)) if edit.hidden else made


def _with_labels(split: Split, rows: Tensor, edit: Edit) -> Split:
    truths = split.truths.clone()
    for row, value in edit.relabelled:
        truths[rows == row] = value
    return replace(split, truths=truths)


def _joined(split: Split, more: Split) -> Split:
    return Split(
        torch.cat([split.inputs, more.inputs]),
        torch.cat([split.truths, more.truths]),
        split.words + more.words,
    )


def _hidden(data: Data, names: list[str]) -> Data:
    hide = {"image": _places_hidden, "table": _fields_hidden, "text": _tokens_hidden}[data.kind]
    return hide(data, names)


def _fields_hidden(data: Data, names: list[str]) -> Data:
    """Fields are one value in all rows: the training data's median or commonest level."""
    made = without_fields(data, names)
    known = [field.name for field in data.fields]
    places = [known.index(name) for name in names]

    def same(inputs: Tensor) -> Tensor:
        changed = inputs.clone()
        changed[:, places] = made.train.inputs[0, places]
        return changed

    return _everywhere(made, same)


def _places_hidden(data: Data, names: list[str]) -> Data:
    """Places on pictures have the training pictures' median value in each channel."""
    fill = data.train.inputs.transpose(0, 1).flatten(1).median(dim=1).values
    height, width = data.train.inputs.shape[-2:]
    boxes = [box for name in names if (box := place_of(name, height, width))]

    def masked(inputs: Tensor) -> Tensor:
        changed = inputs.clone()
        for rows, columns in boxes:
            changed[:, :, rows, columns] = fill[:, None, None]
        return changed

    return _everywhere(data, masked)


def _tokens_hidden(data: Data, names: list[str]) -> Data:
    """Tokens become the one that stands for all unknown ones."""
    assert data.vocabulary is not None
    gone = torch.tensor([data.vocabulary.numbers[name] for name in names])

    def unknown(inputs: Tensor) -> Tensor:
        return torch.where(torch.isin(inputs, gone), UNKNOWN, inputs)

    return _everywhere(data, unknown)


def _everywhere(data: Data, change: Callable[[Tensor], Tensor]) -> Data:
    def changed(split: Split) -> Split:
        return replace(split, inputs=change(split.inputs))

    shifted = changed(data.shifted) if data.shifted is not None else None
    return replace(data, train=changed(data.train), test=changed(data.test), shifted=shifted)
