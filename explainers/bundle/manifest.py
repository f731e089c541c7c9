"""What stands in `manifest.json`, and the faults it can have."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from . import strict_json
from .faults import Fault, known

FILE = "manifest.json"
SCHEMA_VERSION = 1
NAME = r"^[A-Za-z0-9][A-Za-z0-9._+-]*$"
NAME_IN_WORDS = "letters, digits and . _ + -, beginning with a letter or digit, at most 80 characters"

Name = Annotated[str, Field(pattern=NAME, max_length=80)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, Field(min_length=1)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Part(BaseModel):
    """Parts of the manifest take no unknown fields: it is hashed and must say one thing."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Dataset(Part):
    """Where the data come from."""

    name: Text
    origin: Text
    licence: Text
    citation: str = ""


class ModelCard(Part):
    """What is known about a model. Further fields are welcome."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    description: str
    accuracy: Annotated[float, Field(ge=0, le=1)] | None = None
    accuracy_n: Annotated[int, Field(ge=1)] | None = None


class ModelEntry(Part):
    """A model whose outputs the bundle holds."""

    name: Name
    sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]  # empty for one without weights
    output: Literal["class", "probability", "number"]
    card: ModelCard


class ExplainerEntry(Part):
    """An explainer whose stimuli the bundle holds."""

    name: Name
    version: str
    parameters: dict[str, Any]
    seed: int | None
    reveals_output: Literal["yes", "partly", "no"]
    normalisation: str
    taxonomy: dict[str, Any]
    parts: tuple[Name, ...]
    source: str


Verdict = Literal["passes", "fails", "unclear"]


class Check(Part):
    """One measured property of a model or an explainer.

    `passed` goes by the value alone. `verdict` respects the interval, `low` to `high`: `unclear` where so few
    `items` leave open on which side of its limit the value lies. None of the four is there where it was not
    said, as in older bundles; a number without a limit has no verdict.
    """

    name: Text
    explainer: str | None
    model: str | None
    value: Number
    passed: bool
    meaning: Text
    items: Annotated[int, Field(ge=1)] | None = None
    low: Number | None = None
    high: Number | None = None
    verdict: Verdict | None = None


class Files(Part):
    """Hashes of the tables, by file name."""

    items: Sha256 = Field(alias="items.csv")
    outputs: Sha256 = Field(alias="outputs.csv")
    stimuli: Sha256 = Field(alias="stimuli.csv")


class Manifest(Part):
    """What the bundle is, and the hash of everything."""

    schema_version: Literal[1]
    name: Name
    dataset: Dataset
    labels: tuple[Text, ...]
    models: tuple[ModelEntry, ...]
    explainers: tuple[ExplainerEntry, ...]
    checks: tuple[Check, ...]
    packages: dict[str, str]
    device: Text
    recipe: dict[str, Any]
    files: Files
    sha256: Sha256


def parse(text: str) -> tuple[Manifest | None, list[Fault]]:
    """The manifest if it can be read, and its faults."""
    try:
        raw = strict_json.parse(text)
    except ValueError as error:
        return None, [Fault(FILE, f"is not readable as JSON: {error}", row=getattr(error, "lineno", None))]
    if not isinstance(raw, dict):
        return None, [Fault(FILE, "is not an object", allowed="a JSON object { … }")]
    version = raw.get("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        message = f"is {version!r}, which this reader does not know" if version is not None else "is missing"
        return None, [Fault(FILE, message, field="schema_version", allowed=str(SCHEMA_VERSION))]
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        return None, list(_told(error))
    return manifest, list(_own_faults(manifest, raw))


def _told(error: ValidationError) -> Iterator[Fault]:
    for one in error.errors():
        field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in one["loc"]).lstrip(
            "."
        )
        if one["type"] == "missing":
            yield Fault(FILE, "is missing", field=field)
        elif one["type"] == "extra_forbidden":
            yield Fault(FILE, "is not a field of the manifest", field=field)
        elif one["type"] == "string_pattern_mismatch":
            asked = "64 hex digits" if one["ctx"]["pattern"] != NAME else NAME_IN_WORDS
            yield Fault(FILE, f"is {one['input']!r}", field=field, allowed=asked)
        else:
            yield Fault(
                FILE, f"is {_short(one['input'])}: {one['msg'][:1].lower()}{one['msg'][1:]}", field=field
            )


def _own_faults(manifest: Manifest, raw: dict[str, Any]) -> Iterator[Fault]:
    named = {
        "labels": manifest.labels,
        "models": [model.name for model in manifest.models],
        "explainers": [explainer.name for explainer in manifest.explainers],
    }
    for field, names in named.items():
        for name, count in Counter(names).items():
            if count > 1:
                yield Fault(FILE, f'holds "{name}" {count} times', field=field, allowed="each name once")
    for number, explainer in enumerate(manifest.explainers):
        if len(set(explainer.parts)) < len(explainer.parts):
            yield Fault(FILE, "holds a part twice", field=f"explainers[{number}].parts")
    for number, check in enumerate(manifest.checks):
        for kind, about in (("model", check.model), ("explainer", check.explainer)):
            if about is not None and about not in named[f"{kind}s"]:
                field, allowed = f"checks[{number}].{kind}", f"null, {known(named[f'{kind}s'])}"
                yield Fault(
                    FILE, f'names {kind} "{about}", which is not listed', field=field, allowed=allowed
                )
        yield from _interval_faults(number, check)
    if (found := strict_json.identity(raw)) != manifest.sha256:
        message = (
            f"says {manifest.sha256[:12]}…, but the manifest's content has {found[:12]}…: it was altered"
        )
        yield Fault(FILE, message, field="sha256")


def _interval_faults(number: int, check: Check) -> Iterator[Fault]:
    low, high = check.low, check.high
    if low is None and high is None:
        return
    if low is None or high is None or not low <= check.value <= high:
        ends = f"is {low} and {high} for value {check.value}"
        yield Fault(FILE, ends, field=f"checks[{number}].low, high", allowed="neither, or low ≤ value ≤ high")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
