"""What explainers say of their own explanations: fidelity of surrogates, precision and coverage of rules."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from ..base import Explainer, MapExplainer
from ..bundle import Check
from .asked import context_of, looks_at_all, questions_of
from .base import Measure, Subject, Work
from .scores import Score
from .verdicts import SHARE, judged

LEAST = {"local_fidelity": 0.5, "fidelity": 0.8, "precision": 0.9, "flipped": 0.95}
WITHIN = {"local_fidelity": (-math.inf, 1.0)}  # the others are shares
MEANING = {
    "local_fidelity": "how well the simple model agrees with the model near the item (R²)",
    "fidelity": "how often the simple model agrees with the model on held-out data",
    "precision": "how often the model says the same where the rule holds",
    "coverage": "how many cases the rule holds for",
    "flipped": "how often the changed case really has another output",
}


@dataclass(frozen=True)
class OwnNumbers(Measure):
    """Mean of each number that an explainer keeps with its explanations and that has a known meaning.

    Where the budget covers all explanations that people can be shown, the verdict goes by the value: these are the
    ones that it is about. The least values, `at_least`, are ours.
    """

    at_least: Mapping[str, float] = field(default_factory=lambda: dict(LEAST))

    name: ClassVar[str] = "own-numbers"

    def about(self, subject: Subject) -> Sequence[str]:
        return [name for name, method in subject.explainers.items() if not _is_plain_map(method)]

    def work(self, subject: Subject) -> Work:
        return Work(explanations=len(questions_of(subject)))

    def measure(self, subject: Subject) -> Iterator[Check | Score]:
        found: dict[str, list[float]] = {}
        for shown in subject.method.explain(questions_of(subject), context_of(subject)):
            for name in MEANING:
                values = [part.checks[name] for part in shown if name in part.checks]
                if values:  # the first steps of a path are not there yet
                    found.setdefault(name, []).append(max(values) if name == "flipped" else values[0])
        for name, values in found.items():
            yield self._told(subject, name, values)

    def _told(self, subject: Subject, name: str, values: list[float]) -> Check:
        least, every = self.at_least.get(name), looks_at_all(subject)
        told = f"Mean over {'all ' if every else ''}{len(values)} items of {MEANING[name]}"
        whole = name == "fidelity"  # one number of the whole explanation, the same for every item
        fields = judged(
            values,
            at_least=least,
            within=WITHIN.get(name, SHARE),
            share=name == "flipped",
            drawn=not (every or whole),
        )
        fields |= {"low": None, "high": None} if whole else {}
        return Check(
            name=name.replace("_", "-"),
            explainer=subject.explainer,
            model=subject.model.name,
            **fields,
            meaning=f"{told}." if least is None else f"{told}; passed from {least}.",
        )


def _is_plain_map(method: Explainer) -> bool:
    """Is it a map that is drawn as all maps are? Then it keeps no numbers, and need not be asked again."""
    return type(method).explain is MapExplainer.explain and type(method).drawn is MapExplainer.drawn  # type: ignore[attr-defined]
