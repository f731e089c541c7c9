"""Small made data of the two kinds beside pictures, with a model of each: for tests of every explainer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explainers.base import Context

WORDS = ("good", "bad", "film", "plot", "dull", "fine", "the", "a", "was", "not", "great", "poor")


def table_context() -> Context:
    """Sixty rows of three numbers and a category; a `Staged` network of two labels that has learned a little."""
    import torch
    from torch import nn

    from explainers.data.base import Data, Field, Split
    from explainers.models.staged import Staged
    from explainers.rendering.table import TableDrawer

    class Entry(nn.Module):
        """Three numbers as they are, and a category of three levels as three numbers of which one is 1."""

        def forward(self, inputs):
            levels = nn.functional.one_hot(inputs[:, 3].long(), 3).to(inputs.dtype)
            return torch.cat([inputs[:, :3] / 10, levels], dim=1)

        def to_parts(self, relevance):
            return torch.cat([relevance[:, :3], relevance[:, 3:].sum(1, keepdim=True)], dim=1)

    generator = torch.Generator().manual_seed(4)
    numbers = torch.randint(0, 20, (60, 3), generator=generator).double()
    category = torch.randint(0, 3, (60, 1), generator=generator).double()
    inputs = torch.cat([numbers, category], dim=1)
    truths = (inputs[:, 0] + 3 * inputs[:, 3] > 12).long()
    fields = (
        Field("Rooms", "number", low=0, high=19, step=1),
        Field("Age", "number", low=0, high=19, step=1, unit="years", fixed=True),
        Field("Area", "number", low=0, high=19, step=0.5, decimals=1),
        Field("Heating", "category", levels=("none", "gas", "oil")),
    )
    train, test = Split(inputs[:40], truths[:40]), Split(inputs[40:], truths[40:])
    data = Data("table", ("cheap", "dear"), train, test, fields=fields)
    torch.manual_seed(5)
    model = Staged(Entry(), nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 2))).double()
    return _context(model, data, TableDrawer(*("The house", "A house", "A house", "A house with bars")))


def text_context() -> Context:
    """Sixty texts of three to eight words; a `Staged` bag of words with an embedding of four numbers."""
    import torch
    from torch import nn

    from explainers.data.base import Data, Split, Vocabulary
    from explainers.models.staged import Staged
    from explainers.rendering.text import TextDrawer

    class Rest(nn.Module):
        def __init__(self):
            super().__init__()
            self.labels = nn.Linear(4, 2)

        def forward(self, points):
            return self.labels(torch.tanh(points).mean(dim=1))

    generator = torch.Generator().manual_seed(6)
    vocabulary = Vocabulary(("", "?", *WORDS))
    inputs = torch.zeros(60, 8, dtype=torch.long)
    words = []
    for row in range(60):
        length = int(torch.randint(3, 9, (1,), generator=generator))
        inputs[row, :length] = torch.randint(2, len(WORDS) + 2, (length,), generator=generator)
        words.append(tuple(vocabulary.tokens[number] for number in inputs[row, :length].tolist()))
    liked = torch.tensor([2, 7, 12])  # good, fine, great
    truths = torch.isin(inputs, liked).any(dim=1).long()
    train = Split(inputs[:40], truths[:40], tuple(words[:40]))
    test = Split(inputs[40:], truths[40:], tuple(words[40:]))
    data = Data("text", ("negative", "positive"), train, test, vocabulary=vocabulary)
    torch.manual_seed(7)
    model = Staged(nn.Embedding(len(vocabulary.tokens), 4, padding_idx=0), Rest()).double()
    return _context(model, data, TextDrawer(*("The text", "A text", "A text", "A text with colours")))


def _context(model, data, drawer) -> Context:
    """The first six held-out cases as items, after a little training."""
    import torch

    from explainers.answers import predict
    from explainers.base import Context
    from explainers.models.training import loss_of

    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(60):
        optimizer.zero_grad()
        loss_of(model(data.train.inputs), data.train.truths).backward()
        optimizer.step()
    model.eval().requires_grad_(False)
    optimizer.zero_grad()
    outputs = predict(model, data, data.test)
    cases = tuple(data.case(data.test, row, f"item-{row}", strata={"pool": "test"}) for row in range(6))
    predictions = {case.item: outputs[case.row] for case in cases}
    return Context(model, data, cases, predictions, drawer, seed=9, model_name="net")
