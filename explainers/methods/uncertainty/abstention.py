"""Saying nothing where the model is not sure enough."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ...base import EVERY_KIND, Context, Explainer, Question, Reveals, Shown
from ...errors import BadParameters
from ...rendering import parts
from ...rendering.base import Drawer
from ..wrapping import tell
from .probability import with_probabilities


@dataclass(frozen=True)
class Abstention(Explainer):
    """Whether the model's highest probability reaches a threshold; below it, it does not say.

    With `names_label` the answer is told where the threshold is reached, so that the output is
    revealed; without, only that the model is sure enough.
    Source: Chow (1970), "On Optimum Recognition Error and Reject Tradeoff".
    """

    threshold: float = 0.8
    names_label: bool = False

    name: ClassVar[str] = "abstention"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Chow (1970), On Optimum Recognition Error and Reject Tradeoff, IEEE Transactions on Information "
        "Theory 16"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-agnostic",
        "form": "uncertainty",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "partly"

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise BadParameters(f"abstention: threshold is {self.threshold}. Allowed: above 0, up to 1.")
        tell(self, reveals_output="yes" if self.names_label else "partly")

    @property
    def parts(self) -> tuple[str, ...]:
        return ("sureness",)

    def normalisation(self, drawer: Drawer) -> str:
        return f"Sure enough means a probability of {self.threshold:g} or more."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        for question in questions:
            prediction = with_probabilities(question, context, self.name)
            probability = prediction.probabilities[prediction.index]
            abstains = probability < self.threshold
            yield (
                Shown(
                    part="sureness",
                    content=parts.text(self._told(prediction.label, abstains)),
                    caption="Is the model sure enough?",
                    alt="Whether the model is sure enough to say",
                    checks={"probability": probability, "abstains": int(abstains)},
                ),
            )

    def _told(self, label: str, abstains: bool) -> str:
        if abstains:
            return "The model is not sure enough to say."
        return f"The model says: {label}." if self.names_label else "The model is sure enough to say."
