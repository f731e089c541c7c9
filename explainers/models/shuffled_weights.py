"""Models that have learned nothing: weights put into a drawn order, layer by layer or all."""

import copy

import torch
from torch import nn

from ..draws import small_seed


def layers_of(model: nn.Module, most: int) -> list[str]:
    """Names of layers with weights, from the output to the input: all, or `most` of them spread evenly."""
    names = [
        name
        for name, module in model.named_modules()
        if name and any(True for _ in module.parameters(recurse=False))
    ][::-1]
    if len(names) <= most:
        return names
    places = {round(step * (len(names) - 1) / max(1, most - 1)) for step in range(most)}
    return [names[place] for place in sorted(places)]


def shuffle(module: nn.Module, seed: int, name: str) -> None:
    """Put each weight tensor of the module into a drawn order."""
    with torch.no_grad():
        for key, weights in module.named_parameters(recurse=False):
            drawn = torch.Generator().manual_seed(small_seed(seed, "weights", f"{name}.{key}"))
            order = torch.randperm(weights.numel(), generator=drawn).to(weights.device)
            weights.copy_(weights.flatten()[order].reshape(weights.shape))


def with_shuffled_weights(model: nn.Module, seed: int) -> nn.Module:
    """A copy whose every weight tensor holds the same numbers in a drawn order."""
    other = copy.deepcopy(model)
    for layer in layers_of(other, most=1 << 30):
        shuffle(other.get_submodule(layer), seed, layer)
    return other
