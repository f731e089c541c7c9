"""Training a classifier: the same seed gives the same weights on the same machine."""

import os
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from ..data.base import Split
from ..errors import BadParameters
from ..recipe.schema import Training

Change = Callable[[Tensor, torch.Generator], Tensor]


def repeatable() -> None:
    """One thread and fixed algorithms: sums are taken in one order on any number of cores.

    On CUDA what has no fixed algorithm there (the way back through an enlarged picture) only warns.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when CUDA first multiplies matrices
    torch.set_num_threads(1)
    # as `use_deterministic_algorithms`, without its slow imports
    torch.set_deterministic_debug_mode("warn" if torch.cuda.is_available() else "error")


def train(
    model: nn.Module, split: Split, training: Training, change: Change | None = None
) -> Iterator[float]:
    """Train with Adam, its rate falling to zero along a half cosine; yields each batch's loss.

    `change` draws a new version of each batch's inputs. Gaussian noise on the inputs keeps the model
    from resting on single pixels, which also makes its gradients smoother in space.
    """
    repeatable()
    if not any(weight.requires_grad for weight in model.parameters()):
        raise BadParameters(
            "This model has nothing that gradient descent could train. Allowed: no `weights`, for a model that "
            "brings its own; or an architecture that writes its own `fit`."
        )
    generator = torch.Generator().manual_seed(training.seed)
    steps = training.epochs * -(-len(split) // training.batch)
    optimizer = torch.optim.Adam(model.parameters(), lr=training.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)
    model.train()
    for _ in range(training.epochs):
        for rows in torch.randperm(len(split), generator=generator).split(training.batch):
            inputs = split.inputs[rows]
            if change is not None:
                inputs = change(inputs, generator)
            if training.noise:
                inputs = inputs + training.noise * torch.randn(inputs.shape, generator=generator)
            loss = loss_of(model(inputs), split.truths[rows])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            yield loss.item()
    optimizer.zero_grad(set_to_none=True)
    model.eval()


def loss_of(outputs: Tensor, truths: Tensor) -> Tensor:
    """Cross-entropy of logits (N, labels), or the mean squared error of numbers (N, 1)."""
    if truths.is_floating_point():
        return nn.functional.mse_loss(outputs.squeeze(1), truths)
    return nn.functional.cross_entropy(outputs, truths)
