"""Pictures made to excite a unit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor, nn

from ...base import Context, Explainer, Question, Reveals, Shown
from ...data.base import Case
from ...errors import BadParameters
from ...rendering.base import Drawer
from .ascent import Ascent, score_of
from .units import Over, of_unit, responses, unit_of

SOME = 1000  # training examples, among which the strongest natural response is looked for


@dataclass(frozen=True)
class FeatureVisualization(Explainer):
    """Pictures that make a unit of the network respond strongly, found by following the gradient.

    `count` pictures from different starts, drawn from the seed. They are kept natural by small moves at
    each step, smoothness and faintness (see `Ascent`). How strong the response is stands in the checks:
    `activation`, and `share_of_natural`, the same divided by the strongest response to the first 1,000
    training examples (0 where the unit never responds to any).
    Source: Erhan, Bengio, Courville and Vincent (2009), "Visualizing Higher-Layer Features of a Deep
    Network"; regularised as in Olah, Mordvintsev and Schubert (2017), "Feature Visualization".
    """

    count: int = 4
    over: Over = "mean"
    ascent: Ascent = field(default_factory=Ascent)
    caption: str = "The unit responds strongly to this"
    alt: str = "A picture made for this unit"

    name: ClassVar[str] = "feature-visualization"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Erhan, Bengio, Courville and Vincent (2009), Visualizing Higher-Layer Features of a Deep Network; "
        "Olah, Mordvintsev and Schubert (2017), Feature Visualization, Distill"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "global",
        "access": "model-specific",
        "form": "activations",
    }
    data_kinds: ClassVar[tuple[str, ...]] = ("image",)
    reveals_output: ClassVar[Reveals] = "no"
    item_kinds: ClassVar[tuple[str, ...]] = ("unit",)
    is_random: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.count < 1 or self.ascent.steps < 1:
            given = f"count {self.count}, steps {self.ascent.steps}"
            raise BadParameters(f"feature-visualization: {given}. Allowed: both from 1.")

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(f"reference-{number}" for number in range(1, self.count + 1))

    def normalisation(self, drawer: Drawer) -> str:
        return "None: pictures are drawn as items are."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        some = context.data.train.first(SOME).inputs
        layers = (unit_of(question.case)[0] for question in questions)
        found = responses(context.model, layers, some, self.over)
        for question in questions:
            layer, number = unit_of(question.case)
            natural = float(of_unit(found[layer], question.case).max())
            direction = nn.functional.one_hot(torch.tensor(number), found[layer].shape[1]).to(some)
            pictures = self.made(context.model, layer, direction, natural, some[:1], question.seed)
            own = responses(context.model, [layer], pictures, self.over)[layer][:, number]
            yield tuple(
                self._shown(part, picture, float(response), natural, question.seed, context)
                for part, picture, response in zip(self.parts, pictures, own, strict=True)
            )

    def made(
        self, model: nn.Module, layer: str, direction: Tensor, natural: float, like: Tensor, seed: int
    ) -> Tensor:
        """Pictures (count, C, H, W) for a direction (K,) of a layer; `natural` is a strong response in it."""
        scale = natural if natural > 0 else 1.0
        score = score_of(model, layer, direction / scale, self.over)
        with torch.enable_grad():
            return self.ascent.climbed(score, (self.count, *like.shape[1:]), like, seed)

    def _shown(
        self, part: str, picture: Tensor, response: float, natural: float, seed: int, context: Context
    ) -> Shown:
        share = response / natural if natural > 0 else 0.0
        return Shown(
            part=part,
            content=context.drawer.input(Case(part, picture, ""), context.data),
            caption=self.caption,
            alt=self.alt,
            seed=seed,
            checks={"activation": round(response, 6), "share_of_natural": round(share, 6)},
        )
