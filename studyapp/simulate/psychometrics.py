"""What is planted in virtual participants: a logistic model of right answers, and everything around it.

The probability that an attentive person p of arm a foretells item i is

    logit P = intercept + wrong_shift · [the model errs on i] + ability_p − difficulty_i
              + effect_a + person_effect_p + item_effect_ai

where ability, difficulty and the last two terms are normal with mean 0. The last two stand for an explanation
that helps some people and some items more than others; they are there in every arm but the reference, also
where the arm's effect is 0. Inattentive and guessing people answer at chance. Whether someone declines, fails
the gate or drops out depends on none of this, so that it changes who answers and not what the true means are.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from protocol import canonical_json
from studyapp.errors import StudyError


@dataclass(frozen=True)
class Psychometrics:
    """Every planted parameter. Shares lie in [0, 1]; what is on the logit scale says so."""

    intercept: float = 1.2
    """Logit of a right answer of the average person to the average item that the model gets right."""
    wrong_shift: float = -2.2
    """Added (logit) where the model errs: most people then say the truth."""
    ability_sd: float = 0.6
    item_sd: float = 0.8
    effects: Mapping[str, float] = field(default_factory=dict)
    """Effect of each arm (logit); 0 for an arm that is not named."""
    effect_person_sd: float = 0.3
    effect_item_sd: float = 0.4
    lure: float = 0.8
    """Share of wrong answers that say the truth where the model errs."""
    overconfidence: float = 0.3
    """Added (logit) to the probability of being right before it is stated."""
    confidence_sd: float = 0.7
    inattentive: float = 0.03
    guessing: float = 0.02
    decline: float = 0.02
    gate_failure: float = 0.03
    gate_slip: float = 0.1
    """Share of those who pass the gate that need another attempt."""
    check_failure: float = 0.1
    drop_out: float = 0.0005
    """Hazard per page after allocation."""
    drop_outs: Mapping[str, float] = field(default_factory=dict)
    """Hazard per page of single arms, instead of `drop_out`."""
    says_goodbye: float = 0.3
    """Share of those who drop out that press the button for it; the others close the page."""
    trial_ms: float = 6000.0
    """Median time of a trial. Times are log-normal; their SDs are on the log scale."""
    time_person_sd: float = 0.35
    time_item_sd: float = 0.15
    time_sd: float = 0.4
    looks_away: float = 0.03
    ratings: Mapping[str, float] = field(default_factory=dict)
    """Shift of an arm's ratings, in standard deviations of a single rating."""
    rating_person_sd: float = 0.7
    skips_question: float = 0.08
    """Share of optional questions that are left open."""

    def __post_init__(self) -> None:
        for name in _SHARES:
            _require(0 <= getattr(self, name) <= 1, name, getattr(self, name), "a number from 0 to 1")
        for name in _NOT_NEGATIVE:
            value = getattr(self, name)
            _require(0 <= value < math.inf, name, value, "a number of at least 0")
        for arm, hazard in self.drop_outs.items():
            _require(0 <= hazard <= 1, f"drop_outs of {arm}", hazard, "a number from 0 to 1")
        for kind, by_arm in (("effect", self.effects), ("rating", self.ratings)):
            for arm, value in by_arm.items():
                _require(math.isfinite(value), f"{kind} of {arm}", value, "a number")
        _require(self.junk <= 1, "inattentive + guessing", self.junk, "at most 1")
        _require(math.isfinite(self.intercept + self.wrong_shift), "intercept", self.intercept, "a number")

    @property
    def junk(self) -> float:
        """Share of people who answer at chance."""
        return self.inattentive + self.guessing

    def effect(self, arm: str) -> float:
        return self.effects.get(arm, 0.0)

    def hazard(self, arm: str) -> float:
        return self.drop_outs.get(arm, self.drop_out)

    def for_arms(self, arms: Sequence[str]) -> Psychometrics:
        """Return itself, with every arm named; StudyError when a parameter names an arm that is not there."""
        for name in ("effects", "drop_outs", "ratings"):
            for arm in getattr(self, name):
                if arm not in arms:
                    raise StudyError(
                        f"{_OPTIONS[name]} names the unknown arm {arm!r}. Arms: {', '.join(arms)}."
                    )
        return replace(
            self,
            effects={arm: float(self.effect(arm)) for arm in arms},
            drop_outs={arm: float(self.hazard(arm)) for arm in arms},
            ratings={arm: float(self.ratings.get(arm, 0.0)) for arm in arms},
        )

    def told(self) -> dict[str, Any]:
        """Return every parameter as JSON can hold it."""
        return asdict(self)

    def fingerprint(self) -> str:
        """Return eight hex digits that differ where any parameter does."""
        return hashlib.sha256(canonical_json(self.told())).hexdigest()[:8]


_SHARES = (
    "lure",
    "inattentive",
    "guessing",
    "decline",
    "gate_failure",
    "gate_slip",
    "check_failure",
    "drop_out",
    "says_goodbye",
    "looks_away",
    "skips_question",
)
_NOT_NEGATIVE = (
    "ability_sd",
    "item_sd",
    "effect_person_sd",
    "effect_item_sd",
    "confidence_sd",
    "trial_ms",
    "time_person_sd",
    "time_item_sd",
    "time_sd",
    "rating_person_sd",
)
_OPTIONS = {"effects": "An effect", "drop_outs": "A drop-out hazard", "ratings": "A shift of ratings"}


def inverse_logit(x: float) -> float:
    """Return the probability whose logit is `x`, for any size of `x`."""
    if x < 0:
        return math.exp(x) / (1 + math.exp(x))
    return 1 / (1 + math.exp(-x))


def logit(p: float) -> float:
    """Return the logit of a probability strictly between 0 and 1."""
    return math.log(p / (1 - p))


def _require(holds: bool, name: str, value: object, allowed: str) -> None:
    if not holds:
        raise StudyError(f"{name} is {value!r}; {allowed} is needed.")
