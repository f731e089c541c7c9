"""Models whose relevance is known, or known to captum."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def small_net() -> Any:
    """Inputs (N, 3, 8, 8); five labels; two convolutions with ReLU modules of their own, in double precision."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(2)
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(128, 5),
    ).double()


@pytest.fixture
def linear_table() -> Any:
    """A table of a number and a category with two levels; the output is 2 × number + 3 or −1 for the level."""
    torch = pytest.importorskip("torch")
    from explainers.models.staged import Staged

    class Entry(torch.nn.Module):
        def forward(self, inputs):
            levels = torch.nn.functional.one_hot(inputs[:, 1].long(), 2).to(inputs.dtype)
            return torch.cat([inputs[:, :1], levels], dim=1)

        def to_parts(self, relevance):
            return torch.cat([relevance[:, :1], relevance[:, 1:].sum(1, keepdim=True)], dim=1)

    rest = torch.nn.Linear(3, 1)
    with torch.no_grad():
        rest.weight.copy_(torch.tensor([[2.0, 3.0, -1.0]]))
        rest.bias.fill_(7.0)
    return Staged(Entry(), rest).double()
