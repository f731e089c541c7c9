"""What a check is given, made from a small context and one explainer."""

from __future__ import annotations

from typing import Any


def subject_of(context, explainer, name="method", permuted=None, **budget) -> Any:
    from explainers.checks.base import Subject
    from explainers.recipe.schema import Budget, ExplainerUse, Model

    model = Model(name="net", description="A net.", architecture="own:Net", card="net.json")
    use = ExplainerUse(name=name, method="own:Method", seed=4)
    return Subject(
        model=model,
        quality={"accuracy": 0.5},
        context=context,
        uses={name: use},
        explainers={name: explainer},
        explainer=name,
        budget=Budget(**budget),
        permuted=permuted,
    )


def number_context(weights, rows, **changes) -> Any:
    """A table whose model is a weighted sum of its fields: everything about it is known."""
    import torch
    from torch import nn

    from explainers.base import Context, Prediction
    from explainers.data.base import Data, Field, Split
    from explainers.rendering.table import TableDrawer

    inputs = torch.tensor(rows, dtype=torch.float64)
    model = nn.Linear(len(weights), 1, bias=False).double().requires_grad_(False)
    model.weight.copy_(torch.tensor([weights], dtype=torch.float64))
    split = Split(inputs, model(inputs).flatten())
    fields = tuple(Field(f"f{place}", "number") for place in range(len(weights)))
    data = Data("table", (), split, split, fields=fields, decimals=2)
    cases = tuple(data.case(split, row, f"item-{row}") for row in range(len(rows)))
    predictions = {
        case.item: Prediction(data.number(float(model(case.input))), 0, value=float(model(case.input)))
        for case in cases
    }
    drawer = TableDrawer(*("The house", "A house", "A house", "A house with bars"))
    return Context(model, data, cases, predictions, drawer, model_name="net", **changes)


def map_that(gives) -> Any:
    """A map explainer whose relevance is what the function gives for an input."""
    from dataclasses import dataclass

    from explainers.base import EVERY_KIND, MapExplainer

    @dataclass(frozen=True)
    class Given(MapExplainer):
        """Source: none."""

        name = "given"
        version = "1"
        source = "made by the test"
        taxonomy = {
            "stage": "post-hoc",
            "scope": "local",
            "access": "model-agnostic",
            "form": "relevance map",
        }
        data_kinds = EVERY_KIND
        reveals_output = "no"

        def attribute(self, model, inputs, target):
            return gives(model, inputs)

    return Given()


def told(entries):
    """The checks by name, and the scores by name and item."""
    from explainers.checks.scores import Score

    scores = {(one.name, one.item): one.value for one in entries if isinstance(one, Score)}
    return {one.name: one for one in entries if not isinstance(one, Score)}, scores
