"""Models for explainers that need one of a certain make which no bundled study has: fitted on the spot, in seconds."""

from dataclasses import replace

import torch

from ..answers import predict
from ..base import Context
from ..data.base import Split
from ..recipe.schema import Training
from ..registry import build
from ..workshop import has_input
from .settings import Fitted

EXAMPLES = 1000  # of the training data


def fitted(context: Context, what: Fitted, seed: int) -> Context:
    """The context with another model and its outputs, fitted to the first training examples alone."""
    data = replace(context.data, train=context.data.train.first(EXAMPLES))
    architecture = build("architecture", what.architecture, what.parameters)
    torch.manual_seed(seed)
    net = architecture.build(data).to(data.train.inputs.dtype if data.kind == "image" else torch.float64)
    for _ in architecture.fit(net, data, Training(seed=seed, epochs=what.epochs, learning_rate=0.01)):
        pass
    net.eval().requires_grad_(False)
    cases = [case for case in context.cases if has_input(case)]
    inputs = torch.stack([case.input for case in cases])
    outputs = predict(net, data, Split(inputs, torch.zeros(len(cases))))
    predictions = {case.item: output for case, output in zip(cases, outputs, strict=True)}
    return replace(
        context, model=net, data=data, predictions=predictions, model_name=what.architecture, others={}
    )
