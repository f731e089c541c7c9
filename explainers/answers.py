"""What a model answers, and how good its answers are."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .base import Prediction
from .data.base import Data, Split
from .errors import BadParameters, ExplainersError, ModelFailed
from .failures import failure, is_missing_package
from .models.looking import outputs_of


def predict(model: nn.Module, data: Data, split: Split) -> tuple[Prediction, ...]:
    """The model's output for every case of the split; probabilities to six decimals.

    Raises
    ------
    BadParameters : outputs of another width than the data have labels, or that are not finite.
    ModelFailed : the model raised an error of its own.
    """
    outputs = _outputs(model, split)
    if outputs.shape != (len(split.inputs), data.outputs):
        asked = f"one for each of the labels {', '.join(data.labels)}" if data.labels else "the one number"
        raise BadParameters(
            f"The model gave outputs of shape {tuple(outputs.shape)} for {len(split.inputs)} inputs. "
            f"Allowed: {(len(split.inputs), data.outputs)}, {asked}."
        )
    if not bool(outputs.isfinite().all()):
        row = int((~outputs.isfinite()).any(dim=1).nonzero()[0])
        raise BadParameters(f"The model gave {outputs[row].tolist()} for row {row}. Allowed: finite numbers.")
    if not data.labels:
        return tuple(
            Prediction(data.number(value), 0, value=float(data.number(value)))
            for value in outputs.flatten().tolist()
        )
    found = []
    for row in outputs.softmax(1).tolist():
        index = max(range(len(row)), key=row.__getitem__)
        found.append(Prediction(data.labels[index], index, tuple(round(one, 6) for one in row)))
    return tuple(found)


def _outputs(model: nn.Module, split: Split) -> Tensor:
    try:
        return outputs_of(model, split.inputs)
    except ExplainersError:
        raise
    except Exception as error:
        if is_missing_package(error):
            raise
        shape, kind = tuple(split.inputs.shape), str(split.inputs.dtype).removeprefix("torch.")
        raise ModelFailed(
            f"The model ({type(model).__name__}) cannot answer inputs of shape {shape}, {kind}: {failure(error)}."
        ) from error


def quality_of(outputs: Sequence[Prediction], split: Split) -> dict[str, float]:
    """`accuracy`, the share of right outputs; for numbers `r2` and the mean absolute error; and of how many."""
    truths = split.truths.tolist()
    count: dict[str, float] = {"accuracy_n": len(truths)}
    if not split.truths.is_floating_point():
        right = sum(output.index == truth for output, truth in zip(outputs, truths, strict=True))
        return {"accuracy": round(right / len(truths), 6)} | count
    numbers = split.truths.double().cpu()
    gaps = torch.tensor([output.value for output in outputs], dtype=torch.float64) - numbers
    spread = numbers - numbers.mean()
    r2 = 1 - float(gaps.square().sum() / spread.square().sum())
    return {"r2": round(r2, 6), "mean_absolute_error": round(float(gaps.abs().mean()), 6)} | count
