"""Looking inside a model and leaving it as it was found."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from ..errors import BadParameters

BATCH = 100  # rows at once: small enough for any machine, and for its caches


@contextmanager
def undisturbed(model: nn.Module) -> Iterator[nn.Module]:
    """The model in evaluation mode; each module's own mode is put back afterwards."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield model
    finally:
        for module, mode in modes:
            module.training = mode


@contextmanager
def captured(model: nn.Module, layer: str) -> Iterator[list[Tensor]]:
    """Collect what the layer puts out, one tensor for each pass; the hook is taken off afterwards."""
    seen: list[Tensor] = []
    handle = layer_called(model, layer).register_forward_hook(lambda _, __, output: seen.append(output))
    try:
        yield seen
    finally:
        handle.remove()


def layer_called(model: nn.Module, layer: str) -> nn.Module:
    """The module of that name."""
    modules = dict(model.named_modules())
    if not layer or layer not in modules:
        known = ", ".join(name for name in modules if name)
        raise BadParameters(f'The model has no layer "{layer}". Known ones: {known}.')
    return modules[layer]


def input_gradient(model: nn.Module, inputs: Tensor, target: Tensor) -> Tensor:
    """Gradient of each row's target output with respect to that row's input; shape of the inputs."""
    with undisturbed(model), torch.enable_grad():
        watched = inputs.detach().clone().requires_grad_()
        outputs = model(watched)
        chosen = outputs.gather(1, target.unsqueeze(1)).sum()
        return torch.autograd.grad(chosen, watched)[0]


def layer_outputs(model: nn.Module, layer: str, inputs: Tensor) -> Tensor:
    """What the layer puts out for each row, flattened: (N, D)."""
    with undisturbed(model), torch.no_grad(), captured(model, layer) as seen:
        for batch in inputs.split(BATCH):
            model(batch)
    return torch.cat(seen).flatten(1)


def probabilities(model: nn.Module, inputs: Tensor) -> Tensor:
    """Softmax of the model's logits: (N, labels)."""
    with undisturbed(model), torch.no_grad():
        return torch.cat([model(batch).softmax(1) for batch in inputs.split(BATCH)])
