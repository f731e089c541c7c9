"""The marginal truth: what the report's means and differences would be with endless people and items.

An estimate of the analysis is a mean over people and items, so its target is the planted probability
integrated over both. All random terms of the logit are normal and independent; their sum is normal, and the
integral has one dimension. Averaging over people does not commute with the logit: a planted 0.8 on the logit
scale is a smaller difference of probabilities, and the smaller the more people and items vary.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protocol.schema import Protocol
from protocol.schema import phases as ph
from studyapp.catalog import catalog_of
from studyapp.errors import StudyError
from studyapp.models import Study
from studyapp.participate.answers import offered
from studyapp.simulate.psychometrics import Psychometrics, inverse_logit
from studyapp.tasks.registry import get_task

SCHEMA_VERSION = 1
_REACH, _STEP = 9.0, 0.02  # the trapezoid rule on a normal density this fine is exact to 12 digits


@dataclass(frozen=True)
class Items:
    """The test of a study, as far as the truth depends on it."""

    model_right: int
    model_wrong: int
    options: int
    natural_error_rate: float | None

    @property
    def error_rate(self) -> float:
        """Share of the test's items that the model gets wrong."""
        return self.model_wrong / (self.model_right + self.model_wrong)


def items_of(study: Study) -> Items:
    """Return what the truth needs to know of a study's test."""
    protocol, catalog = study.protocol, catalog_of(study)
    phase = next((phase for phase in protocol.phases if isinstance(phase, ph.Test)), None)
    if phase is None:
        raise StudyError(f"{study} has no test, so there is no truth to tell.")
    model = phase.task.model or protocol.model
    names = catalog.items_with(phase.items.strata)
    if phase.items.sample == "shared":
        names = names[: phase.items.count]
    wrong = sum(catalog.output(name, model) != catalog.truth(name) for name in names)
    task = get_task(phase.task.kind)
    main = next(q for q in task.questions(phase.task, catalog) if q.name == task.main_question)
    return Items(len(names) - wrong, wrong, len(offered(main)), protocol.analysis.natural_error_rate)


def marginal_truth(planted: Psychometrics, items: Items, reference: str) -> dict[str, dict[str, float]]:
    """Return each arm's true shares: `model_right`, `model_wrong`, `as-tested` and, if known, `natural`."""
    return {arm: _of_arm(planted, items, arm, is_reference=arm == reference) for arm in planted.effects}


def differences(truth: dict[str, dict[str, float]], reference: str) -> dict[str, dict[str, float]]:
    """Return each other arm's true difference to the reference, by the same weightings of items."""
    return {
        arm: {name: share - truth[reference][name] for name, share in shares.items()}
        for arm, shares in truth.items()
        if arm != reference
    }


def tell_truth(study: Study, seed: int, psychometrics: Psychometrics) -> dict[str, Any]:
    """Return all that was planted in a study, and the marginal truth on the probability scale."""
    protocol: Protocol = study.protocol
    planted, items, reference = (
        psychometrics.for_arms(protocol.arm_names),
        items_of(study),
        protocol.analysis.reference,
    )
    truth = marginal_truth(planted, items, reference)
    return {
        "schema_version": SCHEMA_VERSION,
        "study": study.slug,
        "protocol_sha256": study.protocol_sha256,
        "seed": seed,
        "reference": reference,
        "weighting": protocol.analysis.items,
        "planted": planted.told(),
        "test": {
            "items_model_right": items.model_right,
            "items_model_wrong": items.model_wrong,
            "options": items.options,
            "natural_error_rate": items.natural_error_rate,
        },
        "means": truth,
        "differences": differences(truth, reference),
    }


def write_truth(study: Study, seed: int, psychometrics: Psychometrics, path: Path) -> None:
    """Write what `tell_truth` says as JSON."""
    told = json.dumps(tell_truth(study, seed, psychometrics), indent=2, ensure_ascii=False)
    path.write_text(told + "\n", encoding="utf-8")


def expected_share(mean: float, sd: float) -> float:
    """Return the mean of the inverse logit of a normal variable."""
    count = round(_REACH / _STEP)
    points = [n * _STEP for n in range(-count, count + 1)]
    weights = [math.exp(-z * z / 2) for z in points]
    return sum(w * inverse_logit(mean + sd * z) for z, w in zip(points, weights, strict=True)) / sum(weights)


def _of_arm(planted: Psychometrics, items: Items, arm: str, *, is_reference: bool) -> dict[str, float]:
    spread = [planted.ability_sd, planted.item_sd]
    if not is_reference:
        spread += [planted.effect_person_sd, planted.effect_item_sd]
    mean, sd = planted.intercept + planted.effect(arm), math.hypot(*spread)
    right, wrong = (
        (1 - planted.junk) * expected_share(mean + shift, sd) + planted.junk / items.options
        for shift in (0.0, planted.wrong_shift)
    )
    shares = {"model_right": right, "model_wrong": wrong, "as-tested": _mix(right, wrong, items.error_rate)}
    if items.natural_error_rate is not None:
        shares["natural"] = _mix(right, wrong, items.natural_error_rate)
    return shares


def _mix(right: float, wrong: float, error_rate: float) -> float:
    return (1 - error_rate) * right + error_rate * wrong
