"""The made study, once."""

import pytest

from tests.explainers.debugging import made


@pytest.fixture(scope="session")
def recipe(tmp_path_factory):
    pytest.importorskip("torch")
    return made.write_recipe(tmp_path_factory.mktemp("tags"))


@pytest.fixture(scope="session")
def items(recipe):
    return made.items_of(recipe)
