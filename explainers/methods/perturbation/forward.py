"""Many passes through a model without gradients: what is fastest, and cut into chunks by the shape alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import torch
from torch import Tensor, nn
from torch.func import functional_call

from ...models.looking import undisturbed

Scale = Literal["output", "probability"]
VALUES, ROWS = (
    1 << 15,
    1024,
)  # a chunk whose activations stay in a processor's cache, and the most rows of one


def rows_at_once(values: int) -> int:
    """How many inputs of so many values go through a model at once."""
    return max(1, min(ROWS, VALUES // max(1, values)))


def chunks(count: int, values: int) -> Iterator[slice]:
    """The places 0 to count, cut into chunks for inputs of so many values."""
    rows = rows_at_once(values)
    return (slice(start, min(start + rows, count)) for start in range(0, count, rows))


@contextmanager
def forward_only(model: nn.Module, like: Tensor) -> Iterator[Callable[[Tensor], Tensor]]:
    """The model for passes without gradients over inputs (N, …) like this one, in evaluation mode.

    Pictures in single precision go through convolutions whose weights stand with the channels last, which
    is faster; the model keeps its own weights.
    """
    with undisturbed(model), torch.inference_mode():
        weights = _channels_last(model) if like.ndim == 4 and like.dtype == torch.float32 else {}
        if not weights:
            yield model
            return
        last = torch.channels_last
        yield lambda batch: functional_call(model, weights, (batch.contiguous(memory_format=last),))


def _channels_last(model: nn.Module) -> dict[str, Tensor]:
    return {
        name: weight.detach().contiguous(memory_format=torch.channels_last)
        for name, weight in model.named_parameters()
        if weight.ndim == 4
    }


def scores_of(outputs: Tensor, target: int, scale: Scale = "output") -> Tensor:
    """The target's column of outputs (N, K), in double precision; its probability where that is asked.

    A model that gives one number has no probabilities: its score is the number.
    """
    if scale == "probability" and outputs.shape[1] > 1:
        outputs = outputs.double().softmax(1)
    return outputs[:, target].double()
