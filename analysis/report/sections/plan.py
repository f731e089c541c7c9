"""What was planned, and what was changed since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.planned import Results
from analysis.report.section import Section
from analysis.report.words import listed, measure_of, percent
from protocol.schema.plan import Plan

HEADING = "What was planned"
FAMILIES = {"holm": "Holm’s correction over the contrasts", "none": "no correction"}


def plan(results: Results) -> Section:
    """Return the plan as a list, its hash, and amendments of the protocol."""
    study = results.study
    content = {
        "facts": _facts(results, study.plan),
        "exclusions": [_exclusion(rule) for rule in study.plan.exclusions],
        "sha256": study.versions[-1]["sha256"] if study.versions else "",
        "amendments": [_amendment(version) for version in study.versions[1:]],
        "has_protocol": bool(study.versions),
        "notes": study.notes,
    }
    return Section("plan", HEADING, content)


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
        ("Target per arm", f"{plan.target_n_per_arm:,} people" if plan.target_n_per_arm else "not given"),
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
