"""What the rows of the tables must say, each alone and all together."""

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from . import strict_json
from .faults import Fault, known
from .manifest import NAME, NAME_IN_WORDS, Manifest
from .records import SUFFIXES
from .tables import ITEMS, OUTPUTS, STIMULI, STRATUM, Row

KINDS = ("instance", "pair", "unit", "set")
TARGETS = ("predicted", "runner-up", "truth", "none")
FILE_NAME = re.compile(r"[0-9a-f]{64}\.(png|webp|json)")
DECIMAL = re.compile(r"-?\d+(\.\d+)?")
WHOLE = re.compile(r"-?\d+")


def name_fault(file: str, row: Row, field: str) -> Iterator[Fault]:
    """The field must hold a name."""
    if not re.match(NAME + r"\Z", row[field]) or len(row[field]) > 80:
        yield Fault(file, f"is {row[field]!r}, which is not a name", row.line, field, NAME_IN_WORDS)


def repeats(file: str, rows: Sequence[Row], fields: tuple[str, ...]) -> Iterator[Fault]:
    """The fields together must tell the rows apart."""
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row[field] for field in fields)
        if first.setdefault(key, row.line) != row.line:
            what = ", ".join(part or "(empty)" for part in key)
            message = f'"{what}" stands in line {first[key]} already'
            yield Fault(file, message, row.line, ", ".join(fields), "each once")


def json_fault(
    file: str, row: Row, field: str, claim: Callable[[Any], bool], allowed: str
) -> Iterator[Fault]:
    """A filled field must hold JSON of which the claim is true."""
    if not row[field]:
        return
    try:
        fits = claim(strict_json.parse(row[field]))
    except ValueError:
        fits = False
    if not fits:
        yield Fault(file, f"is {shortened(row[field])}", row.line, field, allowed)


def item_faults(rows: Sequence[Row], stimuli: Sequence[Row], manifest: Manifest) -> Iterator[Fault]:
    """Faults of `items.csv`."""
    names = {row["item"] for row in rows}
    parts: dict[str, set[str]] = {}
    for stimulus in stimuli:
        parts.setdefault(stimulus["item"], set()).add(stimulus["part"])
    yield from repeats(ITEMS, rows, ("item",))
    for row in rows:
        yield from name_fault(ITEMS, row, "item")
        if row["kind"] not in KINDS:
            yield Fault(ITEMS, f"is {row['kind']!r}", row.line, "kind", ", ".join(KINDS))
            continue
        yield from _pair_faults(row, names)
        yield from _set_faults(row, names)
        yield from _truth_faults(row, parts.get(row["item"], set()), manifest)
        for column in row.cells:
            if column.startswith(STRATUM) and not re.match(NAME + r"\Z", column[len(STRATUM) :]):
                yield Fault(ITEMS, "is not a name for a stratum", 1, column, NAME_IN_WORDS)


def _pair_faults(row: Row, names: set[str]) -> Iterator[Fault]:
    if row["kind"] != "pair":
        for field in ("parent", "change"):
            if row[field]:
                yield Fault(ITEMS, f"is filled for kind {row['kind']}", row.line, field, "only for kind pair")
        return
    if row["parent"] not in names or row["parent"] == row["item"]:
        yield _unknown(ITEMS, row, "parent", "item", names - {row["item"]})
    if not row["change"]:
        yield Fault(ITEMS, "is empty", row.line, "change", "for a pair, a JSON object")
    yield from json_fault(ITEMS, row, "change", lambda value: isinstance(value, dict), "a JSON object")


def _set_faults(row: Row, names: set[str]) -> Iterator[Fault]:
    if row["kind"] != "set":
        if row["members"]:
            yield Fault(ITEMS, f"is filled for kind {row['kind']}", row.line, "members", "only for kind set")
        return
    form = list(json_fault(ITEMS, row, "members", is_list_of_text, "a JSON list of items, each once"))
    yield from form
    if not row["members"]:
        yield Fault(ITEMS, "is empty", row.line, "members", "for a set, a JSON list of items")
    elif not form:
        for member in json.loads(row["members"]):
            if member not in names or member == row["item"]:
                message = f'names item "{member}", which is not there'
                yield Fault(ITEMS, message, row.line, "members", known(names - {row["item"]}))


def _truth_faults(row: Row, parts: set[str], manifest: Manifest) -> Iterator[Fault]:
    truth, numeric = row["truth"], any(model.output != "class" for model in manifest.models)
    if not truth or truth in manifest.labels or (truth in parts and row["kind"] == "unit"):
        return
    if truth.startswith("["):
        yield from json_fault(ITEMS, row, "truth", lambda value: isinstance(value, list), "a JSON list")
    elif not (DECIMAL.fullmatch(truth) and (numeric or not manifest.labels)):
        ways = [f"a label ({known(manifest.labels)})"] if manifest.labels else []
        ways += ["a number"] if numeric or not manifest.labels else []
        ways += ["a part of this unit's stimuli"] if row["kind"] == "unit" else []
        yield Fault(
            ITEMS, f"is {shortened(truth)}", row.line, "truth", ", ".join([*ways, "a JSON list, empty"])
        )


