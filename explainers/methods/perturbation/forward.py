"""Many passes through a model without gradients: what is fastest, and cut into chunks by the shape alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import torch
from torch import Tensor, nn

from ...models.looking import undisturbed

Scale = Literal["output", "probability"]
SMALL, LARGE, ROWS = 3 << 14, 5 << 17, 1024


def rows_at_once(values: int) -> int:
    """How many inputs of so many values go through a model at once, at most.

    Of small ones as many as keep their activations in a processor's cache, of larger ones up to four, which
    are quicker together than alone: 1,024 of up to 48 values, 62 of 28 × 28, 4 of 3 × 224 × 224, 1 from
    3 × 468 × 468 on.
    """
    return max(1, min(ROWS, SMALL // max(1, values)), min(4, LARGE // max(1, values)))


def chunks(count: int, values: int) -> Iterator[slice]:
    """The places 0 to count, cut into chunks of nearly equal size for inputs of so many values."""
    number = -(-count // rows_at_once(values))
    return (slice(count * one // number, count * (one + 1) // number) for one in range(number))


@contextmanager
def forward_only(model: nn.Module, like: Tensor) -> Iterator[Callable[[Tensor], Tensor]]:
    """The model for passes without gradients over inputs (N, …) like this one, in evaluation mode.

    For pictures in single precision the weights of convolutions stand with the channels last as long as
    this lasts, which is faster; the model gets its own back.
    """
    last = torch.channels_last
    quick = like.ndim == 4 and like.dtype == torch.float32
    with undisturbed(model), _channels_last(model if quick else nn.Identity()), torch.inference_mode():
        yield (lambda batch: model(batch.contiguous(memory_format=last))) if quick else model


@contextmanager
def _channels_last(model: nn.Module) -> Iterator[None]:
    own = [(weight, weight.data) for weight in model.parameters() if weight.ndim == 4]
    try:
        for weight, data in own:
            weight.data = data.contiguous(memory_format=torch.channels_last)
        yield
    finally:
        for weight, data in own:
            weight.data = data


def scores_of(outputs: Tensor, target: int, scale: Scale = "output") -> Tensor:
    """The target's column of outputs (N, K), in double precision; its probability where that is asked.

    A model that gives one number has no probabilities: its score is the number.
    """
    if scale == "probability" and outputs.shape[1] > 1:
        outputs = outputs.double().softmax(1)
    return outputs[:, target].double()
