"""What makers of items are given, over the made table."""

from __future__ import annotations

import pytest


@pytest.fixture
def given():
    """Make it for `rows` and models by name: functions from inputs (N, 3) to booleans, or to numbers."""
    torch = pytest.importorskip("torch")

    from explainers.base import Prediction
    from explainers.items.base import Given
    from tests.explainers.made_tables import made_table

    class Says(torch.nn.Module):
        def __init__(self, claim):
            super().__init__()
            self.claim = claim

        def forward(self, inputs):
            return torch.nn.functional.one_hot(self.claim(inputs).long(), 2).to(inputs.dtype)

    def make(rows=900, seed=4, taken=(), is_number=False, **claims):
        data = made_table(rows, is_number)
        models = {name: Says(claim) for name, claim in claims.items()}
        outputs = {
            name: tuple(
                Prediction(data.labels[index], index)
                for index in model(data.test.inputs).argmax(1).tolist()
            )
            for name, model in models.items()
        }  # fmt: skip
        return Given(data, models, outputs, "house", seed, tuple(taken))

    return make
