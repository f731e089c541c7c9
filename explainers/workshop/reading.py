"""A recipe's data, and the drawer of their kind."""

import hashlib
from pathlib import Path

from ..data.base import Data, Reader
from ..data.soundness import require_sound
from ..errors import DataError, PlacedError, RecipeError
from ..recipe import Recipe
from ..recipe.placing import at
from ..recipe.reading import where
from ..rendering.base import Drawer
from .building import build_named


def read_data(path: Path, recipe: Recipe) -> tuple[Data, str]:
    """The recipe's data, and the hash of their file."""
    dataset = recipe.dataset
    file = path.parent / dataset.file
    if not file.is_file():
        raise RecipeError(
            f'{where(path, "dataset", "file")}: names "{dataset.file}", but there is no file {file}.'
        )
    reader: Reader = build_named(path, ("dataset",), "reader", dataset.reader, dataset.parameters)
    who = f'reader "{dataset.reader}"'
    with at(path, ("dataset",), who):
        try:
            data = reader.read(file, dataset.labels)
            require_sound(data)
        except DataError as error:
            raise PlacedError(f"{where(path, 'dataset', 'file')}: {who}: {error}") from error
    return data, hashlib.sha256(file.read_bytes()).hexdigest()


def drawer_for(path: Path, recipe: Recipe, kind: str) -> Drawer:
    """The recipe's drawer, which must draw data of that kind."""
    used = recipe.rendering
    drawer: Drawer = build_named(path, ("rendering",), "drawer", used.drawer, used.parameters)
    if drawer.kind != kind:
        raise PlacedError(
            f'{where(path, "rendering", "drawer")}: drawer "{used.drawer}" draws data of kind {drawer.kind}; '
            f"these are of kind {kind}. Allowed: a drawer of that kind."
        )
    return drawer
