"""A small protocol with one value to a line, a way to spoil it, and the bundle that fits it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from protocol import BundleFacts

SMALL = """\
schema_version: 1
study: small
title: A small study
model: net
explanation_at_test: none
arms:
  - name: control
    label: No explanation
  - name: map
    label: A map
    explainer: saliency
    target: predicted
displays:
  saliency:
    heading: What mattered
phases:
  - kind: consent
    text: Do you take part?
    statements: [I do.]
  - kind: gate
    questions:
      - name: aim
        role: check
        text: What do you foretell?
        choices: [{value: model, label: The model}, {value: truth, label: The truth}]
        right: model
    screen_out: Thank you.
  - kind: allocation
  - kind: tutorial
    arms:
      control:
        pages: [{title: A picture, text: Look.}]
      map:
        pages:
          - title: A map
            text: Look.
            example:
              number: 1
  - kind: practice
    task: &task
      kind: forward-simulation
      question: Which will it say?
      options:
        choices: [cat, dog]
    items:
      strata: {pool: practice}
      count: 1
  - kind: learning
    items:
      strata: {pool: learning}
      count: 2
  - kind: test
    task: *task
    items:
      strata: {pool: test}
      count: 2
    attention_checks:
      text: Choose {answer}.
  - kind: ratings
    instruments:
      - name: trust
        arms: [map]
  - kind: demographics
    questions:
      - kind: text
        name: comment
        role: text
        required: false
        text: Anything to tell us?
  - kind: debrief
    text: Thank you.
allocation:
  block_sizes: [2]
completion:
  code: DONE
analysis:
  reference: control
  target_n_per_arm: 20
  power_reason: A small study for tests.
  exclusions:
    - name: Too fast
      kind: process
      filter: too-fast
"""

POOLS = {
    "t1": "tutorial",
    "p1": "practice",
    "l1": "learning",
    "l2": "learning",
    "x1": "test",
    "x2": "test",
}


def write(folder: Path, *edits: tuple[str, str]) -> Path:
    """Write the small protocol with each edit (old, new) made once, and return its path."""
    text = SMALL
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    path = folder / "small" / "protocol.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def facts(**changes: Any) -> BundleFacts:
    """Return a bundle that fits the small protocol, with some of its facts changed."""
    explained = {(item, "saliency", "predicted") for item in POOLS}
    fitting = BundleFacts(
        explainers={"saliency": "partly", "integrated-gradients": "partly"},
        models=["net"],
        labels=["cat", "dog"],
        strata=[{"item": item, "pool": pool} for item, pool in POOLS.items()],
        outputs={(item, "net"): "cat" for item in POOLS},
        truths=dict.fromkeys(POOLS, "dog"),
        stimuli={(item, "", "none") for item in POOLS} | explained,
    )
    return replace(fitting, **changes)
