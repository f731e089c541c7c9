"""Bringing your own model: a torch module is one already; anything else with outputs is made one here.

    import joblib
    from explainers.models.adapter import CallableModel

    forest = joblib.load("forest.joblib")
    model = CallableModel(forest.predict_proba, gives="probabilities")

In a recipe, an architecture is a name of the registry or `module:Class` of your own, found beside the
recipe: a frozen dataclass that inherits `explainers.models.base.Architecture` and whose `build(data)`
returns the model. See docs/explainers.md.
"""

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
import torch
from torch import Tensor, nn

from ..errors import BadParameters

Gives = Literal["probabilities", "scores", "numbers"]
ROUNDING = 1e-3
ADVICE = {1: '; for a model of one number say gives="numbers".'}  # by the number of dimensions


class CallableModel(nn.Module):
    """Any function from inputs (N, …), a numpy array, to outputs, as a model.

    Parameters
    ----------
    predict : gives (N, labels) probabilities or scores (logits), or (N,) or (N, 1) numbers
    gives : which of these it gives. Probabilities become their logarithms, which softmax turns back.

    It has no gradients and no layers: explainers that need them say so. Outputs of another shape, that are not
    finite, or whose probabilities do not add up to 1, raise `BadParameters`.
    """

    def __init__(self, predict: Callable[[np.ndarray], np.ndarray], gives: Gives = "probabilities") -> None:
        super().__init__()
        if gives not in get_args(Gives):
            raise BadParameters(f'CallableModel: gives is "{gives}". Allowed: {", ".join(get_args(Gives))}.')
        if not callable(predict):
            raise BadParameters(
                f"CallableModel: predict is a {type(predict).__name__}. Allowed: a function, such as a scikit-learn "
                "model's predict_proba, without brackets."
            )
        self.predict, self.gives = predict, gives

    def forward(self, inputs: Tensor) -> Tensor:
        """Outputs (N, K) for inputs (N, …)."""
        given = np.asarray(self.predict(inputs.detach().cpu().numpy()), dtype=np.float64)
        outputs = torch.from_numpy(given).to(inputs.device)
        if self.gives == "numbers":
            outputs = outputs.reshape(len(inputs), -1)
        if outputs.ndim != 2 or len(outputs) != len(inputs):
            raise BadParameters(
                f"The model gave outputs of shape {tuple(given.shape)} for {len(inputs)} inputs. "
                "Allowed: (N, labels), one row for each input" + ADVICE.get(outputs.ndim, ".")
            )
        if not bool(outputs.isfinite().all()):
            raise BadParameters("The model gave outputs that are not finite numbers.")
        if self.gives == "probabilities":
            _require_probabilities(outputs)
            outputs = outputs.clamp_min(torch.finfo(torch.float64).tiny).log()
        return outputs.to(inputs.dtype) if inputs.is_floating_point() else outputs


def _require_probabilities(outputs: Tensor) -> None:
    low, high = float(outputs.min()), float(outputs.max())
    if low < 0 or high > 1 + 1e-6:
        raise BadParameters(
            f"The model gave values from {low:g} to {high:g}. Allowed as "
            'probabilities: 0 to 1; say gives="scores" for logits.'
        )
    sums = outputs.sum(dim=1)
    row = int((sums - 1).abs().argmax())
    if abs(float(sums[row]) - 1) > ROUNDING:
        raise BadParameters(
            f"The model gave {outputs[row].tolist()}, which add up to {float(sums[row]):g}. Allowed as "
            'probabilities: 1 for each input; say gives="scores" for logits.'
        )
