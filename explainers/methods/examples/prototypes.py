"""Prototypes and criticisms."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from ...base import EVERY_KIND, Context, Explainer, Question, Reveals, Shown
from ...errors import BadParameters
from ...rendering.base import Drawer
from ..asked import index_or_own
from ..wrapping import tell
from .mmd_critic import greedy_criticisms, greedy_prototypes, median_distance, rbf_kernel
from .selection import codes_of, drawn_rows, example, nearest, told_truth, with_access, with_article


@dataclass(frozen=True)
class Prototypes(Explainer):
    """Training examples that are typical, and some that are unusual: of those, the nearest to the item.

    MMD-critic chooses `chosen` prototypes and as many criticisms greedily, of each label's training
    examples (`of` is `label`) or of all together (`all`; always so where the truth is a number), by a
    Gaussian kernel between the outputs of `layer`, or between the inputs (`InputSpace`) where none is
    named. Its `bandwidth` is the distance at which the kernel is exp(-1/2); 0 means the median distance.
    At most `rows` training examples, drawn from the seed, are looked at, so memory stays flat.

    What is shown: the `count` prototypes nearest to the item, of the explained label where they are
    chosen by label; `rivals` of the runner-up's; and `criticisms` of the explained label's. Captions
    tell the examples' truths (`{truth}`, or `{A truth}`: A 4, An 8), so that with labels the
    explanation tells the output.
    Source: Kim, Khanna and Koyejo (2016), "Examples are not Enough, Learn to Criticize!".
    """

    layer: str = ""
    count: int = 2
    rivals: int = 0
    criticisms: int = 0
    of: Literal["label", "all"] = "label"
    chosen: int = 12
    bandwidth: float = 0.0
    rows: int = 2000
    prototype_caption: str = "Typical: {truth}"
    criticism_caption: str = "Unusual: {truth}"

    name: ClassVar[str] = "prototypes"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Kim, Khanna and Koyejo (2016), Examples are not Enough, Learn to Criticize! Criticism for "
        "Interpretability, NeurIPS"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-agnostic",
        "form": "examples",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    is_random: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if min(self.count, self.rivals, self.criticisms) < 0 or self.count + self.criticisms < 1:
            raise BadParameters("prototypes: count, rivals and criticisms are at least 0, and one is shown.")
        if max(self.count, self.rivals, self.criticisms) > self.chosen:
            raise BadParameters(
                f"prototypes: chosen is {self.chosen}. Allowed: no fewer than are shown of a kind."
            )
        if self.bandwidth < 0 or self.rows < 2:
            raise BadParameters("prototypes: allowed are a bandwidth of 0 or more and 2 rows or more.")
        if self.rivals and self.of == "all":
            raise BadParameters('prototypes: rivals need prototypes of each label. Allowed: of: "label".')
        tell(self, taxonomy=with_access(self.taxonomy, self.layer))

    @property
    def reveals_output(self) -> Reveals:  # type: ignore[override]
        return "yes" if self.of == "label" else "partly"

    @property
    def parts(self) -> tuple[str, ...]:
        typical = (f"prototype-{number}" for number in range(1, self.count + 1))
        rivals = (f"rival-{number}" for number in range(1, self.rivals + 1))
        unusual = (f"criticism-{number}" for number in range(1, self.criticisms + 1))
        return (*typical, *rivals, *unusual)

    def normalisation(self, drawer: Drawer) -> str:
        return "None: examples are drawn as items are."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        groups = self.groups(context)
        for question in questions:
            own = codes_of(context.model, context.data, question.case.input.unsqueeze(0), self.layer)
            target, rival = self._asked(question, context)
            found = [
                *groups[target].prototypes(own, self.count),
                *groups[rival].prototypes(own, self.rivals),
                *groups[target].criticisms(own, self.criticisms),
            ]
            rows = zip(self.parts, found, strict=True)
            yield tuple(self._shown(context, part, *one, groups[target].bandwidth) for part, one in rows)

    def groups(self, context: Context) -> dict[int, "Group"]:
        """Prototypes and criticisms of each label, by its number; 0 where all are taken together."""
        train = context.data.train
        rows = drawn_rows(len(train), self.rows, context.seed, "prototypes")
        codes = codes_of(context.model, context.data, train.inputs[rows], self.layer)
        bandwidth = self.bandwidth or median_distance(codes)
        if not self._by_label(context):
            return {0: self._group(codes, rows, bandwidth, "all")}
        found = {}
        for label, name in enumerate(context.data.labels):
            inside = (train.truths[rows] == label).nonzero().flatten().cpu()
            found[label] = self._group(codes[inside], rows[inside], bandwidth, name)
        return found

    def _group(self, codes: Tensor, rows: Tensor, bandwidth: float, name: str) -> "Group":
        needed = max(self.count, self.rivals) + self.criticisms
        if len(rows) < needed:
            raise BadParameters(
                f'prototypes: there are {len(rows)} training examples of "{name}", but {needed} are shown.'
            )
        kernel = rbf_kernel(codes, bandwidth)
        typical = greedy_prototypes(kernel, min(self.chosen, len(rows) - self.criticisms))
        unusual = greedy_criticisms(kernel, typical, self.chosen) if self.criticisms else []
        return Group(codes, rows, tuple(typical), tuple(unusual), bandwidth)

    def _asked(self, question: Question, context: Context) -> tuple[int, int]:
        """Numbers of the explained label's group and of the rival's."""
        if not self._by_label(context):
            return 0, 0
        prediction = context.predictions[question.case.item]
        target = index_or_own(question, context)
        return target, prediction.runner_up if target == prediction.index else prediction.index

    def _by_label(self, context: Context) -> bool:
        return self.of == "label" and bool(context.data.labels)

    def _shown(self, context: Context, part: str, row: int, distance: float, bandwidth: float) -> Shown:
        wording = self.criticism_caption if part.startswith("criticism") else self.prototype_caption
        truth = told_truth(context.data, row)
        caption = wording.replace("{truth}", truth).replace("{A truth}", with_article(truth))
        checks = {"latent_distance" if self.layer else "distance": distance, "bandwidth": bandwidth}
        return example(context, part, row, caption, checks, context.seed)


@dataclass(frozen=True, eq=False)
class Group:
    """Rows of the training data with their points, and which of them are typical or unusual."""

    codes: Tensor
    rows: Tensor
    typical: tuple[int, ...]
    unusual: tuple[int, ...]
    bandwidth: float

    def prototypes(self, own: Tensor, count: int) -> list[tuple[int, float]]:
        """Row and distance of the prototypes nearest to own (1, D), nearest first."""
        return self._nearest(own, self.typical, count)

    def criticisms(self, own: Tensor, count: int) -> list[tuple[int, float]]:
        """Row and distance of the criticisms nearest to own (1, D), nearest first."""
        return self._nearest(own, self.unusual, count)

    def _nearest(self, own: Tensor, among: tuple[int, ...], count: int) -> list[tuple[int, float]]:
        if not count:
            return []
        places = torch.tensor(among, device=self.codes.device)
        order, distances = nearest(self.codes[places], own, count)
        return list(zip(self.rows[places[order].cpu()].tolist(), distances.tolist(), strict=True))
