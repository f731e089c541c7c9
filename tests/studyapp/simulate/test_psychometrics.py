"""The planted parameters: what is allowed, and what arms they name."""

from __future__ import annotations

import math

import pytest

from studyapp.errors import StudyError
from studyapp.simulate.psychometrics import Psychometrics, inverse_logit, logit


def test_an_effect_on_an_unknown_arm_is_refused_with_the_arms_that_are_there() -> None:
    with pytest.raises(
        StudyError, match=r"An effect names the unknown arm 'exmples'\. Arms: control, examples\."
    ):
        Psychometrics(effects={"exmples": 0.8}).for_arms(["control", "examples"])


def test_a_hazard_of_an_unknown_arm_is_refused() -> None:
    with pytest.raises(StudyError, match="A drop-out hazard names the unknown arm 'nobody'"):
        Psychometrics(drop_outs={"nobody": 0.1}).for_arms(["control"])


def test_arms_that_are_not_named_have_no_effect_and_the_common_hazard() -> None:
    planted = Psychometrics(effects={"map": 1}, drop_out=0.01, drop_outs={"map": 0.2}).for_arms(
        ["control", "map"]
    )
    assert planted.effects == {"control": 0.0, "map": 1.0}
    assert planted.drop_outs == {"control": 0.01, "map": 0.2}


@pytest.mark.parametrize(
    "given",
    [
        {"inattentive": 1.2},
        {"inattentive": 0.6, "guessing": 0.6},
        {"ability_sd": -1.0},
        {"trial_ms": math.inf},
        {"effects": {"map": math.nan}},
        {"drop_outs": {"map": 2.0}},
        {"decline": math.nan},
        {"intercept": math.inf},
    ],
)
def test_parameters_that_cannot_be_are_refused(given: dict) -> None:
    with pytest.raises(StudyError, match="is needed"):
        Psychometrics(**given)


def test_the_fingerprint_tells_parameters_apart() -> None:
    assert Psychometrics().fingerprint() == Psychometrics().fingerprint()
    assert Psychometrics().fingerprint() != Psychometrics(item_sd=0.7).fingerprint()


def test_logit_and_its_inverse() -> None:
    assert inverse_logit(0) == 0.5
    assert inverse_logit(-800) == 0.0
    assert inverse_logit(800) == 1.0
    assert inverse_logit(logit(0.1)) == pytest.approx(0.1)
