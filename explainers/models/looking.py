"""Looking inside a model and leaving it as it was found."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import BadParameters
from .batch_norms import plain_batch_norms
from .staged import Staged

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
    """Collect what the layer puts out, one tensor for each pass; the hook is taken off afterwards.

    Of several outputs (a recurrent layer's) it is the first. What follows gets a copy, so that an
    operation in place cannot change what was collected.
    """
    seen: list[Tensor] = []

    def keep(_: nn.Module, __: object, output: Any) -> Any:
        seen.append(output[0] if isinstance(output, tuple) else output)
        return output if isinstance(output, tuple) else output.clone()

    handle = layer_called(model, layer).register_forward_hook(keep)
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


def input_gradient(model: nn.Module, points: Tensor, target: Tensor) -> Tensor:
    """Gradient of each row's target output with respect to that row of what `entered` gave; of its shape.

    Raises
    ------
    BadParameters : the model's outputs have no gradient (a tree, a rule list, a plain callable).
    """
    with undisturbed(model), plain_batch_norms(model), torch.enable_grad():
        watched = points.detach().clone().requires_grad_()
        outputs = outputs_from(model, watched.clone())  # a copy may be changed in place
        return torch.autograd.grad(chosen_sum(outputs, target), watched)[0]


def chosen_sum(outputs: Tensor, target: Tensor) -> Tensor:
    """Sum of each row's target output; `BadParameters` where it has no gradient."""
    chosen = outputs.gather(1, target.unsqueeze(1)).sum()
    if not chosen.requires_grad:
        raise BadParameters("This model has no gradients. Allowed here: explainers that need none.")
    return chosen


def layer_outputs(model: nn.Module, layer: str, inputs: Tensor) -> Tensor:
    """What the layer puts out for each row, flattened: (N, D)."""
    with undisturbed(model), torch.no_grad(), captured(model, layer) as seen:
        for batch in inputs.split(BATCH):
            model(batch)
    return torch.cat(seen).flatten(1)


def outputs_of(model: nn.Module, inputs: Tensor) -> Tensor:
    """The model's outputs (N, K) without a gradient, as many inputs at once as `chunk_for` says."""
    with undisturbed(model), torch.inference_mode():
        found = [_output(model, batch) for batch in inputs.split(chunk_for(inputs))]
    return torch.cat(found).clone()


def _output(model: nn.Module, batch: Tensor) -> Tensor:
    given = model(batch)
    if not isinstance(given, Tensor):
        raise BadParameters(
            f"The model gave a {type(given).__name__}. Allowed: a tensor, logits (N, labels) or numbers (N, 1)."
        )
    return given


def probabilities(model: nn.Module, inputs: Tensor) -> Tensor:
    """Softmax of the model's logits: (N, labels)."""
    return outputs_of(model, inputs).softmax(1)


def entered(model: nn.Module, inputs: Tensor) -> Tensor:
    """What gradient methods differentiate with respect to: the inputs, or what the entry of a `Staged` model
    makes of them; (N, …), without a gradient. `BadParameters` where these are whole numbers."""
    if not isinstance(model, Staged):
        if not inputs.is_floating_point():
            raise BadParameters(
                "Whole numbers have no gradient. Allowed: a Staged model, whose entry gives others."
            )
        return inputs.detach()
    with undisturbed(model), torch.no_grad():
        return model.entry(inputs)


def outputs_from(model: nn.Module, points: Tensor) -> Tensor:
    """Outputs (N, K) from what `entered` gave."""
    return model.rest(points) if isinstance(model, Staged) else model(points)


def to_parts(model: nn.Module, relevance: Tensor) -> Tensor:
    """Relevance of what `entered` gave, as relevance of the inputs' parts."""
    return model.to_parts(relevance) if isinstance(model, Staged) else relevance


def chunk_for(inputs: Tensor, budget: int = 1 << 22) -> int:
    """How many such inputs go through a model at once: `budget` values, at least one and at most `BATCH`.

    Chosen from the shape alone, so that no run meets the end of its memory and every run is cut alike.
    """
    return max(1, min(BATCH, budget // max(1, inputs[0].numel() * 32)))
