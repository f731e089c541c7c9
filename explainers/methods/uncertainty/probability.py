"""The model's predictive probability."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from ...base import EVERY_KIND, Context, Explainer, Prediction, Question, Reveals, Shown
from ...errors import BadParameters
from ...rendering import parts
from ...rendering.base import Drawer
from ..asked import index_or_own
from ..wrapping import tell
from .sureness import as_percent, in_words


@dataclass(frozen=True)
class Probability(Explainer):
    """The probability that the model gives to the target label, in words and as a number.

    `show` is what people read: "sureness" tells the number of the model's own answer without its label (and
    refuses other targets), "label" that of the target with it, "all" gives a table of all labels. Each but
    the first reveals the output; the first does so in part, because what looks hard to a person tends to be
    what the model is unsure of. The number is the
    model's own, and nothing is claimed about how often it is right.
    Source: Zhang, Liao and Bellamy (2020), "Effect of Confidence and Explanation on Accuracy and Trust
    Calibration in AI-Assisted Decision Making"; the words are ours.
    """

    show: Literal["sureness", "label", "all"] = "sureness"

    name: ClassVar[str] = "probability"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Zhang, Liao and Bellamy (2020), Effect of Confidence and Explanation on Accuracy and Trust "
        "Calibration in AI-Assisted Decision Making, FAT*"
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
        tell(self, reveals_output="partly" if self.show == "sureness" else "yes")

    @property
    def parts(self) -> tuple[str, ...]:
        return ("sureness",)

    def normalisation(self, drawer: Drawer) -> str:
        return "Probabilities as the model gives them, in whole percents; a full bar is 100 %."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        for question in questions:
            self._require_own(question)
            prediction = with_probabilities(question, context, self.name)
            index = index_or_own(question, context)
            probability = prediction.probabilities[index]
            yield (
                Shown(
                    part="sureness",
                    content=self._told(context, prediction, index),
                    caption="How sure the model is",
                    alt="How sure the model is",
                    checks={"probability": probability},
                ),
            )

    def _require_own(self, question: Question) -> None:
        """Without its label, a number can only be meant for the model's own answer."""
        if self.show == "sureness" and question.target not in ("predicted", "none"):
            raise BadParameters(
                f'probability: show is "sureness", which names no label, but the target is "{question.target}". '
                'Allowed: the target predicted, or show: "label" or "all".'
            )

    def _told(self, context: Context, prediction: Prediction, index: int) -> bytes:
        probability, label = prediction.probabilities[index], context.data.labels[index]
        if self.show == "all":
            return _table(context.data.labels, prediction.probabilities)
        if self.show == "label":
            return parts.text(f"The model is {as_percent(probability)} sure that it is: {label}.")
        words = f"The model is {in_words(probability)} of its answer: {as_percent(probability)}."
        return parts.text(words)


def with_probabilities(question: Question, context: Context, who: str) -> Prediction:
    """The model's prediction for the question's case; the model must give probabilities."""
    prediction = context.predictions[question.case.item]
    if not prediction.probabilities:
        raise BadParameters(
            f'{who}: the model "{context.model_name}" gives a number without a probability. '
            "Allowed: models that choose among labels."
        )
    return prediction


def _table(labels: Sequence[str], probabilities: Sequence[float]) -> bytes:
    order = sorted(range(len(labels)), key=lambda n: (-probabilities[n], n))
    rows = [(labels[n], as_percent(probabilities[n])) for n in order]
    emphasis = [(None, probabilities[n]) for n in order]
    return parts.table(("Answer", "How sure"), rows, emphasis=emphasis)
