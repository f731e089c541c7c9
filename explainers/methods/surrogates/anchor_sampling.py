"""What a rule's conditions are for each kind of data, and how cases that meet them are drawn."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from ...data.base import PADDING, UNKNOWN, Case, Data, Field
from .anchor_search import Rule

ReplaceBy = Literal["words", "unknown"]


class Surroundings(ABC):
    """The conditions that one case meets, and cases around it."""

    conditions: int

    @abstractmethod
    def sample(self, rule: Rule, count: int, generator: torch.Generator) -> Tensor:
        """So many inputs (count, …) that meet the rule's conditions."""

    @abstractmethod
    def coverage(self, rule: Rule) -> float:
        """To what share of cases the rule applies."""


class WordedSurroundings(Surroundings):
    """Surroundings whose conditions can be told in words."""

    @abstractmethod
    def told(self, rule: Rule) -> list[str]:
        """The rule's conditions as people read them."""


class TableSurroundings(WordedSurroundings):
    """Conditions: each category as it is, each number in its quarter of the training data.

    A drawn row is a training row in which each field of the rule gets the value of another training row
    that meets its condition. Coverage is the share of training rows that meet all conditions.
    """

    def __init__(self, case: Case, data: Data) -> None:
        self.train, self.fields, self.case = data.train.inputs, data.fields, case
        inside = [
            meets(field, self.train[:, place], case.input[place]) for place, field in enumerate(data.fields)
        ]
        self.places = [
            place for place, meet in enumerate(inside) if bool(meet.any()) and not bool(meet.all())
        ]
        self.conditions = len(self.places)
        self.inside = [inside[place] for place in self.places]

    def sample(self, rule: Rule, count: int, generator: torch.Generator) -> Tensor:
        rows = self.train[torch.randint(len(self.train), (count,), generator=generator)].clone()
        for condition in rule:
            place = self.places[condition]
            fit = self.train[self.inside[condition], place]
            rows[:, place] = fit[torch.randint(len(fit), (count,), generator=generator)]
        return rows

    def coverage(self, rule: Rule) -> float:
        meet = torch.ones(len(self.train), dtype=torch.bool, device=self.train.device)
        for condition in rule:
            meet &= self.inside[condition]
        return float(meet.double().mean())

    def told(self, rule: Rule) -> list[str]:
        places = [self.places[condition] for condition in rule]
        return [
            told_condition(self.fields[place], self.train[:, place], self.case.input[place])
            for place in places
        ]


class TextSurroundings(WordedSurroundings):
    """Conditions: each word that the text has is there.

    In a drawn text each word but the rule's is replaced with probability `replaced`: by a word drawn from the
    words of all training texts, as often as it stands there, or by the unknown token. Coverage is the
    share of training texts with all words of the rule, in whatever order.
    """

    def __init__(
        self, case: Case, pool: Tensor, texts: list[set[str]], by: ReplaceBy, replaced: float
    ) -> None:
        self.case, self.pool, self.by, self.replaced = case, pool, by, replaced
        spoken = [bare(word) for word in case.words]
        self.words = words = [word for word in dict.fromkeys(spoken) if word]
        self.places = [[place for place, one in enumerate(spoken) if one == word] for word in words]
        self.conditions = len(words)
        self.has = torch.tensor([[word in text for word in words] for text in texts], dtype=torch.bool)
        self.has = self.has.reshape(len(texts), len(words))

    def sample(self, rule: Rule, count: int, generator: torch.Generator) -> Tensor:
        texts = self.case.input.repeat(count, 1)
        goes = torch.rand(texts.shape, generator=generator) < self.replaced
        goes[:, len(self.case.words) :] = False
        for condition in rule:
            goes[:, self.places[condition]] = False
        return torch.where(goes.to(texts.device), self._others(count, generator).to(texts), texts)

    def coverage(self, rule: Rule) -> float:
        return float(self.has[:, list(rule)].all(dim=1).double().mean())

    def told(self, rule: Rule) -> list[str]:
        return [f"the text has the word “{self.words[condition]}”" for condition in rule]

    def _others(self, count: int, generator: torch.Generator) -> Tensor:
        shape = (count, len(self.case.input))
        if self.by == "unknown":
            return torch.full(shape, UNKNOWN)
        return self.pool[torch.randint(len(self.pool), shape, generator=generator)]


