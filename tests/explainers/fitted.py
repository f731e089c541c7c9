"""A small context with another model: one of an architecture of the registry, fitted to the context's data."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any


def fitted(
    architecture: str, parameters: dict[str, Any] | None = None, **training: Any
) -> Callable[[Any], Any]:
    """What turns a context into one whose model is of that architecture, and whose outputs are its."""

    def prepare(context):
        import torch

        from explainers.answers import predict
        from explainers.recipe.schema import Training
        from explainers.registry import build

        made = build("architecture", architecture, parameters)
        torch.manual_seed(3)
        net = made.build(context.data).double()
        list(made.fit(net, context.data, Training(seed=3, **training)))
        net.eval().requires_grad_(False)
        outputs = predict(net, context.data, context.data.test)
        predictions = {case.item: outputs[case.row] for case in context.cases}
        return replace(context, model=net, predictions=predictions)

    return prepare
