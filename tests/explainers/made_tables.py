"""A small made table with numbers and a category, for labels and for a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explainers.data.base import Data


def made_table(rows: int = 300, is_number: bool = False) -> Data:
    """Rooms 1–9, area 20.0–120.0, heating of three levels; dear where 10 rooms + area + 30 (oil) is above 110."""
    import torch

    from explainers.data.base import Data, Field, Split

    generator = torch.Generator().manual_seed(3)
    rooms = torch.randint(1, 10, (rows,), generator=generator).float()
    area = torch.randint(200, 1201, (rows,), generator=generator).float() / 10
    heating = torch.randint(0, 3, (rows,), generator=generator).float()
    inputs = torch.stack([rooms, area, heating], dim=1)
    worth = 10 * rooms + area + 30 * (heating == 2)
    truths = worth if is_number else (worth > 110).long()
    fields = (
        Field("Rooms", "number", low=1, high=9, step=1),
        Field("Area", "number", low=20, high=120, step=0.1, decimals=1, unit="m²"),
        Field("Heating", "category", ("none", "gas", "oil"), low=0, high=2, step=1),
    )
    cut = rows * 2 // 3
    labels = () if is_number else ("cheap", "dear")
    train, test = Split(inputs[:cut], truths[:cut]), Split(inputs[cut:], truths[cut:])
    return Data("table", labels, train, test, fields=fields)


def learnt(architecture, data, seed: int = 1, **training):
    """A model of the architecture, trained."""
    import torch

    from explainers.models.training import repeatable
    from explainers.recipe.schema import Training

    repeatable()
    torch.manual_seed(seed)
    net = architecture.build(data)
    for _ in architecture.fit(net, data, Training(seed=seed, **training)):
        pass
    return net.eval().requires_grad_(False)
