"""Training data of variants: with fields hidden, labels left out or drawn anew, or fewer rows."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import torch
from torch import nn

from ..data.base import Data
from ..draws import shuffled
from ..errors import BadParameters, RecipeError
from ..recipe.schema import Variation
from .looking import outputs_of


def varied(data: Data, variation: Variation, seed: int) -> Data:
    """The data whose training split the variant learns from; held-out data stay as they are.

    A field that the variant never sees is one value in all training rows. The architectures for tables
    ignore what never varied, so that it is hidden when they answer too; `require_blind` makes sure.

    Raises
    ------
    RecipeError : a field or label is not one of the data's, or the data have none.
    """
    if variation.only_first is not None:
        data = replace(data, train=data.train.first(variation.only_first))
    if variation.without_fields:
        data = without_fields(data, variation.without_fields)
    if variation.without_labels:
        gone = torch.tensor(_places("label", variation.without_labels, data.labels))
        data = replace(data, train=data.train.rows(~torch.isin(data.train.truths, gone)))
    if not len(data.train):
        raise RecipeError("variation leaves no training row. Allowed: to leave out fewer labels.")
    return _noisy(data, variation.noisy_labels, seed) if variation.noisy_labels else data


def without_fields(data: Data, names: Collection[str]) -> Data:
    """The data with these fields the same in all training rows: the median, or the commonest level."""
    inputs = data.train.inputs.clone()
    for place in _places("field", names, [field.name for field in data.fields]):
        is_number = data.fields[place].kind == "number"
        inputs[:, place] = inputs[:, place].median() if is_number else inputs[:, place].mode().values
    return replace(data, train=replace(data.train, inputs=inputs))


def only_fields(data: Data, names: Collection[str]) -> Data:
    """The data with all other fields hidden; as they are where no name is given.

    Raises
    ------
    BadParameters : a name is not one of the data's fields.
    """
    if not names:
        return data
    known = [field.name for field in data.fields]
    if strange := [name for name in names if name not in known]:
        raise BadParameters(f'features has no field "{strange[0]}". Known ones: {", ".join(known)}.')
    return without_fields(data, [name for name in known if name not in names])


def require_blind(model: nn.Module, data: Data, names: Collection[str]) -> None:
    """Refuse a model whose outputs change when fields that it was never to see are swapped between rows.

    Raises
    ------
    RecipeError : they do; the message names the field.
    """
    if not names:
        return
    before = outputs_of(model, data.test.inputs)
    for name, place in zip(names, _places("field", names, [f.name for f in data.fields]), strict=True):
        inputs = data.test.inputs.clone()
        inputs[:, place] = inputs[:, place].sort().values.flip(0)
        if not torch.equal(outputs_of(model, inputs), before):
            raise RecipeError(
                f'The model was trained without field "{name}", but its outputs change with it. '
                f"Allowed: architectures that ignore fields which never vary in the training data."
            )


def _noisy(data: Data, share: float, seed: int) -> Data:
    if not data.labels:
        raise RecipeError("noisy_labels needs data with labels; here the truth is a number.")
    count = round(share * len(data.train))
    chosen = torch.tensor(shuffled(range(len(data.train)), seed, "noisy labels")[:count])
    drawn = torch.randint(len(data.labels), (count,), generator=torch.Generator().manual_seed(seed))
    truths = data.train.truths.clone()
    truths[chosen] = drawn
    return replace(data, train=replace(data.train, truths=truths))


def _places(what: str, names: Collection[str], known: Sequence[str]) -> list[int]:
    if strange := [name for name in names if name not in known]:
        raise RecipeError(
            f'variation names {what} "{strange[0]}". Known ones: {", ".join(known) or f"none: no {what}s here"}.'
        )
    return [list(known).index(name) for name in names]
