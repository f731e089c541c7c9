"""A tiny but whole study: every kind of phase, three arms, ten items, pictures of eight by eight pixels.

The model calls what it sees `dot`, `bar` or `box`. Of the four test items it gets two wrong:

======  =====  ======
item    truth  output
======  =====  ======
test-1  dot    dot
test-2  bar    bar
test-3  box    dot
test-4  dot    bar
======  =====  ======
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

from explainers import bundle as bundles

SEED = "00112233445566778899aabbccddeeff"
LABELS = ("dot", "bar", "box")
ANSWERS = {  # item: (pool, truth, output)
    "tutorial-1": ("tutorial", "box", "box"),
    "practice-1": ("practice", "dot", "dot"),
    "practice-2": ("practice", "bar", "box"),
    "learning-1": ("learning", "dot", "dot"),
    "learning-2": ("learning", "bar", "bar"),
    "learning-3": ("learning", "box", "bar"),
    "test-1": ("test", "dot", "dot"),
    "test-2": ("test", "bar", "bar"),
    "test-3": ("test", "box", "dot"),
    "test-4": ("test", "dot", "bar"),
}
TOLD_PARTS = ("tokens", "table", "rules", "tree", "text")
PLACEBO_OF = dict(zip(ANSWERS, [*list(ANSWERS)[1:], "tutorial-1"], strict=True))  # another item's map
PROTOCOL = """\
schema_version: 1
study: small
title: A small study
bundle: bundle
model: tiny
stimulus_alt: A shape of eight by eight pixels.
arms:
  - {name: control, label: No explanation}
  - {name: map, label: Map, explainer: map}
  - {name: placebo, label: Another item's map, explainer: placebo}
displays:
  map: {heading: What the model looked at, legend: &legend {text: How much it counted}}
  placebo: {heading: What the model looked at, legend: *legend}
allocation:
  free_after_minutes: 60
reminder: Say what the *model* will say.
phases:
  - kind: consent
    text: You look at shapes. You may stop at any time.
    statements: [I am 18 or older., I take part of my own will.]
  - kind: instructions
    pages:
      - {title: The model, text: A model looks at shapes and names them.}
      - {title: Your part, text: Say what the model will say.}
  - kind: gate
    attempts: 2
    questions:
      - name: aim
        role: check
        text: What do you say?
        choices: [{value: model, label: What the model will say}, {value: truth, label: What it really is}]
        right: model
        reteach: It is about the model.
      - name: often
        role: check
        text: Is the model always right?
        choices: [{value: "yes", label: "Yes"}, {value: "no", label: "No"}]
        right: "no"
        reteach: It errs now and then.
    screen_out: Thank you. This study is not for you.
  - kind: allocation
  - kind: tutorial
    arms:
      control:
        pages: [{title: A shape, text: This is a shape., example: {explanation: false}}]
      map: &tutorial
        pages: [{title: A map, text: This is a map., example: {}}]
        check:
          name: red
          role: check
          text: What does red mean?
          choices: [{value: much, label: It counted much}, {value: little, label: It counted little}]
          right: much
          reteach: Red means much.
      placebo: *tutorial
  - kind: practice
    task: &task
      kind: forward-simulation
      question: Which shape will the model say?
      confidence: {scale: probability, steps: [40, 60, 80, 100]}
    items: {strata: {pool: practice}, count: 2, order: fixed}
  - kind: learning
    intro: {title: Learning, text: Look at three shapes.}
    items: {strata: {pool: learning}, count: 3}
  - kind: test
    task: *task
    intro: {title: The test, text: Now it counts.}
    items: {strata: {pool: test}, count: 4}
    attention_checks: {count: 1}
  - kind: ratings
    estimate:
      name: estimate
      role: estimate
      text: Of the 4 shapes, how many did you get right?
      kind: number
      minimum: 0
      maximum: 4
    instruments:
      - {name: explanation-satisfaction, arms: [map, placebo]}
      - {name: trust}
  - kind: demographics
    questions:
      - kind: choice
        name: age
        role: demographic
        required: false
        text: How old are you?
        choices: [{value: "18-39", label: 18 to 39}, {value: "40+", label: 40 or older}]
      - {kind: text, name: remarks, role: text, required: false, text: Anything to tell us?}
  - kind: debrief
    text: Some people saw unrelated maps.
completion: {code: DONE42, screened_out_code: SORRY7}
analysis:
  reference: control
  target_n_per_arm: 40
  power_reason: A study for tests.
"""


def write_study(folder: Path, *edits: tuple[str, str], told: bool = False) -> Path:
    """Write the small study into `folder`, whose name becomes its slug, and return the folder.

    Each edit replaces one piece of the protocol's text, which must be there. A `told` study shows no pictures:
    its items are texts, and each explanation has a part of every other type.
    """
    folder.mkdir(parents=True)
    if told:
        write_told_bundle(folder / "bundle")
    else:
        write_bundle(folder / "bundle")
    edit_protocol(folder, ("study: small", f"study: {folder.name}"), *edits, text=PROTOCOL)
    return folder


def edit_protocol(folder: Path, *edits: tuple[str, str], text: str | None = None) -> None:
    """Replace pieces of a written protocol."""
    path = folder / "protocol.yaml"
    text = path.read_text(encoding="utf-8") if text is None else text
    for old, new in edits:
        if old not in text:
            raise ValueError(f"the protocol has no {old!r}")
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def write_bundle(folder: Path, **manifest: object) -> bundles.Bundle:
    """Write the small study's bundle; `manifest` replaces fields of its manifest."""
    items = [
        bundles.Item(item, truth=truth, strata={"pool": pool}) for item, (pool, truth, _) in ANSWERS.items()
    ]
    outputs = [
        bundles.Output(item, "tiny", output, 0.75, _chances(output))
        for item, (_, _, output) in ANSWERS.items()
    ]
    stimuli = []
    for item in ANSWERS:
        shown = bundles.Stimulus(item, "input", alt="A shape.")
        own = bundles.Stimulus(
            item, "map", "tiny", "map", "predicted", caption="Where it looked.", alt="A map."
        )
        other = bundles.Stimulus(
            item,
            "map",
            "tiny",
            "placebo",
            "predicted",
            caption="Where it looked.",
            alt="A map.",
            source_item=PLACEBO_OF[item],
        )
        stimuli += [
            (shown, picture(item)),
            (own, picture(f"map of {item}")),
            (other, picture(f"map of {PLACEBO_OF[item]}")),
        ]
    return bundles.write(folder, MANIFEST | manifest, items, outputs, stimuli)


def write_told_bundle(folder: Path) -> bundles.Bundle:
    """Write the small study's bundle with texts in place of pictures."""
    items = [
        bundles.Item(item, truth=truth, strata={"pool": pool}) for item, (pool, truth, _) in ANSWERS.items()
    ]
    outputs = [bundles.Output(item, "tiny", output) for item, (_, _, output) in ANSWERS.items()]
    stimuli = []
    for item in ANSWERS:
        stimuli.append((bundles.Stimulus(item, "input"), _json(tokens=words_of(item), weights=None)))
        for explainer, shown in (("map", item), ("placebo", PLACEBO_OF[item])):
            stimuli += [
                (
                    bundles.Stimulus(
                        item, part, "tiny", explainer, "predicted", caption=caption(part, shown)
                    ),
                    content,
                )
                for part, content in told_parts(item, shown).items()
            ]
    explainers = [_explainer(name, parts=TOLD_PARTS) for name in ("map", "placebo")]
    return bundles.write(folder, MANIFEST | {"explainers": explainers}, items, outputs, stimuli)


def caption(part: str, shown: str) -> str:
    """A caption; that of the text differs from item to item, as it does where it is a part of the explanation."""
    return f"As {part}" + (f", number {zlib.crc32(shown.encode()) % 1000}" if part == "text" else "")


def words_of(item: str) -> list[str]:
    """Some words that are drawn from an item's name."""
    return ["A", *(f"word{byte}" for byte in hashlib.shake_256(item.encode()).digest(4)), "<b>", "&", "end."]


def told_parts(item: str, shown: str) -> dict[str, bytes]:
    """An explanation of an item in every type; its numbers are those of the item `shown`."""
    words = words_of(item)
    weights = [byte / 128 - 1 for byte in hashlib.shake_256(shown.encode()).digest(len(words))]
    leaf = {"then": "much" if weights[0] > 0 else "little", "note": f"{weights[1]:.2f}"}
    return {
        "tokens": _json(tokens=words, weights=weights, scale=["against", "for"]),
        "table": _json(
            columns=["Word", "Length"],
            rows=[[word, len(word)] for word in words],
            emphasis=[[None, weight] for weight in weights],
            changed=[[False, weight > 0] for weight in weights],
        ),
        "rules": _json(rules=[{"if": [f"weight > {weights[0]:.2f}"], "then": "much"}], note="It holds."),
        "tree": _json(root={"if": f"weight > {weights[0]:.2f}", "yes": leaf, "no": {"then": "none"}}),
        "text": _json(text=f"The weight is {weights[0]:.2f}.\n\nNo more."),
    }


def _json(**fields: object) -> bytes:
    kind = next(iter(fields)).removesuffix("columns") or "table"
    return json.dumps({"type": {"root": "tree"}.get(kind, kind), **fields}).encode()


def picture(name: str, size: int = 8) -> bytes:
    """Return a grey PNG whose pixels are drawn from its name."""
    noise = hashlib.shake_256(name.encode()).digest(size * size)
    rows = b"".join(b"\0" + noise[row * size : (row + 1) * size] for row in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def _chances(output: str) -> tuple[float, ...]:
    return tuple(0.75 if label == output else 0.125 for label in LABELS)


def _explainer(name: str, parts: Sequence[str] = ("map",)) -> dict[str, object]:
    return {
        "name": name,
        "version": "1",
        "parameters": {},
        "seed": None,
        "reveals_output": "partly",
        "normalisation": "none",
        "taxonomy": {},
        "parts": list(parts),
        "source": "Made by hand.",
    }


MANIFEST: dict[str, object] = {
    "name": "small",
    "dataset": {"name": "Shapes", "origin": "Made by hand for tests.", "licence": "CC0-1.0"},
    "labels": list(LABELS),
    "models": [
        {
            "name": "tiny",
            "sha256": "",
            "output": "class",
            "card": {"description": "No model at all.", "accuracy": 0.9, "accuracy_n": 100},
        }
    ],
    "explainers": [_explainer("map"), _explainer("placebo")],
}
