"""Putting another slope into a model's ReLUs, however they are written, for the time of one pass."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from ..errors import BadParameters

Slope = Callable[
    [Tensor, Tensor], Tensor
]  # gradient that comes in, mask of where the ReLU is open → gradient


def guided(gradient: Tensor, is_open: Tensor) -> Tensor:
    """Only what is above zero, and only where the ReLU is open."""
    return gradient.clamp_min(0) * is_open


def leaky(gradient: Tensor, is_open: Tensor) -> Tensor:
    """A tenth also where the ReLU is shut, so that a way out can be found from there."""
    return torch.where(is_open, gradient, 0.1 * gradient)


@contextmanager
def with_slope(model: nn.Module, slope: Slope, refuse: bool = True) -> Iterator["Rectifiers"]:
    """Every ReLU and ReLU6 that runs gets this slope; nothing is changed in the model.

    It does not matter whether a ReLU is a module, used once or more often, a function, or works in place.

    Raises
    ------
    BadParameters : another kind of rectifier runs, or a part of the model is compiled and cannot be
        followed. The message names the layer. Without `refuse` these keep their own slope.
    """
    for name, module in model.named_modules():
        if refuse and isinstance(module, torch.jit.ScriptModule):
            raise BadParameters(f'Layer "{name}" is a compiled script: its ReLUs cannot be reached.')
    with _running(model) as layers, Rectifiers(slope, layers, refuse) as rectifiers:
        yield rectifiers


class Rectifiers(TorchFunctionMode):
    """Stands in for every rectifier that is called, and counts them in `met`."""

    def __init__(self, slope: Slope, layers: Sequence[str], refuse: bool = True) -> None:
        super().__init__()
        self.slope, self.layers, self.refuse, self.met = slope, layers, refuse, 0

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = dict(kwargs or {})
        if self.refuse and func in OTHERS:
            layer = f'Layer "{self.layers[-1]}"' if self.layers and self.layers[-1] else "The model"
            raise BadParameters(f"{layer} runs {func.__name__}. Allowed: ReLU and ReLU6.")
        call = RECTIFIERS[func](*args, **given) if func in RECTIFIERS else None
        if call is None:
            return func(*args, **given)
        self.met += 1
        result = _Rectified.apply(call.inputs, call.ceiling, self.slope)
        return call.inputs.copy_(result) if call.is_in_place else result


class _Call(NamedTuple):
    """A rectifier's arguments, however it was called: it cuts at zero below and at `ceiling` above."""

    inputs: Tensor
    ceiling: float = math.inf
    is_in_place: bool = False


class _Rectified(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, inputs: Tensor, ceiling: float, slope: Slope) -> Tensor:
        ctx.save_for_backward((inputs > 0) & (inputs < ceiling))
        ctx.slope = slope
        return inputs.clamp(0, ceiling)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        (is_open,) = ctx.saved_tensors
        return ctx.slope(gradients[0], is_open), None, None


def _relu(input: Tensor, inplace: bool = False) -> _Call:
    return _Call(input, is_in_place=inplace)


def _relu6(input: Tensor, inplace: bool = False) -> _Call:
    return _Call(input, 6.0, inplace)


def _hardtanh(
    input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> _Call | None:
    return _Call(input, max_val, inplace) if min_val == 0 else None


def _threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> _Call | None:
    return _Call(input, is_in_place=inplace) if threshold == 0 and value == 0 else None


def _clamp(input: Tensor, min: Any = None, max: Any = None) -> _Call | None:
    if not isinstance(min, float | int) or min != 0 or isinstance(max, Tensor):
        return None
    return _Call(input, math.inf if max is None else max)


def _in_place(read: Callable[..., _Call | None]) -> Callable[..., _Call | None]:
    def reading(*args: Any, **given: Any) -> _Call | None:
        call = read(*args, **given)
        return call._replace(is_in_place=True) if call else None

    return reading


@contextmanager
def _running(model: nn.Module) -> Iterator[list[str]]:
    """Names of the modules that are at work, the innermost last."""
    at_work: list[str] = []

    def leave(*_: object) -> None:
        at_work.pop()

    handles = []
    for name, module in model.named_modules():
        handles.append(module.register_forward_pre_hook(lambda *_, name=name: at_work.append(name)))
        handles.append(module.register_forward_hook(leave))
    try:
        yield at_work
    finally:
        for handle in handles:
            handle.remove()


RECTIFIERS: dict[Callable[..., Any], Callable[..., _Call | None]] = {
    functional.relu: _relu,
    torch.relu: _relu,
    Tensor.relu: _relu,
    torch.relu_: _in_place(_relu),
    Tensor.relu_: _in_place(_relu),
    functional.relu6: _relu6,
    functional.hardtanh: _hardtanh,
    functional.hardtanh_: _in_place(_hardtanh),
    functional.threshold: _threshold,
    torch.threshold: _threshold,
    torch.threshold_: _in_place(_threshold),
    torch.clamp: _clamp,
    torch.clip: _clamp,
    torch.clamp_min: _clamp,
    Tensor.clamp: _clamp,
    Tensor.clip: _clamp,
    Tensor.clamp_min: _clamp,
    torch.clamp_: _in_place(_clamp),
    torch.clip_: _in_place(_clamp),
    torch.clamp_min_: _in_place(_clamp),
    Tensor.clamp_: _in_place(_clamp),
    Tensor.clip_: _in_place(_clamp),
    Tensor.clamp_min_: _in_place(_clamp),
}
OTHERS: set[Callable[..., Any]] = {
    functional.celu,
    functional.elu,
    functional.gelu,
    functional.glu,
    functional.hardswish,
    functional.leaky_relu,
    functional.mish,
    functional.prelu,
    functional.rrelu,
    functional.selu,
    functional.silu,
    functional.softplus,
    torch.celu,
    torch.celu_,
    torch.rnn_relu,
    torch.rnn_relu_cell,
    torch.rrelu,
    torch.selu,
    torch.selu_,
}
