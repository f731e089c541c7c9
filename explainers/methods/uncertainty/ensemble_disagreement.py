"""How far several models disagree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, pstdev
from typing import ClassVar

from torch import Tensor, nn

from ...base import EVERY_KIND, Context, Explainer, Prediction, Question, Reveals, Shown
from ...data.base import Data
from ...errors import BadParameters
from ...models.looking import outputs_of
from ...rendering import parts
from ...rendering.base import Drawer


@dataclass(frozen=True)
class EnsembleDisagreement(Explainer):
    """How many of the bundle's other models give the same answer as this one, and how far theirs lie apart.

    `models` names those that are asked; all others where empty. For labels people read how many agree;
    for a number, between which values all answers lie. The spread that travels with the stimulus is the
    standard deviation, over all models, of the probability of this one's label (or of the number). Few
    who agree make the answer more doubtful; the answer itself is not named, a number's range is.
    Source: Lakshminarayanan, Pritzel and Blundell (2017), "Simple and Scalable Predictive Uncertainty
    Estimation using Deep Ensembles".
    """

    models: tuple[str, ...] = ()

    name: ClassVar[str] = "ensemble-disagreement"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Lakshminarayanan, Pritzel and Blundell (2017), Simple and Scalable Predictive Uncertainty Estimation "
        "using Deep Ensembles, NeurIPS"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-agnostic",
        "form": "uncertainty",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "partly"

    @property
    def parts(self) -> tuple[str, ...]:
        return ("agreement",)

    def normalisation(self, drawer: Drawer) -> str:
        return "None: models are counted, each as much as the others."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        others = self._others(context)
        for question in questions:
            inputs, own = question.case.input.unsqueeze(0), context.predictions[question.case.item]
            outputs = [outputs_of(other, inputs)[0] for other in others]
            told, checks = (
                agreement(own, outputs) if context.data.labels else span(own, outputs, context.data)
            )
            yield (
                Shown(
                    part="agreement",
                    content=parts.text(told),
                    caption="Do other models agree?",
                    alt="How far other models agree",
                    checks=checks,
                ),
            )

    def _others(self, context: Context) -> list[nn.Module]:
        if strange := [name for name in self.models if name not in context.others]:
            known = ", ".join(context.others) or "none"
            raise BadParameters(
                f'ensemble-disagreement names model "{strange[0]}". Other models of this bundle: {known}.'
            )
        found = [context.others[name] for name in self.models or context.others]
        if not found:
            raise BadParameters(
                f'ensemble-disagreement needs models beside "{context.model_name}"; the bundle has none.'
            )
        return found


def agreement(own: Prediction, outputs: Sequence[Tensor]) -> tuple[str, dict[str, float]]:
    """How many others give this label, and the spread of its probability over all."""
    same = sum(int(output.argmax()) == own.index for output in outputs)
    shares = [own.probabilities[own.index], *(float(output.softmax(0)[own.index]) for output in outputs)]
    told = f"{_asked(len(outputs))} {_how_many(same, len(outputs))}"
    return told, {"agreement": round(same / len(outputs), 6), "spread": round(pstdev(shares), 6)}


def span(own: Prediction, outputs: Sequence[Tensor], data: Data) -> tuple[str, dict[str, float]]:
    """Between which numbers all answers lie, and their spread."""
    values = [own.value or 0.0, *(float(output[0]) for output in outputs)]
    low, high = (f"{value:,.{data.decimals}f} {data.unit}".strip() for value in (min(values), max(values)))
    told = f"{_asked(len(outputs))} All answers lie between {low} and {high}."
    return told, {"spread": round(pstdev(values), 6), "mean": round(mean(values), 6)}


def _asked(count: int) -> str:
    return "Another model was asked too." if count == 1 else f"{count} other models were asked too."


def _how_many(same: int, count: int) -> str:
    if count == 1:
        return "It gives the same answer." if same else "It gives another answer."
    if same in (0, count):
        return "All of them give the same answer." if same else "None of them gives the same answer."
    gives = "gives" if same == 1 else "give"
    return f"{same} of them {gives} the same answer, {count - same} another."