def output_faults(rows: Sequence[Row], items: set[str], manifest: Manifest) -> Iterator[Fault]:
    """Faults of `outputs.csv`."""
    kinds = {model.name: model.output for model in manifest.models}
    yield from repeats(OUTPUTS, rows, ("item", "model"))
    for row in rows:
        if row["item"] not in items:
            yield _unknown(OUTPUTS, row, "item", "item", items)
        if row["model"] not in kinds:
            yield _unknown(OUTPUTS, row, "model", "model", kinds)
            continue
        yield from _answer_faults(row, kinds[row["model"]], manifest.labels)
        yield from _probability_faults(row, kinds[row["model"]], manifest.labels)


def _answer_faults(row: Row, kind: str, labels: Sequence[str]) -> Iterator[Fault]:
    answer = row["output"]
    if kind == "class" and (not answer or (labels and answer not in labels)):
        yield Fault(OUTPUTS, f"is {answer!r}, which is not a label", row.line, "output", known(labels))
    elif kind != "class" and not DECIMAL.fullmatch(answer):
        yield Fault(OUTPUTS, f"is {answer!r}", row.line, "output", "a number in decimal notation")
    elif kind == "probability" and not 0 <= float(answer) <= 1:
        yield Fault(OUTPUTS, f"is {answer}", row.line, "output", "a probability in [0, 1]")


def _probability_faults(row: Row, kind: str, labels: Sequence[str]) -> Iterator[Fault]:
    chance = number(row["probability"])
    if row["probability"] and (chance is None or not 0 <= chance <= 1):
        yield Fault(
            OUTPUTS, f"is {row['probability']!r}", row.line, "probability", "a number in [0, 1], or empty"
        )
    if kind == "number":
        for field in ("probability", "probabilities"):
            if row[field]:
                yield Fault(
                    OUTPUTS, "is filled for a model whose output is a number", row.line, field, "empty"
                )
        return
    if not row["probabilities"]:
        return
    form = list(json_fault(OUTPUTS, row, "probabilities", are_chances, "a JSON list of numbers in [0, 1]"))
    yield from form
    if form:
        return
    chances = json.loads(row["probabilities"])
    if len(chances) != len(labels):
        message = f"holds {len(chances)} numbers"
        yield Fault(
            OUTPUTS, message, row.line, "probabilities", f"{len(labels)}, one for each label in order"
        )
    elif row["output"] in labels and chance is not None:
        stated = chances[list(labels).index(row["output"])]
        if abs(stated - chance) > 1e-4:
            message = f"is {row['probability']}, but {row['output']} has {stated} in probabilities"
            yield Fault(OUTPUTS, message, row.line, "probability", "the same number in both")


def stimulus_faults(
    rows: Sequence[Row], items: Sequence[Row], outputs: Sequence[Row], manifest: Manifest
) -> Iterator[Fault]:
    """Faults of `stimuli.csv`, but for what stands in the files."""
    truths = {row["item"]: row["truth"] for row in items}
    answers = {(row["item"], row["model"]): row["output"] for row in outputs}
    yield from repeats(STIMULI, rows, ("item", "model", "explainer", "target", "part"))
    for row in rows:
        if row["item"] not in truths:
            yield _unknown(STIMULI, row, "item", "item", truths)
        yield from name_fault(STIMULI, row, "part")
        yield from _explainer_faults(row, manifest)
        yield from _target_faults(row, truths, answers, manifest.labels)
        yield from _file_faults(row)
        yield from _origin_faults(row, set(truths))
    yield from _telling_alts(rows, truths, answers)


def _explainer_faults(row: Row, manifest: Manifest) -> Iterator[Fault]:
    models = {model.name for model in manifest.models}
    parts = {explainer.name: explainer.parts for explainer in manifest.explainers}
    model, explainer = row["model"], row["explainer"]
    if bool(model) != bool(explainer):
        field, other = ("explainer", "model") if model else ("model", "explainer")
        yield Fault(
            STIMULI, f"is empty while {other} is filled", row.line, field, "both filled or both empty"
        )
    if model and model not in models:
        yield _unknown(STIMULI, row, "model", "model", models)
    if explainer and explainer not in parts:
        yield _unknown(STIMULI, row, "explainer", "explainer", parts)
    elif explainer and row["part"] not in parts[explainer]:
        message = f'is "{row["part"]}", which explainer "{explainer}" does not declare'
        yield Fault(STIMULI, message, row.line, "part", known(parts[explainer]))


