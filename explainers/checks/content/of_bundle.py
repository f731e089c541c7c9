"""The checks that need no model, for a bundle that anyone made; and the bundle with their scores."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ... import bundle as bundles
from ...bundle import Bundle, Check, Stimulus
from ..scores import Score
from . import measured
from .base import Explained, Part


def explained_in(bundle: Bundle) -> Iterator[Explained]:
    """Explanations of each explainer, model and target of a bundle."""
    outputs = {(output.item, output.model): output.output for output in bundle.outputs}
    kept: dict[tuple[str, str, str], dict[str, list[Stimulus]]] = {}
    plain: dict[str, list[Stimulus]] = {}
    for stimulus in bundle.stimuli:
        if not stimulus.explainer:
            plain.setdefault(stimulus.item, []).append(stimulus)
        elif (stimulus.item, stimulus.model) in outputs:
            group = kept.setdefault((stimulus.explainer, stimulus.model, stimulus.target), {})
            group.setdefault(stimulus.item, []).append(stimulus)
    reveals = {entry.name: entry.reveals_output for entry in bundle.manifest.explainers}
    numeric = {model.name for model in bundle.manifest.models if model.output != "class"}
    for (explainer, model, target), stimuli in kept.items():
        yield Explained(
            explainer=explainer,
            model=model,
            target=target,
            reveals_output=reveals[explainer],
            items=list(stimuli),
            outputs=[outputs[item, model] for item in stimuli],
            labels=() if model in numeric else bundle.manifest.labels,
            parts_of=lambda item, stimuli=stimuli: _parts(bundle, stimuli[item]),  # type: ignore[misc]
            input_of=lambda item: _parts(bundle, plain.get(item, [])),
        )


def with_scores(bundle: Bundle, out: Path) -> Bundle:
    """Write the bundle anew to `out`, with what can be measured without its models.

    Checks and scores of the same name are replaced; others stay.
    """
    entries = list(measured(explained_in(bundle)))
    checks = [entry for entry in entries if isinstance(entry, Check)]
    scores: dict[tuple[str, ...], dict[str, float]] = {}
    for entry in entries:
        if isinstance(entry, Score):
            scores.setdefault(tuple(entry[:4]), {})[entry.name] = entry.value
    new = {_subject_of(check) for check in checks}
    kept = [one for one in bundle.manifest.checks if _subject_of(one) not in new]
    fields = bundle.manifest.model_dump(mode="json", by_alias=True)
    fields |= {"checks": [check.model_dump() for check in (*kept, *checks)]}
    for name in ("schema_version", "files", "sha256"):
        del fields[name]
    stimuli = (
        (
            replace(
                one, checks={**one.checks, **scores.get((one.explainer, one.model, one.target, one.item), {})}
            ),
            bundle.path(one).read_bytes(),
        )
        for one in bundle.stimuli
    )
    return bundles.write(out, fields, bundle.items, bundle.outputs, stimuli)


def _subject_of(check: Check) -> tuple[str, str | None, str | None]:
    return check.name.split(" ")[0], check.explainer, check.model  # whatever target the name ends with


def _parts(bundle: Bundle, stimuli: list[Stimulus]) -> list[Part]:
    return [Part(one.caption, bundle.path(one).read_bytes()) for one in stimuli]
