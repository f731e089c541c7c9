"""Placebo: the map of the same model with its weights shuffled."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from torch import Tensor

from ...base import EVERY_KIND, Context, Question, Reveals, Shown
from ...errors import BadParameters
from ...models.shuffled_weights import with_shuffled_weights
from ..wrapping import tell
from .own_map import OwnMapPlacebo


@dataclass(frozen=True)
class RandomisedModel(OwnMapPlacebo):
    """The map that another explainer gives for the same network with the weights of each layer shuffled.

    The map is made by the same method from the same input, for the same label, but by a model that has
    learned nothing. What still shows the input (as guided backpropagation does) shows it here too, so
    that the comparison with the true map tells what the model's knowledge adds. The label is the true
    model's, and of a linear network each label has one map whatever the input, so it reveals as much as
    the explainer that it wraps. A model without trained weights (a tree, a plain callable) cannot be
    randomised.
    Source: Adebayo, Gilmer, Muelly, Goodfellow, Hardt and Kim (2018), "Sanity Checks for Saliency
    Maps", NeurIPS; shuffling instead of drawing anew keeps the sizes of the weights.
    """

    name: ClassVar[str] = "randomised-model"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "After Adebayo, Gilmer, Muelly, Goodfellow, Hardt and Kim (2018), Sanity Checks for Saliency Maps, "
        "NeurIPS"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-specific",
        "form": "placebo",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "partly"

    def __post_init__(self) -> None:
        super().__post_init__()
        tell(self, taxonomy=dict(self.taxonomy) | {"access": "model-specific"})  # it shuffles the weights

    def relevance_of(self, question: Question, context: Context) -> Tensor:
        return self.of_map.relevance_of(question, randomised(context))

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        other = randomised(context)
        for question in questions:
            relevance = self.of_map.relevance_of(question, other)
            yield (replace(self.of_map.drawn(question.case, relevance, context), seed=context.seed),)


def randomised(context: Context) -> Context:
    """The context with its model's weights shuffled by the context's seed; the outputs stay the true model's."""
    if not any(weights.numel() > 1 for weights in context.model.parameters()):
        raise BadParameters(
            f'randomised-model: the model "{context.model_name}" has no trained weights to shuffle. '
            "Allowed: networks."
        )
    return replace(context, model=with_shuffled_weights(context.model, context.seed))
