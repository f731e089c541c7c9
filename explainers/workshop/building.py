"""What a recipe names, built from the registry; what is wrong is told with the recipe's line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import PlacedError, RecipeError, Steps, UnknownName
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


class Faults:
    """Errors of the parts of a recipe that do not hang on each other, told together.

    `with faults:` keeps an error of that block; `tell` raises what was kept, a line each.
    """

    def __init__(self) -> None:
        self.found: list[RecipeError] = []

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> bool:
        if isinstance(error, RecipeError):
            self.found.append(error)
            return True
        return False

    def tell(self) -> None:
        """Raise `PlacedError` where anything was kept."""
        if self.found:
            raise PlacedError("\n".join(map(str, self.found))) from self.found[0]


def build_named(path: Path, steps: Steps, kind: str, name: str, parameters: Mapping[str, Any]) -> Any:
    """Build from the registry; what is wrong with the name or the parameters is told with the recipe's line."""
    with at(path, steps):
        try:
            return build(kind, name, parameters, beside=path.parent)
        except UnknownName as error:
            raise PlacedError(f"{where(path, *steps, NAMED_BY[kind])}: {error}") from error
