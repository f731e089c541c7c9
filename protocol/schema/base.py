"""What every part of a protocol shares: names, strictness, texts, rules over several fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

NAME = r"^[A-Za-z0-9][A-Za-z0-9._+-]*$"
SLUG = r"^[a-z0-9][a-z0-9-]{0,39}$"
LANGUAGE = r"^[a-z]{2}(-[A-Za-z0-9]+)*$"
TARGET = r"^(predicted|runner-up|truth|none|class:.+)$"
PATTERNS = {
    NAME: "a name of letters, digits and . _ + - that begins with a letter or digit",
    SLUG: "a name of small letters, digits and -, at most 40, that begins with a letter or digit",
    LANGUAGE: 'a language tag such as "en" or "de-AT"',
    TARGET: "predicted, runner-up, truth, none or class:LABEL",
}

Name = Annotated[str, StringConstraints(pattern=NAME, max_length=80)]
Text = Annotated[str, StringConstraints(min_length=1)]


@dataclass(frozen=True)
class Broken:
    """A broken rule over several fields: what is wrong, and where, seen from the part that has the rule."""

    message: str
    at: tuple[str | int, ...] = ()


class RulesBroken(ValueError):
    """Every broken rule of one part."""

    def __init__(self, rules: list[Broken]) -> None:
        self.rules = rules
        super().__init__("; ".join(rule.message for rule in rules))


class Part(BaseModel):
    """A part of a protocol: an unknown key is an error, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    def broken_rules(self) -> Iterator[Broken]:
        """Yield what is wrong between the fields of this part. A part with such rules overrides this."""
        yield from ()

    @model_validator(mode="after")
    def _keeps_its_rules(self) -> Self:
        if rules := list(self.broken_rules()):
            raise RulesBroken(rules)
        return self


def twice(field: str, values: Sequence[str], things: str, key: str) -> Iterator[Broken]:
    """Yield a broken rule for each value that stands a second time in a list of `things`."""
    for number, value in enumerate(values):
        if value in values[:number]:
            yield Broken(f'two {things} have the {key} "{value}"; each needs its own', (field, number))
