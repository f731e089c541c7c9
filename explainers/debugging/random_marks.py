"""Marks drawn at random, as many and of the same kinds as somebody's: the floor that people are compared with."""

from collections.abc import Sequence
from typing import TypeVar

from ..draws import shuffled, small_seed
from .answers import TRAIN, MarkedSet
from .edit import Edit
from .marks import Marks
from .places import THIRDS, box_of, place_of

Thing = TypeVar("Thing", int, str)


def random_edit(edit: Edit, about: MarkedSet, marks: Marks, seed: int, who: str) -> Edit:
    """An edit of the same size, drawn from seed and participant.

    Examples are drawn among the set's members, or among all that the model learnt from where the edit goes
    beyond these; new labels among the wrong ones; features among all of the data's (of texts: those of the
    set's examples); boxes on a picture keep their size.
    """
    purpose = f"random marks {about.item}"
    examples = _examples(edit, about, marks)
    chosen = shuffled(examples, small_seed(seed, purpose, who), "examples")
    left, labelled = chosen[: len(edit.left_out)], chosen[len(edit.left_out) :][: len(edit.relabelled)]
    return Edit(
        left_out=frozenset(left),
        relabelled=frozenset((row, _label(row, edit, marks, seed, who)) for row in labelled),
        hidden=_hidden(edit, about, marks, small_seed(seed, f"{purpose} hidden", who)),
        added=_some(sorted(set(range(len(marks.data.train))) - marks.learnt), edit.added, seed, who),
        given_back=_some(marks.variation.without_fields, edit.given_back, seed, who),
    )


def _some(pool: Sequence[Thing], like: frozenset[Thing], seed: int, who: str) -> frozenset[Thing]:
    return frozenset(shuffled(pool, small_seed(seed, "given back", who), "given back")[: len(like)])


def _examples(edit: Edit, about: MarkedSet, marks: Marks) -> list[int]:
    members = sorted({int(one.removeprefix(TRAIN)) for one in about.examples.values() if one} & marks.learnt)
    marked = edit.left_out | {row for row, _ in edit.relabelled}
    return members if marked <= set(members) else sorted(marks.learnt)


def _label(row: int, edit: Edit, marks: Marks, seed: int, who: str) -> float:
    """A wrong label; of numbers, one of those that were proposed."""
    truth = marks.data.train.truths[row].item()
    values = range(len(marks.data.labels)) if marks.data.labels else sorted(v for _, v in edit.relabelled)
    others = [value for value in values if value != truth] or [truth]
    return shuffled(others, small_seed(seed, f"label {row}", who), "label")[0]


def _hidden(edit: Edit, about: MarkedSet, marks: Marks, seed: int) -> frozenset[str]:
    if marks.data.kind != "image":
        pool = _features(about, marks, len(edit.hidden))
        return frozenset(shuffled(pool, seed, "features")[: len(edit.hidden)])
    places = sorted(name for name in edit.hidden if name in THIRDS)
    boxes = [_moved(name, marks, small_seed(seed, "box", name)) for name in sorted(edit.hidden - set(places))]
    return frozenset([*shuffled(THIRDS, seed, "features")[: len(places)], *boxes])


def _features(about: MarkedSet, marks: Marks, count: int) -> list[str]:
    data = marks.data
    if data.vocabulary is None:
        return [field.name for field in data.fields]
    rows = [int(one.removeprefix(TRAIN)) for one in about.examples.values() if one]
    numbers = {number for number in data.train.inputs[rows].flatten().tolist() if number > 1}
    tokens = data.vocabulary.tokens
    return [tokens[number] for number in sorted(numbers)] if len(numbers) >= count else list(tokens[2:])


def _moved(name: str, marks: Marks, seed: int) -> str:
    height, width = marks.data.train.inputs.shape[-2:]
    box = place_of(name, height, width)
    assert box is not None
    tall, wide = box[0].stop - box[0].start, box[1].stop - box[1].start
    top = small_seed(seed, "top", 0) % (height - tall + 1)
    left = small_seed(seed, "left", 0) % (width - wide + 1)
    return box_of(slice(top, top + tall), slice(left, left + wide))
