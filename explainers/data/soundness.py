"""Whether data are what models and explainers can work with, asked once at the door."""

from collections.abc import Iterator, Sequence
from itertools import islice

from torch import Tensor

from ..errors import DataError
from .base import PADDING, Data, Split

MOST_TOLD = 5  # faults in one message
AXES = {"image": 4, "table": 2, "text": 2}
SHAPES = {"image": "(N, C, H, W)", "table": "(N, fields)", "text": "(N, tokens)"}


def require_sound(data: object) -> None:
    """Refuse data with other shapes, ranges or truths than `Data` promises, and what is not finite.

    Raises
    ------
    DataError : the first faults, each with split, row and column, what stands there and what is allowed.
    """
    if not isinstance(data, Data):
        raise DataError(
            f"The data are a {type(data).__name__}. Allowed: explainers.data.base.Data, as docs/explainers.md shows."
        )
    if faults := list(islice(_faults(data), MOST_TOLD)):
        raise DataError("\n".join(faults))


def _faults(data: Data) -> Iterator[str]:
    splits = {"train": data.train, "test": data.test, "shifted": data.shifted}
    different = {id(split): (name, split) for name, split in reversed(splits.items()) if split is not None}
    for name, split in reversed(different.values()):
        yield from _shape_faults(name, split, data) or _value_faults(name, split, data)


def _shape_faults(name: str, split: Split, data: Data) -> list[str]:
    inputs, truths = split.inputs, split.truths
    if len(inputs) != len(truths) or truths.ndim != 1:
        shapes = f"inputs {tuple(inputs.shape)} and truths {tuple(truths.shape)}"
        return [f"{name} has {shapes}. Allowed: one truth for each row, (N,)."]
    if not len(inputs):
        return [f"{name} has no rows. Allowed: one or more."]
    if inputs.ndim != AXES.get(data.kind, inputs.ndim):
        told = f"{name} has inputs {tuple(inputs.shape)}"
        return [f"{told}. Allowed for data of kind {data.kind}: {SHAPES[data.kind]}."]
    if data.kind == "table" and inputs.shape[1] != len(data.fields):
        names = ", ".join(field.name for field in data.fields) or "none"
        told = f"{name} has {inputs.shape[1]} columns for {len(data.fields)} of `fields` ({names})"
        return [f"{told}. Allowed: one field for each column, in their order."]
    if data.kind == "text" and len(split.words) != len(inputs):
        told = f"{name} has {len(inputs)} texts, but words of {len(split.words)}"
        return [f"{told}. Allowed: `words`, the tokens as people read them, for each text."]
    return []


def _value_faults(name: str, split: Split, data: Data) -> Iterator[str]:
    yield from _input_faults(name, split.inputs, data)
    yield from _truth_faults(name, split.truths, data.labels)
    if data.kind == "text":
        yield from _word_faults(name, split)


def _input_faults(name: str, inputs: Tensor, data: Data) -> Iterator[str]:
    if data.kind == "text" and inputs.is_floating_point():
        yield f"{name} has texts of {_type(inputs)}. Allowed: whole numbers of tokens, padded with {PADDING} behind."
    elif data.kind == "image" and not inputs.is_floating_point():
        yield f"{name} has pictures of {_type(inputs)}. Allowed: floating-point numbers in [0, 1]; divide by 255."
    elif place := _first(~inputs.isfinite()):
        column = f'column "{data.fields[place[1]].name}"' if data.kind == "table" else f"place {place[1:]}"
        yield f"{name}, row {place[0]}, {column}: is {inputs[place].item()}. Allowed: finite numbers."
    elif data.kind == "image" and (place := _first((inputs < 0) | (inputs > 1))):
        told = f"{name}, row {place[0]}, place {place[1:]}: is {inputs[place].item():g}"
        yield f"{told}. Allowed in pictures: 0 to 1."
    elif data.kind == "table":
        yield from _level_faults(name, inputs, data)


def _level_faults(name: str, inputs: Tensor, data: Data) -> Iterator[str]:
    for column, field in enumerate(data.fields):
        values, levels = inputs[:, column], len(field.levels)
        if field.kind == "category" and (
            place := _first((values < 0) | (values >= levels) | (values != values.round()))
        ):
            told = f'{name}, row {place[0]}, column "{field.name}": is {values[place].item():g}'
            yield f"{told}. Allowed: the number of a level, 0 to {levels - 1} ({', '.join(field.levels)})."


def _truth_faults(name: str, truths: Tensor, labels: Sequence[str]) -> Iterator[str]:
    if not labels:
        if not truths.is_floating_point():
            told = f"{name} has truths of {_type(truths)}, but the data have no labels"
            yield f"{told}. Allowed: floating-point numbers, where the truth is a number; or `labels`."
        elif place := _first(~truths.isfinite()):
            yield f"{name}, row {place[0]}: the truth is {truths[place].item()}. Allowed: finite numbers."
    elif truths.is_floating_point():
        told = f"{name} has truths of {_type(truths)}, but the data have labels"
        yield f"{told}. Allowed: whole numbers among the labels, 0 to {len(labels) - 1}."
    elif place := _first((truths < 0) | (truths >= len(labels))):
        told = f"{name}, row {place[0]}: the truth is {truths[place].item()}"
        yield f"{told}. Allowed: 0 to {len(labels) - 1}, the number of one of {', '.join(labels)}."


def _word_faults(name: str, split: Split) -> Iterator[str]:
    lengths = (split.inputs != PADDING).sum(dim=1).tolist()
    for row, (words, length) in enumerate(zip(split.words, lengths, strict=True)):
        if len(words) != length:
            yield f"{name}, row {row}: has {length} tokens, but {len(words)} words. Allowed: as many of both."
            return


def _first(wrong: Tensor) -> tuple[int, ...]:
    """Where the first of them is; nothing where none is."""
    return tuple(wrong.nonzero()[0].tolist()) if bool(wrong.any()) else ()


def _type(values: Tensor) -> str:
    return str(values.dtype).removeprefix("torch.")
