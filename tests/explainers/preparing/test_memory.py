"""Ten times as many items need hardly more memory."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
MORE = 60 * 1024  # kilobytes that ten times as many items may take: rows of text, and the pictures' records
PREPARE = """\
import resource, sys
from pathlib import Path
from explainers.preparing import Preparation
preparation = Preparation(Path(sys.argv[1]), Path(sys.argv[2]))
print(sum(1 for _ in preparation.explanations()))
preparation.finish()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
RECIPE = """\
schema_version: 1
name: many
dataset: {name: Noise, origin: made by the test, licence: CC0-1.0, reader: image-arrays, file: many.npz, labels: [a, b]}
models:
  - name: net
    description: A tiny network.
    architecture: small-cnn
    parameters: {size: 8, first: 2, second: 2, hidden: 3}
    weights: net.safetensors
    card: net.json
    training: {seed: 3, epochs: 1, batch: 200}
items:
  prefix: many
  seed: 5
  makers:
    - {maker: shifted, parameters: {how: faint, count: COUNT}}
explainers:
  - {name: saliency}
  - {name: placebo-saliency, seed: 9}
rendering:
  drawer: image
  parameters: {input_caption: The picture, input_alt: Noise, example_alt: Noise, relevance_alt: Noise}
checks: []
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    import numpy as np

    from explainers.commands import main

    folder = tmp_path_factory.mktemp("many")
    random = np.random.default_rng(1)
    truths = random.integers(0, 2, 2200).astype(np.uint8)
    pictures = random.integers(0, 150, (2200, 8, 8), dtype=np.uint8)
    pictures[np.arange(2200), truths * 4] += 90
    parts = {"train": slice(200), "test": slice(200, None)}
    arrays = {f"x_{name}": pictures[part] for name, part in parts.items()}
    np.savez(folder / "many.npz", **arrays, **{f"y_{name}": truths[part] for name, part in parts.items()})
    (folder / "recipe.yaml").write_text(RECIPE.replace("COUNT", "200"))
    assert main(["train", str(folder / "recipe.yaml")]) == 0
    return folder


def peak(folder: Path, count: int) -> int:
    """Kilobytes at the highest, in a process of its own."""
    recipe = folder / f"recipe-{count}.yaml"
    recipe.write_text(RECIPE.replace("COUNT", str(count)))
    command = [sys.executable, "-c", PREPARE, str(recipe), str(folder / f"bundle-{count}")]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert ran.returncode == 0, ran.stderr
    made, most = map(int, ran.stdout.split())
    assert made == 2 * count
    return most


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is told in kilobytes on Linux only")
def test_ten_times_as_many_items_take_hardly_more_memory(folder):
    few, many = peak(folder, 200), peak(folder, 2000)
    assert many <= max(1.25 * few, few + MORE), f"{few} kB for 200 items, {many} kB for 2,000"
