"""The design, and what was planned."""

from __future__ import annotations

import re
from typing import Any

from analysis.planned import Results
from analysis.reading.study import Study
from analysis.report.section import Section
from analysis.report.words import Measure, count, listed, measure_of, percent
from protocol.plan_words import FAMILIES, contrasts_in_words, model_in_words
from protocol.schema.plan import Plan

HEADING = "Design and plan"


def plan(results: Results) -> Section:
    """Return what was compared and how, as the plan fixed it, with its hash."""
    study = results.study
    content = {
        "design": _design(results),
        "facts": _facts(results, study.plan),
        "exclusions": [_exclusion(rule) for rule in study.plan.exclusions],
        "sha256": study.versions[-1]["sha256"] if study.versions else "",
        "has_protocol": bool(study.versions),
    }
    return Section("plan", HEADING, content)


def _design(results: Results) -> list[tuple[str, str]]:
    """Return what people did, from the protocol; for a mapped table, what the table shows."""
    study, trials = results.study, results.trials
    arms = ", ".join(f"“{arm.label}”" for arm in study.arms)
    told = [("Compared", f"{count(len(study.arms), study.plan.exposure)}: {arms}")]
    each = trials.groupby("participant", sort=False)["item"].agg(["size", "nunique"])
    if len(each):
        low, high = int(each["size"].min()), int(each["size"].max())
        span = f"{low}" if low == high else f"{low} to {high}"
        told.append(("Trials", f"{span} for each person, {results.items:,} items in all"))
    protocol = study.protocol
    if protocol is None:
        return told
    names = {"none": "never shown at test", "shown": "shown at test", "original_only": "of the original only"}
    told += [
        ("Phases", ", ".join(phase.kind for phase in protocol.phases)),
        ("Explanation at test", names[protocol.explanation_at_test]),
        ("Model", protocol.model),
        (
            "Allocation",
            f"{protocol.allocation.method}, blocks of {listed([str(n) for n in protocol.block_sizes])}",
        ),
    ]
    return told


def _target(results: Results) -> str:
    target, study = results.study.plan.target_n_per_arm, results.study
    people = [f"{study.label(str(arm))} {int(n):,}" for arm, n in results.means["people"].items()]
    return f"target {f'{target:,}' if target else 'not given'}, analysed {'; '.join(people)}"


def _facts(results: Results, plan: Plan) -> list[tuple[str, str]]:
    study, measure = results.study, measure_of(results.study)
    rate = "not given" if plan.natural_error_rate is None else percent(plan.natural_error_rate)
    return [
        ("Outcome", plan.outcome + (f", in the phase “{plan.phase}”" if study.source != "mapped" else "")),
        ("Population", _population(study)),
        ("Items", {"as-tested": "weighted as tested", "natural": "weighted as in natural use"}[plan.items]),
        ("Model’s natural error rate", rate),
        ("Contrasts", contrasts_in_words(plan, study.label)),
        ("Level", f"alpha {plan.alpha:g}, {FAMILIES[plan.family]}"),
        ("Margins", _margins(plan, measure)),
        ("Covariates", listed(plan.covariates) or "none"),
        ("Method", model_in_words(plan)),
        ("Missing data", "each answered trial counts; none is imputed"),
        ("Secondary metrics", listed(plan.secondary) or "none named"),
        ("People per arm", _target(results)),
        ("Power", _power(plan)),
        ("Stopping", "at the target, never by looking" if study.protocol else "not given"),
        ("Seed of resampling", str(plan.seed)),
    ]


def _population(study: Study) -> str:
    if study.source == "mapped":
        return "everyone with at least one trial in the table"
    return "everyone allocated with at least one trial in that phase"


def _margins(plan: Plan, measure: Measure) -> str:
    told = []
    if plan.equivalence_margin is not None:
        told.append(f"equivalence ±{measure.margin(plan.equivalence_margin)}, by two one-sided tests")
    if plan.non_inferiority_margin is not None:
        told.append(f"non-inferiority −{measure.margin(plan.non_inferiority_margin)}")
    return "; ".join(told) or "none"


def _power(plan: Plan) -> str:
    if plan.power:
        told = f"{plan.power.power:.0%} for {plan.power.effect} ({plan.power.method})"
        return re.sub(r"\s*%", " %", told)
    return plan.power_reason or "not given"


def _exclusion(rule: Any) -> str:
    options = ", ".join(f"{name} {value}" for name, value in rule.options.items())
    return f"{rule.name} ({rule.kind}, {rule.use}; {rule.filter}{': ' + options if options else ''})"
