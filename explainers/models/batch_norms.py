"""Batch normalisation in evaluation mode as what it is then: one multiplication and one addition."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

KINDS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
BatchNorm = nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d


@contextmanager
def plain_batch_norms(model: nn.Module) -> Iterator[None]:
    """For the time of a block, in which the model is in evaluation mode, its batch norms scale and shift.

    Outputs and gradients with respect to what comes in are the same but for rounding, and the way back takes
    a fraction of the time. No gradient with respect to a norm's own weights is taken. Layers of subclasses, of
    other ways of working and without running statistics are left alone; hooks are called as ever.
    """
    plain: dict[nn.Module, Callable[[Tensor], Tensor]] = {
        module: _scaling(module)
        for module in model.modules()
        if isinstance(module, KINDS) and _is_plain(module)
    }
    for norm, scaling in plain.items():
        norm.forward = scaling
    try:
        yield
    finally:
        for norm in plain:
            del norm.forward  # the instance's own: the class's is there again


def _is_plain(norm: BatchNorm) -> bool:
    return type(norm) in KINDS and norm.running_mean is not None and "forward" not in vars(norm)


def _scaling(norm: BatchNorm) -> Callable[[Tensor], Tensor]:
    with torch.no_grad():
        mean, variance = norm.get_buffer("running_mean"), norm.get_buffer("running_var")
        scale = torch.rsqrt(variance + norm.eps)
        if not norm.affine:
            return partial(_scaled, scale, -mean * scale)
        scale = scale * norm.weight
        return partial(_scaled, scale, norm.bias - mean * scale)


def _scaled(scale: Tensor, shift: Tensor, inputs: Tensor) -> Tensor:
    shape = (1, -1, *[1] * (inputs.ndim - 2))
    return _ScaleAndShift.apply(inputs, scale.reshape(shape), shift.reshape(shape))


class _ScaleAndShift(torch.autograd.Function):
    """inputs * scale + shift, in one go over memory on either way."""

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        ctx.save_for_backward(scale)
        return torch.addcmul(shift, inputs, scale)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        (scale,) = ctx.saved_tensors
        return gradient * scale, None, None
