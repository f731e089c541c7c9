"""Several explanations at once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

from pydantic import ConfigDict

from ..base import EVERY_KIND, Context, Explainer, Question, Reveals, Shown
from ..draws import small_seed
from ..errors import BadParameters, ExplainersError, Steps, Wrong
from ..registry import get_explainer
from ..rendering.base import Drawer
from .wrapping import tell

HOW_MUCH = ("no", "partly", "yes")


@dataclass(frozen=True)
class Member:
    """One of the explainers: its name in the registry, its parameters, and what its parts are called after.

    `called` is the method's name where it is empty; two members of one method need names of their own.
    """

    method: str
    parameters: dict[str, Any] = field(default_factory=dict)
    called: str = ""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")  # a misspelt key is an error

    @property
    def prefix(self) -> str:
        return self.called or self.method


@dataclass(frozen=True)
class Composite(Explainer):
    """Several explainers' answers to one question, in the order of `members`.

    A part is called after its member: `saliency-map`. Each member draws from a seed of its own, so that
    none of them changes when another is added. It serves the data that all members serve and reveals as
    much as the most revealing one.
    Source: the combined explanations of Hase and Bansal (2020), "Evaluating Explainable AI: Which
    Algorithmic Explanations Help Users Predict Model Behavior?".
    """

    members: tuple[Member, ...]

    name: ClassVar[str] = "composite"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "After Hase and Bansal (2020), Evaluating Explainable AI: Which Algorithmic Explanations Help Users "
        "Predict Model Behavior?, ACL"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-specific",
        "form": "composite",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "yes"
    is_random: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if len(self.members) < 2:
            raise BadParameters(f"composite has {len(self.members)} members. Allowed: two or more.")
        twice = [prefix for prefix, count in Counter(self._prefixes).items() if count > 1]
        if twice:
            raise BadParameters(
                f'composite: two members are called "{twice[0]}". Give each a name of its own with `called`.'
            )
        built = self.explainers
        tell(
            self,
            data_kinds=self._shared([explainer.data_kinds for explainer in built], "kind of data"),
            item_kinds=self._shared([explainer.item_kinds for explainer in built], "kind of item"),
            reveals_output=max((explainer.reveals_output for explainer in built), key=HOW_MUCH.index),
            is_random=any(explainer.is_random for explainer in built),
            taxonomy=_together([explainer.taxonomy for explainer in built]),
        )

    @cached_property
    def explainers(self) -> tuple[Explainer, ...]:
        """The members, built."""
        return tuple(_built(place, member) for place, member in enumerate(self.members))

    @property
    def parts(self) -> tuple[str, ...]:
        members = zip(self._prefixes, self.explainers, strict=True)
        return tuple(f"{prefix}-{part}" for prefix, explainer in members for part in explainer.parts)

    @property
    def parameters(self) -> dict[str, Any]:
        told = zip(self.members, self.explainers, strict=True)
        return {
            "members": [
                {"method": member.method, "parameters": explainer.parameters, "called": member.called}
                for member, explainer in told
            ]
        }

    def normalisation(self, drawer: Drawer) -> str:
        members = zip(self._prefixes, self.explainers, strict=True)
        return " ".join(f"{prefix}: {explainer.normalisation(drawer)}" for prefix, explainer in members)

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        members = zip(self._prefixes, self.explainers, strict=True)
        answers = [_answers(prefix, explainer, questions, context) for prefix, explainer in members]
        for answer in zip(*answers, strict=True):
            yield tuple(shown for of_member in answer for shown in of_member)

    @property
    def _prefixes(self) -> list[str]:
        return [member.prefix for member in self.members]

    def _shared(self, kinds: Sequence[tuple[str, ...]], what: str) -> tuple[str, ...]:
        shared = tuple(kind for kind in kinds[0] if all(kind in others for others in kinds))
        if not shared:
            told = "; ".join(
                f"{prefix}: {', '.join(own)}" for prefix, own in zip(self._prefixes, kinds, strict=True)
            )
            raise BadParameters(f"composite: no {what} is served by all members. {told}.")
        return shared


def _built(place: int, member: Member) -> Explainer:
    steps: Steps = ("members", place)
    try:
        return get_explainer(member.method, member.parameters)
    except BadParameters as error:
        wrong = error.wrong or (Wrong((), str(error)),)
        told = [Wrong((*steps, "parameters", *one.steps), f"composite: {one.message}") for one in wrong]
        raise BadParameters("\n".join(one.message for one in told), told) from error
    except ExplainersError as error:
        message = f"composite: {error}"
        raise BadParameters(message, [Wrong((*steps, "method"), message)]) from error


def _answers(
    prefix: str, explainer: Explainer, questions: Sequence[Question], context: Context
) -> Iterator[tuple[Shown, ...]]:
    own = replace(context, seed=small_seed(context.seed, "member", prefix))
    asked = [replace(q, seed=small_seed(q.seed, "member", prefix)) for q in questions]
    for answer in explainer.explain(asked, own):
        yield tuple(replace(shown, part=f"{prefix}-{shown.part}") for shown in answer)


def _together(taxonomies: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What can be said of all: intrinsic, global or model-agnostic only where each of them is."""
    shared = {"stage": "intrinsic", "scope": "global", "access": "model-agnostic"}
    otherwise = {"stage": "post-hoc", "scope": "local", "access": "model-specific"}
    return {
        key: value if all(one[key] == value for one in taxonomies) else otherwise[key]
        for key, value in shared.items()
    } | {"form": "composite"}
