"""Integrated gradients."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor, nn

from ...base import EVERY_KIND, Context, MapExplainer, Question, Reveals, Shown
from ...data.base import Data
from ...errors import BadParameters
from ...models.looking import entered, to_parts
from ..wrapping import tell
from .baselines import Baseline, Start, baselines
from .paths import along_path, check_rule, places_and_weights


@dataclass(frozen=True)
class IntegratedGradients(MapExplainer):
    """The gradient averaged along a straight path from a baseline to the input, times the way between them.

    Relevance adds up to the change of the target's output from baseline to input, more closely with
    more `steps`; by how much it misses, in units of the output, is each stimulus's `completeness_gap`.

    `baseline`
        natural   black for a picture, mean for a table, empty for a text
        black     zeros in what the model's entry makes of the input: for a table with a standardising
                  entry the mean of each number and no level; for a text no embedding at all
        blur      the picture, smoothed by a Gaussian of `blur` times its longer side
        uniform   any value, level or token with equal chance, `draws` times
        expected  `draws` training examples (expected gradients)
        mean      the mean over the training examples of what the entry makes of them; of tokens, one mean
        empty     a text as long, whose tokens say nothing: a millionth of their embeddings, because some
                  models see a place without any embedding as the text's end
    With several draws their paths share the steps and the relevance is the mean over them.

    Source: Sundararajan, Taly and Yan (2017), "Axiomatic Attribution for Deep Networks"; expected
    baselines: Erion, Janizek, Sturmfels, Lundberg and Lee (2021); on the choice: Sturmfels et al. (2020).
    """

    steps: int = 50
    rule: str = "gauss-legendre"  # or midpoint
    baseline: Baseline = "natural"
    draws: int = 10  # uniform, expected
    blur: float = 0.1

    name: ClassVar[str] = "integrated-gradients"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Sundararajan, Taly and Yan (2017), Axiomatic Attribution for Deep Networks, ICML; Erion, Janizek, "
        "Sturmfels, Lundberg and Lee (2021), Improving performance of deep learning models with axiomatic "
        "attribution priors and expected gradients, Nature Machine Intelligence 3"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-specific",
        "form": "relevance map",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "partly"  # where the target's evidence lies tells which target
    is_random: ClassVar[bool] = False  # but where baselines are drawn

    def __post_init__(self) -> None:
        check_rule(self.name, self.rule, self.steps)
        if self.draws < 1 or self.blur <= 0:
            given = f"draws {self.draws}, blur {self.blur}"
            raise BadParameters(f"{self.name}: {given}. Allowed: at least 1 draw, blur above 0.")
        if self.baseline in ("uniform", "expected"):
            tell(self, is_random=True)

    def attribute(self, model: nn.Module, inputs: Tensor, target: Tensor) -> Tensor:
        """As for every map; baselines that need the data are refused, uniform ones drawn with seed 0."""
        return to_parts(model, self._integrated(model, inputs, target, None, seed=0)[0])

    def relevance_of(self, question: Question, context: Context) -> Tensor:
        return self._answered(question, context)[0]

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        for question in questions:
            relevance, gap = self._answered(question, context)
            shown = self.drawn(question.case, relevance, context)
            seed = question.seed if self.is_random else None
            yield (replace(shown, seed=seed, checks={"completeness_gap": round(gap, 6)}),)

    def _answered(self, question: Question, context: Context) -> tuple[Tensor, float]:
        """Relevance of one case's input, and by how much its sum misses the change of the output."""
        target = torch.tensor([context.index_of(question.case, question.target)])
        inputs = question.case.input.unsqueeze(0)
        found, changes = self._integrated(context.model, inputs, target, context.data, question.seed)
        gap = abs(float(found.sum()) - changes[0])
        return to_parts(context.model, found).squeeze(0), gap

    def _integrated(
        self, model: nn.Module, inputs: Tensor, target: Tensor, data: Data | None, seed: int
    ) -> tuple[Tensor, list[float]]:
        """Relevance of what `entered` gives, and each row's mean change of the output."""
        points = entered(model, inputs)
        rows, changes = [], []
        for row in range(len(points)):
            one = slice(row, row + 1)
            starts = baselines(
                self.baseline, Start(model, inputs[one], points[one], data, self.draws, seed, self.blur)
            )
            paths = [self._path(model, start, points[one], int(target[row]), len(starts)) for start in starts]
            rows.append(torch.stack([relevance for relevance, _ in paths]).mean(dim=0))
            changes.append(sum(change for _, change in paths) / len(paths))
        return torch.cat(rows), changes

    def _path(
        self, model: nn.Module, start: Tensor, end: Tensor, target: int, paths: int
    ) -> tuple[Tensor, float]:
        return _path(model, start.unsqueeze(0), end, target, -(-self.steps // paths), self.rule)


def integrated_gradients(
    model: nn.Module,
    inputs: Tensor,
    target: Tensor,
    baseline: Tensor | None = None,
    steps: int = 50,
    rule: str = "gauss-legendre",
) -> Tensor:
    """Integrated gradients from a given baseline.

    Parameters
    ----------
    inputs : (N, …), in the model's units; target : (N,), whole numbers.
    baseline : (1, …) or (N, …), of the shape of what `entered` gives; zeros where it is not given.
    steps, rule : how many places of the path, and which: gauss-legendre or midpoint.

    Returns
    -------
    (N, …), of the inputs' shape, in units of the model's output.
    """
    check_rule("integrated_gradients", rule, steps)
    points = entered(model, inputs)
    starts = torch.zeros_like(points) if baseline is None else baseline.expand_as(points)
    found = [
        _path(model, starts[row : row + 1], points[row : row + 1], int(target[row]), steps, rule)[0]
        for row in range(len(points))
    ]
    return to_parts(model, torch.cat(found))


def _path(
    model: nn.Module, start: Tensor, end: Tensor, target: int, steps: int, rule: str
) -> tuple[Tensor, float]:
    """Relevance (1, …) along one path, and the change of the output between its ends."""
    places, weights = places_and_weights(rule, steps)
    path = along_path(model, start, end, target, places, weights)
    return (end - start) * path.gradient, path.change
