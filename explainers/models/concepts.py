"""Concepts: properties of training examples that people can name."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ..data.base import Data, Split
from ..errors import BadParameters
from .hand_features import HAND_FEATURES, as_shown


@dataclass(frozen=True)
class Concept:
    """A property with a name in plain words, and how it is told which examples have it.

    Exactly one of:
    `labels`   the examples that truly are one of these: a loop is in 0, 6, 8 and 9
    `feature`  a field of the table, or a hand-made feature of pictures (Brightness, Outline, Number of
               corners, Width, Height): where it is above its `quantile` among the training examples, or with
               `below` under it; of a category, where it is `level`
    `words`    the texts that have one of these tokens
    """

    name: str
    labels: tuple[str, ...] = ()
    feature: str = ""
    quantile: float = 0.75
    below: bool = False
    level: str = ""
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if sum(map(bool, (self.labels, self.feature, self.words))) != 1:
            raise BadParameters(f'Concept "{self.name}" needs exactly one of labels, feature, words.')
        if not 0 < self.quantile < 1:
            raise BadParameters(
                f'Concept "{self.name}": quantile is {self.quantile}. Allowed: between 0 and 1.'
            )

    def holds(self, data: Data, split: Split) -> Tensor:
        """Which rows of a split have it: (N,) booleans; `BadParameters` where the data cannot tell."""
        if self.labels:
            return self._by_label(data, split)
        return self._by_word(data, split) if self.words else self._by_feature(data, split)

    def _by_label(self, data: Data, split: Split) -> Tensor:
        if strange := sorted(set(self.labels) - set(data.labels)):
            self._refuse("label", strange[0], data.labels)
        places = [data.labels.index(label) for label in self.labels]
        return torch.isin(split.truths, torch.tensor(places, device=split.truths.device))

    def _by_word(self, data: Data, split: Split) -> Tensor:
        numbers = data.vocabulary.numbers if data.vocabulary else {}
        if strange := sorted(set(self.words) - set(numbers)):
            self._refuse("word", strange[0], tuple(sorted(numbers))[:10])
        places = [numbers[word] for word in self.words]
        return torch.isin(split.inputs, torch.tensor(places, device=split.inputs.device)).any(dim=1)

    def _by_feature(self, data: Data, split: Split) -> Tensor:
        names = feature_names(data)
        if self.feature not in names:
            self._refuse("feature", self.feature, names)
        place = names.index(self.feature)
        values = feature(data, split, place)
        if data.fields and data.fields[place].kind == "category":
            levels = data.fields[place].levels
            if self.level not in levels:
                self._refuse("level", self.level, levels)
            return values.round() == levels.index(self.level)
        known = values if split is data.train else feature(data, data.train, place)
        limit = known.double().quantile(self.quantile)
        return values < limit if self.below else values > limit

    def _refuse(self, what: str, given: str, known: tuple[str, ...]) -> None:
        raise BadParameters(
            f'Concept "{self.name}": there is no {what} "{given}". Known: {", ".join(known)}.'
        )


def feature_names(data: Data) -> tuple[str, ...]:
    """The named features that concepts may be made of; none of texts."""
    if data.kind == "table":
        return tuple(field.name for field in data.fields)
    return tuple(one.field.name for one in HAND_FEATURES) if data.kind == "image" else ()


def feature(data: Data, split: Split, place: int) -> Tensor:
    """Values (N,) of one of the named features."""
    return (
        split.inputs[:, place]
        if data.kind == "table"
        else HAND_FEATURES[place].measure(as_shown(split.inputs))
    )


def natural_concepts(data: Data) -> tuple[Concept, ...]:
    """A concept for each named feature: much of a number, each level of a category."""
    if not (names := feature_names(data)):
        raise BadParameters("Texts have no named features: give concepts with their words or labels.")
    found: list[Concept] = []
    for place, name in enumerate(names):
        levels = data.fields[place].levels if data.fields and data.fields[place].kind == "category" else ()
        found += [Concept(f"{name}: {level}", feature=name, level=level) for level in levels]
        found += [] if levels else [Concept(f"{name}: high", feature=name)]
    return tuple(found)
