"""What makers of items are given, over small pictures with a tag, and models of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explainers.items.base import Given


def pictures_given(taken=(), with_shifted=True) -> Given:
    """Pictures of 12 × 12 whose row of light tells one of three labels; `line` is linear and knows, `other` not."""
    import torch
    from torch import nn

    from explainers.answers import predict
    from explainers.data.base import Data, Split
    from explainers.items.base import Given

    generator = torch.Generator().manual_seed(8)
    truths = torch.randint(0, 3, (90,), generator=generator)
    inputs = 0.2 * torch.rand(90, 1, 12, 12, generator=generator, dtype=torch.float64)
    for row, label in enumerate(truths.tolist()):
        inputs[row, 0, 3 + 2 * label, 2:10] += 0.5
    inputs = (inputs * 255).round() / 255
    whole = Split(inputs, truths)
    shifted = Split(inputs[60:].flip(-1), truths[60:]) if with_shifted else None
    data = Data(
        "image", ("ant", "bee", "cow"), whole.first(60), Split(inputs[60:], truths[60:]), shifted=shifted
    )
    line, other = (nn.Sequential(nn.Flatten(), nn.Linear(144, 3)).double() for _ in range(2))
    with torch.no_grad():
        for net in (line, other):
            net[1].bias.zero_()
            net[1].weight.zero_()
        for label in range(3):
            line[1].weight.view(3, 12, 12)[label, 3 + 2 * label, 2:10] = 1
            line[1].weight.view(3, 12, 12)[label, 0, label] = 0.1
        other[1].weight[1] = 1
    models = {"line": line, "other": other}
    predictions = {name: predict(net, data, data.test) for name, net in models.items()}
    return Given(data, models, predictions, "shape", 5, tuple(taken))
