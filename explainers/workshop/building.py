"""What a recipe names, built from the registry; what is wrong is told with the recipe's line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import PlacedError, Steps, UnknownName
from ..recipe.placing import at
from ..recipe.reading import where
from ..registry import build

NAMED_BY = {  # the recipe's key that names one of a kind
    "architecture": "architecture",
    "check": "name",
    "drawer": "drawer",
    "explainer": "method",
    "items": "maker",
    "reader": "reader",
}


def build_named(path: Path, steps: Steps, kind: str, name: str, parameters: Mapping[str, Any]) -> Any:
    """Build from the registry; what is wrong with the name or the parameters is told with the recipe's line."""
    with at(path, steps):
        try:
            return build(kind, name, parameters, beside=path.parent)
        except UnknownName as error:
            raise PlacedError(f"{where(path, *steps, NAMED_BY[kind])}: {error}") from error
