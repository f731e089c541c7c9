"""A plan that the report could not execute is found before launch."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.plan_check import plan_faults
from tests.analysis.exports import make_protocol


def exclusion(filter_name: str, **options: Any) -> dict[str, Any]:
    return {"name": "rule", "kind": "process", "filter": filter_name, "options": options}


def faults(**plan: Any) -> list[tuple[tuple[str | int, ...], str]]:
    return list(plan_faults(make_protocol(**plan)))


def test_a_plan_that_can_be_executed_has_no_faults() -> None:
    covariates = ["attention_passed", "position", "stratum_difficulty"]
    assert faults(exclusions=[exclusion("too-fast", minimum=1000)], covariates=covariates) == []


def test_an_unknown_outcome_filter_or_option_is_told_with_what_is_known() -> None:
    rules = [exclusion("asleep"), exclusion("too-fast"), exclusion("at-chance", chance=0.1, luck=1)]
    found = faults(outcome="happiness", exclusions=rules)
    assert [path for path, _ in found] == [
        ("analysis", "outcome"),
        ("analysis", "exclusions", 0),
        ("analysis", "exclusions", 1),
        ("analysis", "exclusions", 2),
    ]
    for (_, message), word in zip(
        found,
        ("simulation-accuracy", "Known ones: at-chance", "needs the option 'minimum'", "no option 'luck'"),
        strict=True,
    ):
        assert word in message


@pytest.mark.parametrize("phase", ["exam", "gate", "practice"])
def test_a_phase_without_trials_in_this_protocol_is_a_fault(phase: str) -> None:
    assert faults(phase=phase) == [
        (("analysis", "phase"), f"no phase with trials is called {phase!r}. Known ones: test.")
    ]


@pytest.mark.parametrize("name", ["age", "truth", "arrived_at"])
def test_a_covariate_that_no_export_has_as_a_number_is_a_fault(name: str) -> None:
    ((path, message),) = faults(covariates=["position", name])
    assert path == ("analysis", "covariates", 1)
    assert repr(name) in message
    assert "gate_attempts" in message
    assert "stratum_" in message


@pytest.mark.parametrize("value", ["soon", True])
def test_an_option_of_the_wrong_type_is_a_fault(value: Any) -> None:
    ((_, message),) = faults(exclusions=[exclusion("too-fast", minimum=value)])
    assert message == f"exclusion 'rule': Filter 'too-fast', option 'minimum': {value!r} is no number."


def test_random_effects_of_what_the_model_does_not_have_are_faults() -> None:
    effects = {"participant": "1", "item": "1 + arm"}
    assert faults(random_effects=effects) == [
        (
            ("analysis", "random_effects", "item"),
            "no variable of the model is called 'arm'. Known ones: condition.",
        )
    ]
    (path, _) = faults(random_effects={"participant": "1 +", "item": "1"})[0]
    assert path == ("analysis", "random_effects", "participant")


def test_a_baseline_phase_a_condition_and_a_metric_that_are_not_there_are_faults() -> None:
    found = faults(baseline_phase="before", exposure="condition", secondary=["brier", "joy"])
    assert [path for path, _ in found] == [
        ("analysis", "baseline_phase"),
        ("analysis", "exposure"),
        ("analysis", "secondary", 1),
    ]


def test_a_margin_of_inferiority_needs_an_outcome_with_a_better_direction() -> None:
    assert faults(outcome="log-response-time", non_inferiority_margin=0.1) == []
    ((path, message),) = faults(outcome="switch", non_inferiority_margin=0.1)
    assert path == ("analysis", "non_inferiority_margin")
    assert "neither higher nor lower values are better" in message


def test_an_outcome_that_the_task_never_records_is_a_fault() -> None:
    ((path, message),) = faults(outcome="weight-of-advice")
    assert path == ("analysis", "outcome")
    assert "first_number, final_number, which the task forward-simulation does not record" in message


def test_a_trend_without_a_score_for_each_arm_is_a_fault() -> None:
    ((path, message),) = faults(contrasts="trend", scores={"control": 0, "saliency": 1})
    assert path == ("analysis", "scores")
    assert message.startswith("scores lack grad-cam, nearest, placebo")
