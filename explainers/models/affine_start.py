"""The affine beginning of a model: what need not be computed anew at every point of a straight path."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

BEGINNINGS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
# operations that are affine in one of their tensors as long as the others do not depend on the input
AFFINE = {
    "AddBackward0",
    "AddmmBackward0",
    "AliasBackward0",
    "CloneBackward0",
    "ConstantPadNdBackward0",
    "ConvolutionBackward0",
    "DivBackward0",
    "ExpandBackward0",
    "MmBackward0",
    "MulBackward0",
    "NegBackward0",
    "PermuteBackward0",
    "SubBackward0",
    "TBackward0",
    "ToCopyBackward0",
    "TransposeBackward0",
    "UnsafeViewBackward0",
    "UnsqueezeBackward0",
    "ViewBackward0",
}


@contextmanager
def beginnings(model: nn.Module) -> Iterator[list[tuple[nn.Module, Tensor]]]:
    """Collect each pass through a linear layer or convolution with what it puts out."""
    seen: list[tuple[nn.Module, Tensor]] = []

    def keep(module: nn.Module, _: object, output: Tensor) -> Tensor:
        seen.append((module, output))
        return output.clone()  # what follows may change its own copy in place

    layers = [module for module in model.modules() if isinstance(module, BEGINNINGS)]
    handles = [layer.register_forward_hook(keep) for layer in layers]
    try:
        yield seen
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def answering(layer: nn.Module, features: Tensor) -> Iterator[None]:
    """The layer puts out `features`, whatever it is given; its own way of working is put back afterwards."""
    layer.forward = lambda *_: features
    try:
        yield
    finally:
        del layer.forward  # the instance's own: the class's is there again


def is_affine_start(
    layer: nn.Module, features: Tensor, seen: list[tuple[nn.Module, Tensor]], points: Tensor, outputs: Tensor
) -> bool:
    """Do the outputs depend on the points only through this one pass, and is it affine in them?

    Read off the graph of a pass: every way from the outputs to the points leads through `features`,
    and every operation between points and features is affine in one tensor that depends on the points.
    """
    if sum(module is layer for module, _ in seen) != 1 or features.grad_fn is None:
        return False
    return not _leads_to(outputs.grad_fn, points, features.grad_fn) and _is_affine(features.grad_fn, points)


Node = torch.autograd.graph.Node


def _leads_to(start: Node | None, leaf: Tensor, avoiding: Node | None = None) -> bool:
    """Does the graph lead from this node to the leaf, without the node to be avoided?"""
    waiting, known = [start], {avoiding}
    while waiting:
        node = waiting.pop()
        if node is None or node in known:
            continue
        if getattr(node, "variable", None) is leaf:
            return True
        known.add(node)
        waiting += [after for after, _ in node.next_functions]
    return False


def _is_affine(node: Node, leaf: Tensor) -> bool:
    """Is each operation from this node to the leaf affine in the one tensor that leads there?"""
    if getattr(node, "variable", None) is leaf:
        return True
    leading = [
        place for place, (after, _) in enumerate(node.next_functions) if after and _leads_to(after, leaf)
    ]
    kind = node.name()
    if kind in ("AddBackward0", "SubBackward0"):
        pass  # a sum is affine in both
    elif kind not in AFFINE or len(leading) != 1 or (kind == "DivBackward0" and leading != [0]):
        return False
    nexts = [node.next_functions[place][0] for place in leading]
    return all(after is not None and _is_affine(after, leaf) for after in nexts)
