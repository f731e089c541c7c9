"""A small study of debugging, made up: its pictures with planted tags, its recipe, and exports of it."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import numpy as np

from protocol.doors.columns import as_cell
from protocol.doors.export import TABLES

RECIPE = """\
schema_version: 1
name: tags
dataset:
  name: Noise with tags
  origin: made by the test
  licence: CC0-1.0
  reader: watermarked-pictures
  parameters: {tagged: [ant, bee], size: 1, telling: 0.9, shifted: elsewhere, seed: 4}
  file: tags.npz
  labels: [ant, bee, cow]
models:
  - name: net
    description: A tiny network.
    architecture: tiny-net
    parameters: {build_as: linear}
    weights: net.safetensors
    card: net.json
    training: {seed: 3, epochs: 6, batch: 16, learning_rate: 0.02}
items:
  prefix: tag
  seed: 5
  makers:
    - maker: training-sets
      parameters: {training: 3, shifted: 2, sets: {ant: [top left], bee: [bottom left], cow: []}}
rendering:
  drawer: image
  parameters: {input_caption: The picture, input_alt: Noise, example_alt: Noise, relevance_alt: Noise}
"""
TRUTHS = {"tag-set-test-0": ["top left"], "tag-set-test-1": ["bottom left"], "tag-set-test-2": []}
PLACES = ["top left", "top right", "middle left", "middle right", "bottom left", "bottom right"]


def write_recipe(folder: Path) -> Path:
    """Pictures of 12 × 12 pixels whose middle tells the label, faintly; a recipe beside them."""
    random_numbers = np.random.default_rng(1)
    truths = random_numbers.integers(0, 3, 700).astype(np.uint8)
    pictures = random_numbers.integers(0, 90, (700, 12, 12), dtype=np.uint8)
    for label in range(3):
        pictures[truths == label, 4:8, 3 + 2 * label : 5 + 2 * label] += 40
    arrays = {"x_train": pictures[:300], "y_train": truths[:300]}
    np.savez_compressed(folder / "tags.npz", **arrays, x_test=pictures[300:], y_test=truths[300:])
    recipe = folder / "recipe.yaml"
    recipe.write_text(RECIPE, encoding="utf-8")
    return recipe


def trial(participant: str, arm: str, item: str, marks: list[str], position: int = 7, **changes) -> dict:
    """A row of `trials.csv`."""
    told = {"participant": participant, "source": "simulated", "arm": arm, "condition": arm, "phase": "test"}
    told |= {"task": "debugging", "position": position, "trial": 1, "item": item, "model": "net"}
    told |= {"answer": marks, "timing": "none", "answered_at": "2026-11-05T09:12:00.123Z"}
    return told | changes


def question(row: dict, name: str, role: str, answer: object) -> dict:
    """A row of `responses.csv` for the same step."""
    shared = {key: row[key] for key in row if key not in ("trial", "answer")}
    return shared | {"question": name, "role": role, "answer": answer}


def items_of(recipe: Path) -> list[dict]:
    """Rows of `items.csv`, as the recipe's bundle has them."""
    from explainers.commands import main
    from explainers.workshop import open_workshop

    if not (recipe.parent / "net.safetensors").exists():
        assert main(["train", str(recipe)]) == 0
    return [
        {"item": one.item, "kind": one.kind, "members": list(one.members) or None, "truth": one.truth}
        | {"stratum_pool": one.strata["pool"], "stratum_example": one.strata.get("example", "")}
        for one in open_workshop(recipe).items()
    ]


def people(each: int, items: list[str]) -> list[dict]:
    """Trials of two arms: `heat` marks what is wrong, mostly; `none` marks one place at random."""
    drawn = random.Random(8)
    rows = []
    for arm in ("none", "heat"):
        for number in range(each):
            for position, item in enumerate(items, start=7):
                is_careful = arm == "heat" and drawn.random() < 0.9
                marks = TRUTHS[item] if is_careful else [drawn.choice(PLACES)]
                rows.append(trial(f"{arm}{number}", arm, item, marks, position))
    return rows


def write_export(folder: Path, trials: list[dict], items: list[dict], responses: list[dict] = ()) -> Path:
    """Write the tables that the command reads."""
    folder.mkdir(parents=True)
    marked = [question(row, "marked", "mark", row["answer"]) for row in trials]
    for name, rows in {"trials": trials, "responses": [*marked, *responses], "items": items}.items():
        extra = [key for key in (rows[0] if rows else {}) if key not in TABLES[name].header]
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*TABLES[name].header, *extra], restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows({key: as_cell(value) for key, value in row.items()} for row in rows)
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    """The table of gains as text, marks as lists."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row | {"marks": json.loads(row["marks"])} for row in csv.DictReader(file)]
