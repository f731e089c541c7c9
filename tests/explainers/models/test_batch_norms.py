"""Batch norms in evaluation mode: the same numbers and gradients, taken in a plainer way."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from explainers.models.batch_norms import plain_batch_norms
from explainers.models.looking import input_gradient


def net(norm: nn.Module, rank: int = 2) -> nn.Module:
    """A network in double precision whose norm has seen data."""
    torch.manual_seed(1)
    first = nn.Conv2d(3, 4, kernel_size=3) if rank == 2 else nn.Linear(3, 4)
    model = nn.Sequential(first, norm, nn.ReLU(inplace=True), nn.Flatten(), nn.LazyLinear(2)).double()
    inputs = torch.randn(20, 3, 6, 6).double() if rank == 2 else torch.randn(20, 3).double()
    model.train()(inputs)
    with torch.no_grad():
        for parameter in norm.parameters():
            parameter.uniform_(-1, 1)  # a negative scale too
    return model.eval()


def answers(model: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    watched = inputs.clone().requires_grad_()
    outputs = model(watched)
    return outputs.detach(), torch.autograd.grad(outputs[:, 1].sum(), watched)[0]


@pytest.mark.parametrize(
    ("norm", "rank"),
    [
        (nn.BatchNorm2d(4), 2),
        (nn.BatchNorm2d(4, affine=False, eps=0.1), 2),
        (nn.BatchNorm1d(4), 1),
        (nn.BatchNorm2d(4, track_running_stats=False), 2),  # left alone: it has no statistics of its own
    ],
)
def test_outputs_and_gradients_are_torchs(norm: nn.Module, rank: int) -> None:
    model = net(norm, rank)
    inputs = torch.randn(5, 3, 6, 6).double() if rank == 2 else torch.randn(5, 3).double()
    outputs, gradient = answers(model, inputs)
    with plain_batch_norms(model):
        plain_outputs, plain_gradient = answers(model, inputs)
    torch.testing.assert_close(plain_outputs, outputs, rtol=0, atol=1e-12)
    torch.testing.assert_close(plain_gradient, gradient, rtol=0, atol=1e-12)
    torch.testing.assert_close(
        input_gradient(model, inputs, torch.ones(5).long()), gradient, rtol=0, atol=1e-12
    )


def test_the_layer_is_left_as_it_was_found() -> None:
    model = net(nn.BatchNorm2d(4))
    norm = model[1]
    before = dict(vars(norm))
    with plain_batch_norms(model):
        assert "forward" in vars(norm)
    assert vars(norm) == before
    with pytest.raises(RuntimeError), plain_batch_norms(model):
        model(torch.zeros(1))
    assert vars(norm) == before


def test_hooks_are_called_and_other_layers_left_alone() -> None:
    class Doubled(nn.BatchNorm2d):
        def forward(self, inputs: Tensor) -> Tensor:
            return 2 * super().forward(inputs)

    doubled, own, hooked = Doubled(3), nn.BatchNorm2d(3), nn.BatchNorm2d(3)
    own.forward = lambda inputs: inputs + 1
    model = nn.Sequential(doubled, own, hooked).eval()
    called: list[float] = []
    hooked.register_forward_hook(lambda _, __, output: called.append(float(output.detach().mean())))
    inputs = torch.ones(1, 3, 2, 2)
    with plain_batch_norms(model):
        outputs = model(inputs)
    assert outputs.mean().item() == pytest.approx(3, abs=1e-3)
    assert called == [pytest.approx(3, abs=1e-3)]
    assert own.forward(inputs).mean().item() == 2
