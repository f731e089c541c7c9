"""Choosing training examples, and showing them."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from ...base import Context, Shown
from ...data.base import Data
from ...draws import shuffled
from ...models.input_space import InputSpace
from ...models.looking import layer_outputs


def codes_of(model: nn.Module, data: Data, inputs: Tensor, layer: str) -> Tensor:
    """Points (N, D) for inputs (N, …): what the layer puts out, flattened; without a layer, the inputs."""
    return layer_outputs(model, layer, inputs) if layer else InputSpace(data)(inputs)


def nearest(codes: Tensor, own: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Row numbers and distances of the `count` rows of codes (N, D) nearest to own (1, D), nearest first."""
    distances = (codes - own).square().sum(dim=1).sqrt()
    order = torch.sort(distances, stable=True).indices[:count]
    return order, distances[order]


def drawn_rows(total: int, most: int, seed: int, purpose: str) -> Tensor:
    """At most that many of the rows 0 to total - 1, drawn from seed and purpose, in rising order."""
    if total <= most:
        return torch.arange(total)
    return torch.tensor(sorted(shuffled(range(total), seed, purpose)[:most]))


def with_access(taxonomy: Mapping[str, str], layer: str) -> dict[str, str]:
    """The taxonomy of what looks into the model where a layer is named, and else at inputs and outputs alone."""
    return dict(taxonomy) | {"access": "model-specific" if layer else "model-agnostic"}


def told_truth(data: Data, row: int) -> str:
    """A training example's true label, or its number with its unit: `180,500 dollars`."""
    truth = data.truth_of(data.train, row)
    return truth if data.labels else told_number(data, float(truth))


def told_number(data: Data, value: float) -> str:
    """What a model for numbers says, as people read it."""
    return f"{value:,.{data.decimals}f} {data.unit}".strip()


def with_article(label: str) -> str:
    """A 4, An 8, An owl."""
    spoken_with_vowel = label[:1].lower() in set("aeio8") or label in ("11", "18")
    return f"{'An' if spoken_with_vowel else 'A'} {label}"


def example(
    context: Context,
    part: str,
    row: int,
    caption: str,
    checks: Mapping[str, float],
    seed: int | None = None,
) -> Shown:
    """A training example, drawn as items are."""
    data = context.data
    return Shown(
        part=part,
        content=context.drawer.input(data.case(data.train, row), data),
        caption=caption,
        alt=context.drawer.example_alt,
        source_item=f"train:{row}",
        seed=seed,
        checks={name: round(value, 6) for name, value in checks.items()},
    )
