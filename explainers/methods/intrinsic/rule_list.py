"""A rule list, in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch

from ...base import Context, Explainer, Question, Reveals, Shown
from ...data.base import Data, Field
from ...errors import BadParameters
from ...models.rule_list import INFINITE, Condition, Rule, RuleListModel
from ...rendering import parts
from ...rendering.base import Drawer
from ..wrapping import tell
from .plain import at_least, at_most, conclusion, how_often, is_level


@dataclass(frozen=True)
class RuleList(Explainer):
    """The model itself, where it is a list of rules: the first rule that fits decides.

    With `path` the rule that fits the item is marked, which reveals the output; without, people can
    work it out by reading from the top.
    Source: Rivest (1987), "Learning Decision Lists"; shown to people, Lakkaraju, Bach and Leskovec
    (2016), "Interpretable Decision Sets".
    """

    path: bool = False

    name: ClassVar[str] = "rule-list"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Rivest (1987), Learning Decision Lists, Machine Learning 2; Lakkaraju, Bach and Leskovec (2016), "
        "Interpretable Decision Sets, KDD"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "intrinsic",
        "scope": "global",
        "access": "model-specific",
        "form": "rules",
    }
    data_kinds: ClassVar[tuple[str, ...]] = ("table",)
    reveals_output: ClassVar[Reveals] = "partly"

    def __post_init__(self) -> None:
        if self.path:
            tell(self, reveals_output="yes", taxonomy=dict(self.taxonomy) | {"scope": "local"})

    @property
    def parts(self) -> tuple[str, ...]:
        return ("rules",)

    def normalisation(self, drawer: Drawer) -> str:
        return "None: the model's own rules; shares are those of the training cases, of 100."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        model = context.model
        if not isinstance(model, RuleListModel):
            raise BadParameters(
                f"rule-list explains rule lists; this model is a {type(model).__name__}. "
                "Allowed: the architecture rule-list."
            )
        rules = model.rules()
        for question in questions:
            here = fitting(rules, question.case.input) if self.path else -1
            yield (
                Shown(
                    part="rules",
                    content=told(rules, context.data, here),
                    caption="How the model decides",
                    alt="Rules by which the model decides",
                    checks={"rules": len(rules)},
                ),
            )


def told(rules: Sequence[Rule], data: Data, here: int = -1) -> bytes:
    """The rules as a stimulus; the one numbered `here` is marked."""
    lines = []
    for number, rule in enumerate(rules):
        often = how_often(rule.value, data)
        then = conclusion(rule.value, data) + (f" ({often})" if often else "")
        mark = " – this rule fits here" if number == here else ""
        conditions = [claim(condition, data.fields) for condition in rule.conditions]
        lines.append((conditions, then + mark))
    note = "Of 100: how many of a hundred such past cases were so." if data.labels else ""
    return parts.rules(lines, note)


def claim(condition: Condition, fields: Sequence[Field]) -> str:
    """`Age is at most 25 years`, `Age is at least 26 years`, `Sex is Male`."""
    field = fields[condition.field]
    if condition.level >= 0:
        return is_level(field, condition.level)
    if condition.low == -INFINITE:
        return at_most(field, condition.high)
    if condition.high == INFINITE:
        return at_least(field, condition.low)
    return f"{field.name} is from {field.told(condition.low)} to {field.told(condition.high)}"


def fitting(rules: Sequence[Rule], row: torch.Tensor) -> int:
    """Number of the first rule that fits a row (F,)."""

    def holds(condition: Condition) -> bool:
        value = float(row[condition.field])
        if condition.level >= 0:
            return round(value) == condition.level
        return condition.low <= value <= condition.high

    return next(number for number, rule in enumerate(rules) if all(map(holds, rule.conditions)))
