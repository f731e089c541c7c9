"""How strongly the units of a layer respond."""

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Literal

import torch
from torch import Tensor, nn

from ...data.base import Case
from ...errors import BadParameters
from ...models.looking import captured, chunk_for, layer_called, undisturbed

Over = Literal["mean", "max"]


def responses(
    model: nn.Module, layers: Iterable[str], inputs: Tensor, over: Over = "mean"
) -> dict[str, Tensor]:
    """How strongly each unit of each layer responds to each input: by layer, (N, K).

    A convolution's unit is a channel, whose response is the mean (or the largest) over all places; so
    it is over the positions of a layer that gives (N, positions, K), as layers over texts do. Of a
    layer that runs more than once in a pass, the last run counts.
    """
    modules = {layer: layer_called(model, layer) for layer in sorted(set(layers))}
    found: dict[str, list[Tensor]] = {layer: [] for layer in modules}
    with ExitStack() as stack:
        stack.enter_context(undisturbed(model))
        stack.enter_context(torch.inference_mode())
        seen = {layer: stack.enter_context(captured(model, layer)) for layer in modules}
        for batch in inputs.split(chunk_for(inputs)):
            model(batch)
            for layer, module in modules.items():
                found[layer].append(over_places(module, seen[layer][-1], over))
                seen[layer].clear()
    return {layer: torch.cat(some).clone() for layer, some in found.items()}


def over_places(module: nn.Module, output: Tensor, over: Over) -> Tensor:
    """What a layer puts out, one number for each unit: (N, K)."""
    if output.ndim == 3 and not isinstance(module, nn.Conv1d | nn.BatchNorm1d | nn.MaxPool1d | nn.AvgPool1d):
        output = output.transpose(1, 2)  # (N, positions, K)
    flat = output.flatten(2) if output.ndim > 2 else output.unsqueeze(2)
    return flat.mean(dim=2) if over == "mean" else flat.amax(dim=2)


def unit_of(case: Case) -> tuple[str, int]:
    """Layer and number of the unit that the item is."""
    if case.unit is None:
        raise BadParameters(f'Item "{case.item}" is no unit of a network. Allowed: items of kind unit.')
    return case.unit


def of_unit(found: Tensor, case: Case) -> Tensor:
    """The item's own column (N,) of its layer's responses (N, K)."""
    layer, number = unit_of(case)
    if not 0 <= number < found.shape[1]:
        raise BadParameters(
            f'Item "{case.item}" is unit {number} of layer "{layer}". Allowed: 0 to {found.shape[1] - 1}.'
        )
    return found[:, number]


def strongest(found: Tensor, count: int) -> list[int]:
    """Rows of the `count` highest responses (N,), the highest first; of equals the earlier row."""
    return torch.sort(found, descending=True, stable=True).indices[:count].tolist()
