"""What was planned, and what was changed since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.planned import Results
from analysis.report.section import Section
from analysis.report.words import count, listed, measure_of, percent
from protocol.schema.plan import Plan

HEADING = "What was planned"
CLOSED = "closed"
FAMILIES = {"holm": "Holm’s correction over the contrasts", "none": "no correction"}


def plan(results: Results) -> Section:
    """Return the plan as a list, its hash, and amendments of the protocol."""
    study = results.study
    content = {
        "facts": _facts(results, study.plan),
        "exclusions": [_exclusion(rule) for rule in study.plan.exclusions],
        "sha256": study.versions[-1]["sha256"] if study.versions else "",
        "amendments": [_amendment(version) for version in study.versions[1:]],
        "deviations": deviations(results),
        "checked": listed(_checked(results)),
        "has_protocol": bool(study.versions),
        "notes": study.notes,
    }
    return Section("plan", HEADING, content)


def deviations(results: Results) -> list[str]:
    """Return each departure from the plan that the data themselves show, one sentence each."""
    study, target = results.study, results.study.plan.target_n_per_arm
    told = []
    if target:
        told += [
            f"{study.label(str(arm))}: {int(people):,} analysed, {abs(target - int(people)):,} "
            f"{'fewer' if people < target else 'more'} than the target of {target:,}."
            for arm, people in results.means["people"].items()
            if people != target
        ]
    if study.facts.get("status", CLOSED) != CLOSED:
        told.append(f"The study was not closed when it was exported; it was {study.facts['status']}.")
    if later := len(study.versions[1:]):
        told.append(f"The protocol was amended after launch, {count(later, 'time')}, as listed below.")
    return told


def _checked(results: Results) -> list[str]:
    """Return what `deviations` could look at, in words that hold where it found none."""
    study = results.study
    checks = {
        "every arm has its target": study.plan.target_n_per_arm,
        "the study was closed when it was exported": study.facts.get("status"),
        "the protocol was not amended": study.versions,
    }
    return [words for words, is_known in checks.items() if is_known]


def _target(results: Results) -> str:
    target, study = results.study.plan.target_n_per_arm, results.study
    people = [f"{study.label(str(arm))} {int(n):,}" for arm, n in results.means["people"].items()]
    return f"target {f'{target:,}' if target else 'not given'}, analysed {'; '.join(people)}"


def _facts(results: Results, plan: Plan) -> list[tuple[str, str]]:
    study, measure = results.study, measure_of(results.study)
    margin = f"±{measure.margin(plan.equivalence_margin)}" if plan.equivalence_margin else "none"
    rate = "not given" if plan.natural_error_rate is None else percent(plan.natural_error_rate)
    return [
        ("Outcome", f"{plan.outcome}, in the phase “{plan.phase}”"),
        ("Population", "everyone allocated with at least one trial in that phase"),
        ("Items", {"as-tested": "weighted as tested", "natural": "weighted as in natural use"}[plan.items]),
        ("Model’s natural error rate", rate),
        ("Contrasts", f"each arm against “{study.label(plan.reference)}”, {plan.sides}"),
        (
            "Level",
            f"alpha {plan.alpha:g}, {FAMILIES[plan.family]}",
        ),
        (
            "Equivalence margin",
            f"{margin}; the whole interval must lie within it" if plan.equivalence_margin else margin,
        ),
        ("Covariates", listed(plan.covariates) or "none"),
        (
            "Method",
            "linear model of the trial’s outcome, two-way cluster-robust t over participants and items",
        ),
        ("Missing data", "each answered trial counts; none is imputed"),
        ("People per arm", _target(results)),
        ("Power", _power(plan)),
        ("Stopping", "at the target, never by looking"),
        ("Seed of resampling", str(plan.seed)),
    ]


def _power(plan: Plan) -> str:
    if plan.power:
        return f"{plan.power.power:.0%} for {plan.power.effect} ({plan.power.method})".replace("%", " %")
    return plan.power_reason or "not given"


def _exclusion(rule: Any) -> str:
    options = ", ".join(f"{name} {value}" for name, value in rule.options.items())
    return f"{rule.name} ({rule.kind}, {rule.use}; {rule.filter}{': ' + options if options else ''})"


def _amendment(version: Mapping[str, Any]) -> dict[str, str]:
    return {
        "number": str(version["number"]),
        "at": str(version.get("created_at", ""))[:10],
        "reason": str(version.get("reason", "")) or "no reason given",
        "sha256": str(version["sha256"]),
    }
