"""Weights as safetensors."""

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import nn

from ..errors import DataError


def weights_bytes(model: nn.Module) -> bytes:
    """The model's weights as a safetensors file."""
    return save({name: tensor.contiguous() for name, tensor in model.state_dict().items()})


def load_weights(model: nn.Module, path: Path) -> None:
    """Put the weights of a file into the model."""
    try:
        model.load_state_dict(load_file(path))
    except FileNotFoundError as error:
        raise DataError(f"{path} is missing. `python -m explainers train RECIPE` makes it.") from error
    except (SafetensorError, OSError) as error:
        raise DataError(f"{path} cannot be read as safetensors: {error}") from error
    except RuntimeError as error:
        fault = str(error).splitlines()[-1].strip().rstrip(".")
        raise DataError(
            f"{path} does not fit the architecture: {fault}. Allowed: weights that `python -m explainers train RECIPE` "
            "made of this architecture with these parameters, for these data."
        ) from error
