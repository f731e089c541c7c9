"""Small models and a small recipe, made once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.explainers import contexts

if TYPE_CHECKING:
    from explainers.base import Context

ROOT = Path(__file__).parents[2]
DIGITS = ROOT / "fixtures" / "digits"

RECIPE = """\
schema_version: 1
name: shapes
dataset:
  name: Noise
  origin: made by the test
  licence: CC0-1.0
  reader: image-arrays
  file: shapes.npz
  labels: [ant, bee, cow]
models:
  - name: net
    description: A tiny network.
    architecture: small-cnn
    parameters: {size: 8, first: 2, second: 3, hidden: 5}
    weights: net.safetensors
    card: net.json
    training: {seed: 3, epochs: 2, batch: 16}
items:
  prefix: shape
  seed: 5
  pools:
    test: {right: 2, wrong: 2}
    learning: {right: 1, wrong: 2}
explainers:
  - name: saliency
  - name: grad-cam
  - name: nearest-examples
    parameters: {layer: relu3, count: 2}
  - name: placebo-saliency
    seed: 9
rendering:
  drawer: image
  parameters:
    input_caption: The picture
    input_alt: Some noise
    example_alt: Some other noise
    relevance_alt: The same noise with colours
checks:
  - name: model-accuracy
  - name: parameter-randomisation
  - name: placebo-independence
"""


@pytest.fixture(scope="session")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe with data of 8 × 8 pixels and trained weights, in a folder of its own."""
    pytest.importorskip("torch")
    import numpy as np

    from explainers.commands import main

    folder = tmp_path_factory.mktemp("shapes")
    random = np.random.default_rng(1)
    truths = random.integers(0, 3, 120).astype(np.uint8)
    pictures = random.integers(0, 150, (120, 8, 8), dtype=np.uint8)
    pictures[np.arange(120), truths * 3, :] += 80  # a brighter row tells the label, mostly
    arrays = {
        "x_train": pictures[:80],
        "y_train": truths[:80],
        "x_test": pictures[80:],
        "y_test": truths[80:],
    }
    np.savez_compressed(folder / "shapes.npz", **arrays)
    (folder / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    assert main(["train", str(folder / "recipe.yaml")]) == 0
    return folder / "recipe.yaml"


@pytest.fixture
def shape_context(shapes: Path) -> Context:
    """What an explainer of the small recipe is given."""
    from explainers.workshop import open_workshop

    return open_workshop(shapes).context("net", seed=9)


@pytest.fixture
def tiny_net() -> Any:
    """Inputs (N, 3, 4, 4); four labels; one convolution."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    torch.manual_seed(1)
    nn = torch.nn
    return nn.Sequential(nn.Conv2d(3, 2, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(32, 4))


@pytest.fixture
def table_context() -> Context:
    """What an explainer of a small table is given."""
    pytest.importorskip("torch")
    return contexts.table_context()


@pytest.fixture
def text_context() -> Context:
    """What an explainer of small texts is given."""
    pytest.importorskip("torch")
    return contexts.text_context()
