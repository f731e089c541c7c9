"""The whole protocol of a study."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from protocol.schema.base import LANGUAGE, SLUG, TARGET, Broken, Name, Part, Text, twice
from protocol.schema.phases import BEFORE_ALLOCATION, Instructions, Phase, Ratings, Tutorial
from protocol.schema.plan import Plan

SCHEMA_VERSION = 1


class Arm(Part):
    """What a participant can be allocated to: an explainer of the bundle, or `none`."""

    name: Name
    label: Text = Field(description="For researchers and the report; participants never see it.")
    explainer: Name = "none"
    target: str = Field(default="predicted", pattern=TARGET)
    weight: int = Field(default=1, ge=1, le=20)


class Legend(Part):
    """The scale below a map; one for all arms, so that only the map differs."""

    low: Text = "little"
    high: Text = "much"
    text: Text


class ExplainerDisplay(Part):
    """How an explainer's parts are shown: a heading, and whether the colour scale stands below."""

    heading: Text
    legend: Legend | None = None


class AllocationPlan(Part):
    """How participants are allocated: seeded permuted blocks with a quota per arm."""

    method: Literal["permuted-blocks"] = "permuted-blocks"
    block_sizes: list[int] = Field(
        default_factory=list, description="Each a multiple of the arms' summed weights; drawn by the seed."
    )
    quota_per_arm: int | None = Field(
        default=None, ge=1, description="Places per unit of weight; the plan's target n unless given."
    )
    quotas: dict[Name, Annotated[int, Field(ge=0)]] = Field(
        default_factory=dict,
        description="Places of single arms instead of the common quota; 0 closes an arm.",
    )
    free_after_minutes: int = Field(
        90, ge=5, description="A place whose participant was silent for this long is given again."
    )


class Completion(Part):
    """Where participants go at the end."""

    recruiter: Literal["none", "prolific"] = "none"
    code: Text = Field(description="The completion code shown at the end.")
    screened_out_code: str = ""


