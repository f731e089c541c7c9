"""Rows near a table's row, drawn by the training data's statistics, for LIME."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ...data.base import Data


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Drawn rows, the first the row itself; what the linear model sees of them; how far they are."""

    inputs: Tensor  # (S, F), in the fields' own units
    features: Tensor  # (S, F), double
    distances: Tensor  # (S,), squared, double


def neighbours(row: Tensor, data: Data, samples: int, space: str, generator: torch.Generator) -> Neighbours:
    """Rows near `row` (F,), in the space "bins" or "standardised", as `Lime` tells."""
    train = data.train.inputs
    numeric = torch.tensor([field.kind == "number" for field in data.fields], device=row.device)
    drawn = _drawn_from(train, samples, generator)
    if space == "standardised":
        return _standardised(row, train, numeric, drawn, generator)
    drawn[0] = row
    same = torch.where(numeric, _quarter(drawn, train) == _quarter(row, train), drawn == row)
    return Neighbours(drawn, same.double(), 1 - same.double().mean(dim=1))


def _standardised(
    row: Tensor, train: Tensor, numeric: Tensor, drawn: Tensor, generator: torch.Generator
) -> Neighbours:
    mean, spread = train.double().mean(dim=0), train.double().std(dim=0, correction=0)
    noise = torch.randn(drawn.shape, dtype=torch.float64, generator=generator).to(row.device)
    drawn = torch.where(numeric, (row + noise * spread).to(row.dtype), drawn)
    drawn[0] = row
    units = spread.clamp_min(torch.finfo(torch.float64).tiny)  # a field that never varies stays at 0
    standard = torch.where(spread > 0, (drawn - mean) / units, 0.0)
    same = (drawn == row).double()
    moved = torch.where(numeric, standard - standard[0], 1 - same)
    return Neighbours(drawn, torch.where(numeric, standard, same), moved.square().mean(dim=1))


def _drawn_from(train: Tensor, samples: int, generator: torch.Generator) -> Tensor:
    """Each field drawn from the training rows by itself: (S, F)."""
    rows = torch.randint(len(train), (samples, train.shape[1]), generator=generator)
    return train.gather(0, rows.to(train.device))


def _quarter(values: Tensor, train: Tensor) -> Tensor:
    """In which quarter of the training data each value (…, F) lies, from 0 to 3; a limit belongs below."""
    share = torch.tensor([0.25, 0.5, 0.75], dtype=train.dtype, device=train.device)
    limits = torch.quantile(train, share, dim=0)
    return (values.unsqueeze(-2) > limits).sum(dim=-2)