class ImageSurroundings(Surroundings):
    """Conditions: each region of the picture shows what it shows.

    In a drawn picture each region but the rule's is, with probability one half, that of a training
    picture drawn at random, the same for all its regions. Coverage is the share of such pictures, drawn
    without a rule, that keep all regions of the rule: one half to the power of their number.
    """

    def __init__(self, case: Case, data: Data, regions: Tensor) -> None:
        self.case, self.train, self.regions = case, data.train.inputs, regions
        self.conditions = int(regions.max()) + 1

    def sample(self, rule: Rule, count: int, generator: torch.Generator) -> Tensor:
        hidden = torch.rand(count, self.conditions, generator=generator) < 0.5
        hidden[:, list(rule)] = False
        donors = self.train[torch.randint(len(self.train), (count,), generator=generator)]
        mask = hidden.to(self.regions.device)[:, self.regions].unsqueeze(1)
        return torch.where(mask, donors, self.case.input)

    def coverage(self, rule: Rule) -> float:
        return 0.5 ** len(rule)


@dataclass(frozen=True)
class Quarter:
    """The limits of a value's quarter of the training data: above `low`, at most `high`; None at an end."""

    low: float | None
    high: float | None


def quarter_of(column: Tensor, value: Tensor) -> Quarter:
    """In which quarter of the column the value lies; equal limits are one."""
    shares = torch.tensor([0.25, 0.5, 0.75]).to(column)
    limits = sorted(set(torch.quantile(column, shares, interpolation="lower").tolist()))
    low = max((limit for limit in limits if limit < float(value)), default=None)
    return Quarter(low, min((limit for limit in limits if limit >= float(value)), default=None))


def meets(field: Field, column: Tensor, value: Tensor) -> Tensor:
    """Which of the column's values meet the condition that the value makes: (N,), booleans."""
    if field.kind == "category":
        return column == value
    quarter = quarter_of(column, value)
    above = column > quarter.low if quarter.low is not None else torch.ones_like(column, dtype=torch.bool)
    return above & (column <= quarter.high) if quarter.high is not None else above


def told_condition(field: Field, column: Tensor, value: Tensor) -> str:
    """`Heating is gas`, `Age is 22 to 30 years`, `Area is more than 60.0 m²`."""
    if field.kind == "category":
        return f"{field.name} is {field.told(float(value))}"
    quarter = quarter_of(column, value)
    inside = column[meets(field, column, value)]
    if field.step and bool((inside == value).all()):
        return f"{field.name} is {field.told(float(value))}"
    if quarter.low is None or quarter.high is None:
        side, limit = ("at most", quarter.high) if quarter.low is None else ("more than", quarter.low)
        return f"{field.name} is {side} {field.told(float(limit or 0.0))}"
    if field.step >= 1:  # whole numbers
        lowest = _without_unit(field, quarter.low + field.step)
        return f"{field.name} is {lowest} to {field.told(quarter.high)}"
    return f"{field.name} is more than {_without_unit(field, quarter.low)} and at most {field.told(quarter.high)}"


def bare(word: str) -> str:
    """A word without the punctuation around it, all in small letters."""
    inside = [place for place, letter in enumerate(word) if letter.isalnum()]
    return word[inside[0] : inside[-1] + 1].casefold() if inside else ""


def _without_unit(field: Field, value: float) -> str:
    return field.told(value).removesuffix(field.unit).strip()


def spoken_in(data: Data) -> list[set[str]]:
    """The words of each training text."""
    return [{bare(word) for word in text} for text in data.train.words]


def words_of(data: Data) -> Tensor:
    """All known words of all training texts, one after the other: what replacements are drawn from."""
    tokens = data.train.inputs.flatten()
    return tokens[(tokens != PADDING) & (tokens != UNKNOWN)]


def agreeing(outputs: Tensor, index: int, value: float | None, within: float) -> Tensor:
    """Which outputs (N, K) are that label; of a number, which lie within that share of the value: (N,)."""
    if value is None:
        return outputs.argmax(dim=1) == index
    return (outputs.flatten() - value).abs() <= within * abs(value)
