"""What departed from the plan, as far as the data themselves show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.planned import Results
from analysis.report.section import Section
from analysis.report.words import count, listed

HEADING = "Deviations from the plan"
CLOSED = "closed"


def deviations(results: Results) -> Section:
    """List departures and amendments; where none was found, say what was looked at."""
    content = {
        "deviations": found(results),
        "checked": listed(_checked(results)),
        "amendments": [_amendment(version) for version in results.study.versions[1:]],
    }
    return Section("deviations", HEADING, content)


def found(results: Results) -> list[str]:
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
    if dropped := results.primary.fit.dropped if results.primary.fit is not None else ():
        effects = count(len(dropped), "random effect")
        told.append(
            f"The model is smaller than planned by {effects} that could not be told from zero: "
            f"{listed(list(map(str, dropped)))}. The plan’s rule for singular fits did that."
        )
    if study.plan.method == "crossed-mixed-model" and not results.primary.is_modelled:
        told.append("The planned model could not be fitted, and no other takes its place.")
    if study.facts.get("status", CLOSED) != CLOSED:
        told.append(f"The study was not closed when it was exported; it was {study.facts['status']}.")
    if later := len(study.versions[1:]):
        told.append(f"The protocol was amended after launch, {count(later, 'time')}, as listed below.")
    return told


def _checked(results: Results) -> list[str]:
    """Return what `found` could look at, in words that hold where it found none."""
    study = results.study
    checks = {
        "every arm has its target": study.plan.target_n_per_arm,
        "the model was fitted as planned": study.plan.method == "crossed-mixed-model",
        "the study was closed when it was exported": study.facts.get("status"),
        "the protocol was not amended": study.versions,
    }
    return [words for words, is_known in checks.items() if is_known]


def _amendment(version: Mapping[str, Any]) -> dict[str, str]:
    return {
        "number": str(version["number"]),
        "at": str(version.get("created_at", ""))[:10],
        "reason": str(version.get("reason", "")) or "no reason given",
        "sha256": str(version["sha256"]),
    }
