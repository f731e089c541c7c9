"""A study folder as a whole: can its protocol be run with its bundle by this server?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from explainers import bundle as bundles
from protocol import BundleFacts, ProtocolError, check_against_bundle, read_with_lines
from protocol.lines import Lines
from protocol.lines import Path as Place
from protocol.schema import Protocol
from protocol.schema.phases import Practice, TaskUse, Test
from studyapp.errors import StudyError, UnknownTask
from studyapp.tasks.registry import get_task

SERVED_AT_TEST = ("none", "shown")  # of `explanation_at_test`


class StudyFaults(StudyError):
    """A study folder cannot be used; `faults` lists all that was found."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class StudyFolder:
    """A study folder without faults: its protocol, not yet resolved, and its bundle."""

    protocol: Protocol
    lines: Lines
    bundle: bundles.Bundle


def read_folder(folder: Path) -> StudyFolder:
    """Read and check all of a study folder; StudyFaults lists every fault that was found."""
    try:
        protocol, lines = read_with_lines(folder / "protocol.yaml")
    except ProtocolError as error:
        raise StudyFaults([str(problem) for problem in error.problems]) from error
    place = folder / protocol.bundle
    try:
        bundle = bundles.read(place)
    except bundles.BundleError as error:
        raise StudyFaults(
            [f"{place}/{fault}" if fault.file != str(place) else str(fault) for fault in error.faults]
        ) from error
    problems = check_against_bundle(protocol, facts_of(bundle), lines)
    if faults := [str(problem) for problem in problems] or list(
        _beyond_the_protocol(protocol, bundle, lines)
    ):
        raise StudyFaults(faults)
    return StudyFolder(protocol, lines, bundle)


def facts_of(bundle: bundles.Bundle) -> BundleFacts:
    """Return what a protocol needs to know of its bundle."""
    return BundleFacts(
        explainers={explainer.name: explainer.reveals_output for explainer in bundle.manifest.explainers},
        models=[model.name for model in bundle.manifest.models],
        labels=bundle.manifest.labels,
        strata=[{**item.strata, "item": item.item} for item in bundle.items],
        outputs={(output.item, output.model): output.output for output in bundle.outputs},
        truths={item.item: item.truth for item in bundle.items},
        stimuli={(stimulus.item, stimulus.explainer, stimulus.target) for stimulus in bundle.stimuli},
        parts={explainer.name: explainer.parts for explainer in bundle.manifest.explainers},
    )


def accuracy_of(bundle: bundles.Bundle, model: str) -> float | None:
    """Return the share of right outputs that a model's card states, if it states one."""
    return next((entry.card.accuracy for entry in bundle.manifest.models if entry.name == model), None)


def _beyond_the_protocol(protocol: Protocol, bundle: bundles.Bundle, lines: Lines) -> Iterator[str]:
    """Yield what this server cannot do, although protocol and bundle agree."""
    if protocol.explanation_at_test not in SERVED_AT_TEST:
        message = (
            f'explanation_at_test is "{protocol.explanation_at_test}", which is not served so far. '
            f"Served: {', '.join(SERVED_AT_TEST)}."
        )
        yield str(lines.problem(message, "explanation_at_test"))
    for number, phase in enumerate(protocol.phases):
        if isinstance(phase, (Practice, Test)):
            yield from _beyond_the_task(phase.task, ("phases", number, "task"), lines)
    if protocol.analysis.items == "natural" and _no_natural_rate(protocol, bundle):
        message = (
            'analysis.items is "natural", but neither analysis.natural_error_rate nor the accuracy on the '
            f'card of model "{protocol.model}" is given. Write one of them, or "items: as-tested".'
        )
        yield str(lines.problem(message, "analysis", "items"))


def _beyond_the_task(use: TaskUse, at: Place, lines: Lines) -> Iterator[str]:
    """Yield what the task does not do: an option that nothing reads would be a promise that is not kept."""
    try:
        task = get_task(use.kind)
    except UnknownTask as error:
        yield str(lines.problem(str(error), *at, "kind"))
        return
    for name in use.options:
        if name not in task.options:
            known = ", ".join(sorted(task.options)) or "none"
            message = f'task {use.kind} takes no option "{name}". Its options: {known}.'
            yield str(lines.problem(message, *at, "options", name))
    if use.compared_model is not None and not task.compares_models:
        message = f'task {use.kind} compares no models; remove "compared_model: {use.compared_model}".'
        yield str(lines.problem(message, *at, "compared_model"))


def _no_natural_rate(protocol: Protocol, bundle: bundles.Bundle) -> bool:
    return protocol.analysis.natural_error_rate is None and accuracy_of(bundle, protocol.model) is None