class Protocol(Part):
    """One study's written plan."""

    schema_version: Literal[1] = 1
    study: str = Field(description="The study's slug: the name of its folder.", pattern=SLUG)
    title: Text
    description: str = ""
    language: str = Field(default="en", pattern=LANGUAGE)
    bundle: Text = Field(default="bundle", description="The bundle's folder, relative to the protocol.")
    model: Name = Field(description="The model that participants predict.")
    stimulus_alt: str = ""
    explanation_at_test: Literal["none", "shown", "original_only"] = "none"
    arms: list[Arm] = Field(min_length=1)
    displays: dict[Name, ExplainerDisplay] = Field(default_factory=dict, description="By explainer name.")
    input_heading: Text = "The picture"
    output_heading: Text = "The model said"
    truth_heading: Text = "It really is"
    allocation: AllocationPlan = AllocationPlan()
    reminder: str = Field(default="", description="Markdown behind 'Read the instructions again'.")
    phases: list[Phase] = Field(min_length=1)
    completion: Completion
    analysis: Plan

    @property
    def arm_names(self) -> list[str]:
        return [arm.name for arm in self.arms]

    def arm(self, name: str) -> Arm:
        """Return the arm called `name`; KeyError when there is none."""
        for arm in self.arms:
            if arm.name == name:
                return arm
        raise KeyError(name)

    @property
    def total_weight(self) -> int:
        return sum(arm.weight for arm in self.arms)

    @property
    def block_sizes(self) -> list[int]:
        """The block sizes that are drawn from; once and twice the arms' summed weights unless given."""
        return self.allocation.block_sizes or [self.total_weight, 2 * self.total_weight]

    @property
    def quota_per_arm(self) -> int | None:
        return self.allocation.quota_per_arm or self.analysis.target_n_per_arm

    def quota(self, name: str) -> int | None:
        """Return the places of the arm called `name`: None where there is no limit, 0 where it is closed."""
        if name in self.allocation.quotas:
            return self.allocation.quotas[name]
        return None if self.quota_per_arm is None else self.quota_per_arm * self.arm(name).weight

    def broken_rules(self) -> Iterator[Broken]:
        yield from twice("arms", self.arm_names, "arms", "name")
        for number, arm in enumerate(self.arms):
            if arm.explainer != "none" and arm.explainer not in self.displays:
                named = ", ".join(sorted(self.displays)) or "none"
                message = (
                    f'arm "{arm.name}" names explainer "{arm.explainer}", which displays does not have. '
                    f"It has: {named}. Mend the name, or give the explainer a heading there"
                )
                yield Broken(message, ("arms", number, "explainer"))
        yield from self._unknown_arms()
        for number, size in enumerate(self.allocation.block_sizes):
            if size <= 0 or size % self.total_weight:
                message = (
                    f"block size {size} is no multiple of {self.total_weight}, the sum of the arms' weights"
                )
                yield Broken(message, ("allocation", "block_sizes", number))
        yield from self._phases_out_of_place()

    def _unknown_arms(self) -> Iterator[Broken]:
        known = ", ".join(self.arm_names)
        named: list[tuple[str, tuple[str | int, ...]]] = [
            (self.analysis.reference, ("analysis", "reference"))
        ]
        named += [(arm, ("analysis", "scores", arm)) for arm in self.analysis.scores]
        for number, contrast in enumerate(self.analysis.planned):
            weights = ("analysis", "planned", number, "weights")
            named += [(arm, (*weights, arm)) for arm in contrast.weights]
        named += [(arm, ("allocation", "quotas", arm)) for arm in self.allocation.quotas]
        for number, phase in enumerate(self.phases):
            if isinstance(phase, Tutorial):
                named += [(arm, ("phases", number, "arms", arm)) for arm in phase.arms]
                if absent := [arm for arm in self.arm_names if arm not in phase.arms]:
                    yield Broken(
                        f"the tutorial has nothing for {', '.join(absent)}; each arm needs one",
                        ("phases", number, "arms"),
                    )
            if isinstance(phase, Ratings):
                for use, instrument in enumerate(phase.instruments):
                    at = ("phases", number, "instruments", use, "arms")
                    named += [(arm, (*at, place)) for place, arm in enumerate(instrument.arms or [])]
        for arm, where in named:
            if arm not in self.arm_names:
                yield Broken(f'{_field(where)} names the unknown arm "{arm}". Arms: {known}', where)

    def _phases_out_of_place(self) -> Iterator[Broken]:
        kinds = [phase.kind for phase in self.phases]
        for kind in ("consent", "gate", "allocation", "tutorial", "practice", "learning", "test", "debrief"):
            places = [number for number, other in enumerate(kinds) if other == kind]
            for again in places[1:]:
                yield Broken(f'"kind: {kind}" stands {len(places)} times; once is allowed', ("phases", again))
        if kinds[0] != "consent":
            yield Broken(f'the first phase is "kind: {kinds[0]}"; it must be "kind: consent"', ("phases", 0))
        if kinds[-1] != "debrief":
            yield Broken(
                f'the last phase is "kind: {kinds[-1]}"; it must be "kind: debrief"',
                ("phases", len(kinds) - 1),
            )
        if "allocation" not in kinds:
            yield Broken(
                'phases have no "kind: allocation", the place where an arm is drawn; one is needed',
                ("phases",),
            )
            return
        at = kinds.index("allocation")
        for number, phase in enumerate(self.phases):
            if phase.kind not in ("instructions", "allocation") and (phase.kind in BEFORE_ALLOCATION) != (
                number < at
            ):
                side = "before" if phase.kind in BEFORE_ALLOCATION else "after"
                yield Broken(f'"kind: {phase.kind}" must stand {side} "kind: allocation"', ("phases", number))
            if isinstance(phase, Instructions) and number < at:
                for place, page in enumerate(phase.pages):
                    if page.example and page.example.explanation:
                        message = (
                            'no arm is allocated yet on this page: its example needs "explanation: false"'
                        )
                        yield Broken(message, ("phases", number, "pages", place, "example"))
        if "gate" in kinds and kinds.index("gate") < at - 1:
            yield Broken(
                '"kind: gate" must stand just before "kind: allocation"', ("phases", kinds.index("gate"))
            )


def _field(where: tuple[str | int, ...]) -> str:
    """Return the field that a path ends in, as the author would say it."""
    if where[0] == "phases":
        return "the tutorial" if where[2] == "arms" else "an instrument"
    return ".".join(str(step) for step in where[:2])