def _target_faults(
    row: Row, truths: dict[str, str], answers: dict[tuple[str, str], str], labels: Sequence[str]
) -> Iterator[Fault]:
    target = row["target"]
    if not row["explainer"]:
        if target != "none":
            yield Fault(STIMULI, f"is {target!r} for what is no explanation", row.line, "target", "none")
    elif target.startswith("class:"):
        if target.removeprefix("class:") not in labels:
            allowed = known(f"class:{label}" for label in labels)
            yield Fault(STIMULI, f"is {target!r}, which names no label", row.line, "target", allowed)
    elif target not in TARGETS:
        yield Fault(STIMULI, f"is {target!r}", row.line, "target", ", ".join([*TARGETS, "class:LABEL"]))
    elif target == "truth" and not truths.get(row["item"], "-"):
        yield Fault(STIMULI, f'is truth, but item "{row["item"]}" has none', row.line, "target")
    elif target in ("predicted", "runner-up") and (row["item"], row["model"]) not in answers:
        message = f'is {target}, but {OUTPUTS} has no output of "{row["model"]}" for "{row["item"]}"'
        yield Fault(STIMULI, message, row.line, "target")


def _file_faults(row: Row) -> Iterator[Fault]:
    if not FILE_NAME.fullmatch(row["file"]):
        allowed = "the SHA-256 of the file's bytes in 64 hex digits, then .png, .webp or .json"
        yield Fault(STIMULI, f"is {shortened(row['file'])}", row.line, "file", allowed)
    media_type = row["media_type"]
    if media_type not in SUFFIXES:
        yield Fault(STIMULI, f"is {media_type!r}", row.line, "media_type", ", ".join(SUFFIXES))
        return
    for field in ("width", "height"):
        if media_type == "application/json" and row[field]:
            yield Fault(STIMULI, "is filled for JSON", row.line, field, "empty")
        elif media_type != "application/json" and not re.fullmatch(r"[1-9]\d*", row[field]):
            yield Fault(STIMULI, f"is {row[field]!r}", row.line, field, "a whole number of pixels")
    if media_type != "application/json" and not row["alt"].strip():
        yield Fault(
            STIMULI, "is empty for a picture", row.line, "alt", "a text that tells neither output nor truth"
        )


def _origin_faults(row: Row, items: set[str]) -> Iterator[Fault]:
    source = row["source_item"]
    if source and source not in items and not re.fullmatch(r"train:\d+", source):
        yield Fault(STIMULI, f"is {source!r}", row.line, "source_item", f"train:INDEX, {known(items)}")
    if row["seed"] and not WHOLE.fullmatch(row["seed"]):
        yield Fault(STIMULI, f"is {row['seed']!r}", row.line, "seed", "a whole number, or empty")
    yield from json_fault(STIMULI, row, "checks", are_measures, "a JSON object of numbers by name")


def _telling_alts(
    rows: Sequence[Row], truths: dict[str, str], answers: dict[tuple[str, str], str]
) -> Iterator[Fault]:
    """An alternative text that differs between items must not hold the item's truth or an output of it."""
    texts: dict[tuple[str, str, str, str], set[str]] = {}
    secrets: dict[str, set[str]] = {item: {truth} - {""} for item, truth in truths.items()}
    for (item, _), answer in answers.items():
        secrets.setdefault(item, set()).add(answer)
    for row in rows:
        texts.setdefault(_kind_of(row), set()).add(row["alt"])
    for row in rows:
        if len(texts[_kind_of(row)]) == 1:
            continue
        for secret in sorted(secrets.get(row["item"], set())):
            if re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", row["alt"], re.IGNORECASE):
                message = f'tells "{secret}", an output or the truth of this item'
                yield Fault(STIMULI, message, row.line, "alt", "a text that tells neither")


def _kind_of(row: Row) -> tuple[str, str, str, str]:
    return row["model"], row["explainer"], row["target"], row["part"]


def _unknown(file: str, row: Row, field: str, what: str, names: Any) -> Fault:
    message = f'names {what} "{row[field]}", which is not there'
    return Fault(file, message, row.line, field, known(names))


def is_list_of_text(value: Any) -> bool:
    """A list of different texts."""
    return (
        isinstance(value, list)
        and all(isinstance(one, str) for one in value)
        and len(set(value)) == len(value)
    )


def are_chances(value: Any) -> bool:
    """A list of numbers in [0, 1]."""
    return isinstance(value, list) and all(strict_json.is_number(one) and 0 <= one <= 1 for one in value)


def are_measures(value: Any) -> bool:
    """An object of numbers by name."""
    return isinstance(value, dict) and all(map(strict_json.is_number, value.values()))


def number(text: str) -> float | None:
    """The finite number that the text tells, if it tells one."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def shortened(text: str) -> str:
    """The text in quotes, cut so that a message stays readable."""
    return repr(text if len(text) <= 50 else text[:47] + "…")
