"""A network whose units' responses can be reckoned by hand."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def unit_context() -> Any:
    """Pictures of 2 × 2; unit 0 of layer "units" responds to the upper left pixel, unit 1 to minus the lower
    right one, unit 2 to nothing; a ReLU follows as layer "relu"."""
    torch = pytest.importorskip("torch")
    from explainers.base import Context
    from explainers.data.base import Case, Data, Split
    from explainers.rendering.image import ImageDrawer

    net = torch.nn.Sequential()
    net.add_module("flat", torch.nn.Flatten())
    net.add_module("units", torch.nn.Linear(4, 3, bias=False))
    net.add_module("relu", torch.nn.ReLU())
    net.add_module("labels", torch.nn.Linear(3, 2))
    with torch.no_grad():
        net.units.weight.copy_(torch.tensor([[1.0, 0, 0, 0], [0, 0, 0, -1.0], [0, 0, 0, 0]]))
    net.double().requires_grad_(False)
    generator = torch.Generator().manual_seed(3)
    pictures = torch.rand((200, 1, 2, 2), generator=generator, dtype=torch.float64)
    truths = torch.zeros(200, dtype=torch.long)
    data = Data("image", ("a", "b"), Split(pictures[:100], truths[:100]), Split(pictures[100:], truths[100:]))
    drawer = ImageDrawer("The picture", "Some noise", "Some other noise", "The same with colours")
    cases = tuple(
        Case(f"unit-{n}", torch.zeros(0), truth, kind="unit", unit=("units", n))
        for n, truth in enumerate(("query-a", "query-b"))
    )
    return Context(net, data, cases, {}, drawer, seed=9, model_name="net")
