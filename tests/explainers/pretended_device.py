"""A second device made of the first: its tensors hold numbers, and refuse to be mixed with those of the CPU."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils._mode_utils import no_dispatch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

CAPTURES = "torch.optim.Optimizer._accelerator_graph_capture_health_check"
DEVICE = torch.device("meta")  # a device that autograd knows and that every build of torch has
CPU = torch.device("cpu")
MAY_MIX = {"aten::to", "aten::_to_copy", "aten::copy_", "aten::index", "aten::index_put_", "aten::index_put"}
PLACED_LIKE = {"aten::copy_": 0, "aten::to": -1}  # by operation: the tensor where the outcome is
FROM_VALUES = (torch.tensor, torch.as_tensor)
INDEXING = (Tensor.__getitem__, Tensor.__setitem__)


class Mixed(RuntimeError):
    """Tensors of two devices met in one operation, as CUDA would refuse."""


class Elsewhere(Tensor):
    """A tensor of the pretended device; `kept` is what it holds."""

    kept: Tensor

    @staticmethod
    def __new__(cls, kept: Tensor) -> Elsewhere:
        made = Tensor._make_wrapper_subclass(
            cls,
            kept.shape,
            strides=kept.stride(),
            storage_offset=kept.storage_offset(),
            dtype=kept.dtype,
            device=DEVICE,
        )
        made.kept = kept
        return made

    __torch_function__ = torch._C._disabled_torch_function_impl

    @classmethod
    def __torch_dispatch__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return run(function, args, kwargs or {})

    def tolist(self) -> Any:
        return self.cpu().tolist()


class Device(TorchDispatchMode):
    """Makes what is asked for on the pretended device."""

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return run(function, args, kwargs or {})


class Values(TorchFunctionMode):
    """`torch.tensor` leaves out the values on the device that is pretended with; here it takes them along."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        args, kwargs = tree_map(_here, (args, kwargs or {}))
        if function in FROM_VALUES and kwargs.get("device") not in (None, "cpu"):
            device = kwargs.pop("device")
            return function(*args, **kwargs).to(device)
        if function is Tensor.new_tensor and args[0].device == DEVICE:
            return torch.tensor(*args[1:], **({"dtype": args[0].dtype} | kwargs)).to(DEVICE)
        if function in INDEXING and isinstance(args[0], Elsewhere):
            args = (args[0], _places(args[1]), *args[2:])
        if function is Tensor.tolist and isinstance(args[0], Elsewhere):
            return args[0].cpu().tolist()
        if function is Tensor.numpy and isinstance(args[0], Elsewhere):
            raise Mixed("numpy() of a tensor that is not on the CPU")
        return function(*args, **kwargs)


def run(function: Any, args: Any, kwargs: Any) -> Any:
    """The operation on what the tensors hold; its outcome is where its inputs were, or where it was asked to be."""
    name, leaves = function._schema.name, tree_flatten((args, kwargs))[0]
    given = [one for one in leaves if isinstance(one, Tensor)]
    asked = next((one for one in leaves if isinstance(one, torch.device)), None)
    if name in PLACED_LIKE:
        is_far = isinstance(given[PLACED_LIKE[name]], Elsewhere) if asked is None else asked == DEVICE
    else:
        is_far = any(isinstance(one, Elsewhere) for one in given) if asked is None else asked == DEVICE
    _refuse_mixed(name, given, any(isinstance(one, torch.Generator) for one in leaves) and is_far)
    plain_args, plain_kwargs = tree_map(_plain, (args, kwargs))
    out = function(*plain_args, **plain_kwargs)
    if not is_far:
        return out
    if torch.Tag.inplace_view in function.tags:  # as squeeze_: the wrapper has a shape of its own
        with no_dispatch():
            function(*args, **kwargs)
    return _wrapped(out, given)


def _refuse_mixed(name: str, given: list[Tensor], is_drawn_here: bool) -> None:
    far = [one for one in given if isinstance(one, Elsewhere)]
    if is_drawn_here:
        raise Mixed(f"{name}: numbers of another device are drawn by a generator of the CPU")
    if far and name not in MAY_MIX and any(one.dim() for one in given if not isinstance(one, Elsewhere)):
        raise Mixed(f"{name}: {[(type(one).__name__, tuple(one.shape)) for one in given]}")
    if far and name.startswith("aten::index") and not isinstance(given[0], Elsewhere):
        raise Mixed(f"{name}: a CPU tensor is indexed by one of another device")


def _plain(value: Any) -> Any:
    if isinstance(value, Elsewhere):
        return value.kept
    return CPU if isinstance(value, torch.device) else value


@torch.inference_mode(False)  # a wrapper that is made in inference mode could not be viewed
def _wrapped(out: Any, given: list[Tensor]) -> Any:
    same = {id(one.kept): one for one in given if isinstance(one, Elsewhere)}

    def wrapped(one: Any) -> Any:
        if not isinstance(one, Tensor):
            return one
        return same[id(one)] if id(one) in same else Elsewhere(one)

    return tree_map(wrapped, out)


@contextmanager
def pretended() -> Iterator[None]:
    """Here tensors can be on the pretended device, and torch says that there is CUDA: it is this one."""
    with (
        patch("torch.cuda.is_available", lambda: True),
        patch(CAPTURES, lambda self: None),  # it would start CUDA
        Values(),
        Device(),
    ):
        yield


def _here(value: Any) -> Any:
    """CUDA where it is asked for is the pretended device."""
    if (
        value == "cuda"
        if isinstance(value, str)
        else isinstance(value, torch.device) and value.type == "cuda"
    ):
        return DEVICE
    return value


def moved(value: Any) -> Any:
    """A model, or a dataclass with all that it holds, on the pretended device."""
    if isinstance(value, nn.Module):
        net = copy.deepcopy(value)
        for module in net.modules():
            for name, one in module._parameters.items():
                if one is not None:
                    module._parameters[name] = nn.Parameter(Elsewhere(one.detach()), one.requires_grad)
            for name, one in module._buffers.items():
                if one is not None:
                    module._buffers[name] = Elsewhere(one)
        return net
    if isinstance(value, Tensor):
        return Elsewhere(value)
    if isinstance(value, tuple):
        return tuple(map(moved, value))
    if isinstance(value, dict):
        return {key: moved(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{one.name: moved(getattr(value, one.name)) for one in fields(value) if one.init}
        )
    return value


def _places(index: Any) -> Any:
    """Lists among the indices as tensors."""
    if isinstance(index, tuple):
        return tuple(map(_places, index))
    if not isinstance(index, list | range):
        return index
    return torch.tensor(index, dtype=None if index else torch.long).to(DEVICE)
