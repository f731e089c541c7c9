"""Does a protocol fit its bundle, and may it be launched?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from protocol.errors import Problem
from protocol.lines import Lines
from protocol.schema import Protocol
from protocol.schema.phases import Example, Instructions, Learning, Page, Practice, Test, Tutorial
from protocol.schema.study import Arm

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class BundleFacts:
    """What a protocol needs to know of a bundle."""

    explainers: Mapping[str, str]  # name → whether it reveals the output: yes, partly, no
    models: Collection[str]
    labels: Sequence[str]  # empty for regression
    strata: Sequence[
        Mapping[str, str]
    ]  # one per item in the bundle's order: `item` and its strata, e.g. `pool`
    outputs: Mapping[tuple[str, str], str]  # (item, model) → output
    truths: Mapping[str, str]  # item → truth
    stimuli: AbstractSet[tuple[str, str, str]]  # (item, explainer, target); the explainer of an input is ""
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)  # explainer → parts it makes

    def items(self, strata: Mapping[str, str]) -> list[str]:
        """Return the items whose strata all match, in the bundle's order."""
        return [
            row["item"]
            for row in self.strata
            if all(row.get(name) == value for name, value in strata.items())
        ]


@dataclass(frozen=True)
class _Use:
    """The items that one place of the protocol may show."""

    kind: str  # practice, learning, test or tutorial
    where: str
    at: Place
    items: list[str]
    model: str
    explained: bool
    arms: Sequence[Arm]


def check_against_bundle(protocol: Protocol, facts: BundleFacts, lines: Lines | None = None) -> list[Problem]:
    """Return what the bundle cannot give that the protocol asks for, in the order of the lines."""
    lines = lines or Lines()
    uses = _uses(protocol, facts)
    found = [
        *_arms(protocol, facts, lines),
        *_models(protocol, facts, lines),
        *_counts(protocol, facts, lines),
        *_choices(protocol, facts, lines),
        *_overlaps(uses, lines),
        *_absent(uses, facts, lines),
    ]
    return sorted(found, key=lambda problem: problem.line or 0)


def ready_to_launch(protocol: Protocol, lines: Lines | None = None) -> list[Problem]:
    """Return what keeps a protocol from being launched: no target n, or no reason for it."""
    lines = lines or Lines()
    found = []
    if protocol.analysis.target_n_per_arm is None:
        message = (
            "analysis.target_n_per_arm is missing. Write how many people each arm needs, "
            'e.g. "target_n_per_arm: 80".'
        )
        found.append(lines.problem(message, "analysis"))
    if protocol.analysis.power is None and not protocol.analysis.power_reason.strip():
        message = (
            "analysis.power and analysis.power_reason are both missing. Write the result of a power analysis "
            "under power (power, effect, method), or under power_reason why the target n is what it is."
        )
        found.append(lines.problem(message, "analysis"))
    return found


def unknown_explainer(arm: str, explainer: str, known: Collection[str], lines: Lines, number: int) -> Problem:
    """Return the problem of an arm (the `number`th, from 0) with an explainer that is not there."""
    message = f'arm "{arm}" names explainer "{explainer}". Known ones: {", ".join(sorted(known))}.'
    return lines.problem(message, "arms", number, "explainer")


def _arms(protocol: Protocol, facts: BundleFacts, lines: Lines) -> Iterator[Problem]:
    known = ", ".join(sorted(facts.explainers))
    for number, arm in enumerate(protocol.arms):
        if arm.explainer != "none" and arm.explainer not in facts.explainers:
            yield unknown_explainer(arm.name, arm.explainer, facts.explainers, lines, number)
        elif protocol.explanation_at_test == "shown" and facts.explainers.get(arm.explainer) == "yes":
            shown = f'explanation_at_test is "shown", but explainer "{arm.explainer}" of arm "{arm.name}"'
            message = (
                f"{shown} reveals the output: it would be read, not understood. "
                'Use "explanation_at_test: none" or another explainer.'
            )
            yield lines.problem(message, "explanation_at_test")
        label = arm.target.removeprefix("class:")
        if arm.target != label and label not in facts.labels:
            message = (
                f'arm "{arm.name}" explains class "{label}". Labels: {", ".join(facts.labels) or "none"}.'
            )
            yield lines.problem(message, "arms", number, "target")
    for name in protocol.displays:
        if name not in facts.explainers:
            yield lines.problem(f'displays names explainer "{name}". Known ones: {known}.', "displays", name)


def _models(protocol: Protocol, facts: BundleFacts, lines: Lines) -> Iterator[Problem]:
    named: list[tuple[str | None, Place]] = [(protocol.model, ("model",))]
    for number, phase in enumerate(protocol.phases):
        if isinstance(phase, (Practice, Test)):
            named.append((phase.task.model, ("phases", number, "task", "model")))
            named.append((phase.task.compared_model, ("phases", number, "task", "compared_model")))
        elif isinstance(phase, Learning):
            named.append((phase.model, ("phases", number, "model")))
    for model, at in named:
        if model is not None and model not in facts.models:
            yield lines.problem(
                f'{at[-1]} is "{model}". Models of the bundle: {", ".join(sorted(facts.models))}.', *at
            )


def _counts(protocol: Protocol, facts: BundleFacts, lines: Lines) -> Iterator[Problem]:
    for number, phase in enumerate(protocol.phases):
        if isinstance(phase, (Practice, Learning, Test)):
            strata = phase.items.strata
            if len(facts.items(strata)) < phase.items.count:
                asked = f"phase {number + 1} ({phase.kind}) asks for {phase.items.count} items"
                message = f"{asked} with {_there_are(strata, facts)}"
                yield lines.problem(message, "phases", number, "items", "count")
    for example, where, at, _ in examples(protocol):
        if len(facts.items(example.strata)) < example.number:
            message = f"{where} shows item number {example.number} with {_there_are(example.strata, facts)}"
            yield lines.problem(message, *at, "number")


