"""What all text models share: the embedding at their entry, and which places hold a token."""

import torch
from torch import Tensor, nn

from ..data.base import PADDING, Data
from ..errors import BadParameters


def embedding_of(data: Data, size: int, spread: float = 0.1) -> nn.Embedding:
    """One vector of `size` numbers for each token of the data's vocabulary; padding has zeros."""
    if data.vocabulary is None:
        raise BadParameters(
            f"This model reads texts; the data are of kind {data.kind}, without a vocabulary."
        )
    embedding = nn.Embedding(len(data.vocabulary.tokens), size, padding_idx=PADDING)
    with torch.no_grad():
        embedding.weight.mul_(spread)
    return embedding


def is_token(points: Tensor) -> Tensor:
    """Which places of embedded texts (N, L, E) hold a token: (N, L), those whose vector is not all zero.

    A text that a method has emptied of tokens at some places is read as if those were padding.
    """
    return (points != 0).any(dim=-1)


def length_of(points: Tensor) -> Tensor:
    """How many places each embedded text (N, L, E) has up to its last token: (N,), at least 1."""
    places = torch.arange(1, points.shape[1] + 1, device=points.device)
    return (is_token(points) * places).amax(dim=1).clamp_min(1)


def at_end(states: Tensor, points: Tensor) -> Tensor:
    """Of states (N, L, H), those at each text's last token: (N, H)."""
    last = (length_of(points) - 1).view(-1, 1, 1).expand(-1, 1, states.shape[2])
    return states.gather(1, last).squeeze(1)
