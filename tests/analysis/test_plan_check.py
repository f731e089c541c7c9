"""A plan that the report could not execute is found before launch."""

from __future__ import annotations

from analysis.plan_check import plan_faults
from protocol.schema.plan import Exclusion, Plan


def exclusion(filter_name: str, **options: float) -> Exclusion:
    return Exclusion(name="rule", kind="process", filter=filter_name, options=options)


def test_a_plan_that_can_be_executed_has_no_faults() -> None:
    assert list(plan_faults(Plan(reference="a", exclusions=[exclusion("too-fast", minimum=1000)]))) == []


def test_an_unknown_outcome_filter_or_option_is_told_with_what_is_known() -> None:
    rules = [exclusion("asleep"), exclusion("too-fast"), exclusion("at-chance", chance=0.1, luck=1)]
    faults = list(plan_faults(Plan(reference="a", outcome="happiness", exclusions=rules)))
    assert [path for path, _ in faults] == [
        ("analysis", "outcome"),
        ("analysis", "exclusions", 0),
        ("analysis", "exclusions", 1),
        ("analysis", "exclusions", 2),
    ]
    for (_, message), word in zip(
        faults,
        ("simulation-accuracy", "Known ones: at-chance", "needs the option 'minimum'", "no option 'luck'"),
        strict=True,
    ):
        assert word in message