def _choices(protocol: Protocol, facts: BundleFacts, lines: Lines) -> Iterator[Problem]:
    """Yield answers that are no label, and labels that the model says but nobody can answer."""
    for number, phase in enumerate(protocol.phases):
        choices = phase.task.options.get("choices") if isinstance(phase, (Practice, Test)) else None
        if not isinstance(phase, (Practice, Test)) or not isinstance(choices, list):
            continue
        at = ("phases", number, "task", "options", "choices")
        where = f"phase {number + 1} ({phase.kind})"
        if unknown := [choice for choice in choices if choice not in facts.labels]:
            message = (
                f"{where} offers the choices {', '.join(unknown)}, which are no labels. "
                f"Labels: {', '.join(facts.labels)}."
            )
            yield lines.problem(message, *at)
        model = phase.task.model or protocol.model
        said = {facts.outputs.get((item, model), "") for item in facts.items(phase.items.strata)} - {""}
        if absent := sorted(said - set(choices)):
            yield lines.problem(
                f"{where} has no choice for {', '.join(absent)}, which the model says of its items.", *at
            )


def _uses(protocol: Protocol, facts: BundleFacts) -> list[_Use]:
    uses = []
    for number, phase in enumerate(protocol.phases):
        if isinstance(phase, (Practice, Learning, Test)):
            if isinstance(phase, Learning):
                model, explained = phase.model, True
            elif isinstance(phase, Practice):
                model, explained = phase.task.model, phase.explanation
            else:
                model, explained = phase.task.model, protocol.explanation_at_test == "shown"
            where = f"phase {number + 1} ({phase.kind})"
            at: Place = ("phases", number, "items")
            items = facts.items(phase.items.strata)
            uses.append(_Use(phase.kind, where, at, items, model or protocol.model, explained, protocol.arms))
    for example, where, at, arms in examples(protocol):
        items = facts.items(example.strata)[example.number - 1 : example.number]
        uses.append(_Use("tutorial", where, at, items, protocol.model, example.explanation, arms))
    return uses


def _overlaps(uses: Sequence[_Use], lines: Lines) -> Iterator[Problem]:
    """Yield items that could be learned in one place and asked in another."""
    for number, use in enumerate(uses):
        for earlier in uses[:number]:
            before = set(earlier.items)
            both = [item for item in use.items if item in before]
            if both and use.kind != earlier.kind:
                message = (
                    f"{use.where} and {earlier.where} may show the same items: {_some(both)}. "
                    "Give them different strata."
                )
                yield lines.problem(message, *use.at)


def _absent(uses: Sequence[_Use], facts: BundleFacts, lines: Lines) -> Iterator[Problem]:
    """Yield outputs, truths, inputs and explanations that a place needs and the bundle lacks."""
    inputs = {item for item, explainer, _ in facts.stimuli if not explainer}
    for use in uses:
        needed = {
            f'output of model "{use.model}"': [
                i for i in use.items if use.model in facts.models and (i, use.model) not in facts.outputs
            ],
            "input to show": [item for item in use.items if item not in inputs],
        }
        if use.kind != "test":
            needed["truth"] = [item for item in use.items if not facts.truths.get(item)]
        for arm in use.arms if use.explained else ():
            if arm.explainer in facts.explainers:
                what = f'explanation for arm "{arm.name}" (explainer {arm.explainer}, target {arm.target})'
                needed[what] = [
                    item for item in use.items if (item, arm.explainer, arm.target) not in facts.stimuli
                ]
        for what, items in needed.items():
            if items:
                yield lines.problem(
                    f"the bundle has no {what} of items that {use.where} may show: {_some(items)}.", *use.at
                )


def examples(protocol: Protocol) -> Iterator[tuple[Example, str, Place, Sequence[Arm]]]:
    """Yield each worked example with where it stands and the arms that see it."""
    for number, phase in enumerate(protocol.phases):
        pages: list[tuple[Page, Place, Sequence[Arm]]] = []
        if isinstance(phase, Instructions):
            pages = [
                (page, ("phases", number, "pages", place), protocol.arms)
                for place, page in enumerate(phase.pages)
            ]
        elif isinstance(phase, Tutorial):
            for name, tutorial in phase.arms.items():
                at: Place = ("phases", number, "arms", name, "pages")
                pages += [
                    (page, (*at, place), [protocol.arm(name)]) for place, page in enumerate(tutorial.pages)
                ]
        elif isinstance(phase, (Learning, Test)) and phase.intro:
            pages = [(phase.intro, ("phases", number, "intro"), protocol.arms)]
        for page, where, arms in pages:
            if page.example:
                yield page.example, f'the example on page "{page.title}"', (*where, "example"), arms


def _there_are(strata: Mapping[str, str], facts: BundleFacts) -> str:
    """Return how many items have these strata, and the values there are where none has."""
    asked = ", ".join(f"{name}: {value}" for name, value in strata.items()) or "any strata"
    there = len(facts.items(strata))
    told = f"{asked}; the bundle has {there}."
    for name in strata if not there else ():
        values = sorted({row[name] for row in facts.strata if row.get(name)})
        told += f" Known values of {name}: {', '.join(values) or 'none'}."
    return told


def _some(items: Sequence[str]) -> str:
    """Return the first few items and how many more there are."""
    return ", ".join(items[:3]) + (f" and {len(items) - 3} more" if len(items) > 3 else "")
