"""Every metric by its name. To add one: write a file, add a line."""

from __future__ import annotations

from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any

import pandas as pd

from analysis.errors import UnknownName
from analysis.metrics.metric import Metric

PER_TRIAL = {  # one value per trial: these can be a plan's outcome
    # simulation, time, tasks
    "simulation-accuracy": "analysis.metrics.accuracy:simulation_accuracy",
    "accuracy-model-right": "analysis.metrics.accuracy:accuracy_where_model_right",
    "accuracy-model-wrong": "analysis.metrics.accuracy:accuracy_where_model_wrong",
    "forward-accuracy": "analysis.metrics.simulation:forward_accuracy",
    "counterfactual-accuracy": "analysis.metrics.simulation:counterfactual_accuracy",
    "parameter-change-accuracy": "analysis.metrics.simulation:parameter_change_accuracy",
    "chance-corrected-accuracy": "analysis.metrics.simulation:chance_corrected_accuracy",
    "absolute-simulation-error": "analysis.metrics.numeric_error:absolute_simulation_error",
    "signed-simulation-error": "analysis.metrics.numeric_error:signed_simulation_error",
    "agreement-with-self": "analysis.metrics.self_agreement:agreement_with_self",
    "log-response-time": "analysis.metrics.time:log_response_time",
    "feature-precision": "analysis.metrics.features:feature_precision",
    "feature-recall": "analysis.metrics.features:feature_recall",
    "feature-f1": "analysis.metrics.features:feature_f1",
    # reliance, detection, confidence
    "deviation": "analysis.metrics.advice:deviation",
    "prediction-error": "analysis.metrics.advice:prediction_error",
    "weight-of-advice": "analysis.metrics.advice:weight_of_advice",
    "absolute-weight-of-advice": "analysis.metrics.advice:absolute_weight_of_advice",
    "agreement": "analysis.metrics.reliance:agreement",
    "switch": "analysis.metrics.reliance:switch",
    "over-reliance": "analysis.metrics.reliance:over_reliance",
    "under-reliance": "analysis.metrics.reliance:under_reliance",
    "rair": "analysis.metrics.appropriate_reliance:relative_ai_reliance",
    "rsr": "analysis.metrics.appropriate_reliance:relative_self_reliance",
    "performance-gain": "analysis.metrics.performance_gain:performance_gain",
    "brier": "analysis.metrics.calibration:brier_score",
    "overconfidence": "analysis.metrics.calibration:overconfidence",
}
METRICS = PER_TRIAL | {
    # simulation, agreement, items, time, tasks
    "accuracy-natural": "analysis.metrics.natural:accuracy_at_natural_rate",
    "accuracy-balanced": "analysis.metrics.natural:balanced_accuracy",
    "leakage-adjusted-accuracy": "analysis.metrics.leakage:leakage_adjusted_accuracy",
    "change-per-person": "analysis.metrics.change:change_per_person",
    "change": "analysis.metrics.change:change_by_arm",
    "utility-k": "analysis.metrics.utility:utility_by_session",
    "utility-area": "analysis.metrics.utility:utility_area",
    "agreement-between-participants": "analysis.metrics.agreement:agreement_between_participants",
    "answers-on-wrong-items": "analysis.metrics.wrong_items:answers_on_wrong_items",
    "response-time": "analysis.metrics.time:response_time_by_arm",
    "response-time-ratio": "analysis.metrics.time:response_time_ratios",
    "inverse-efficiency": "analysis.metrics.speed_accuracy:inverse_efficiency",
    "linear-integrated-speed-accuracy": "analysis.metrics.speed_accuracy:linear_integrated_score",
    "speed-accuracy-correlation": "analysis.metrics.speed_accuracy:speed_accuracy_correlation",
    "speed-accuracy": "analysis.metrics.speed_accuracy:speed_accuracy_by_arm",
    "learning-curve": "analysis.metrics.breakdown:learning_curve",
    "walk-through-accuracy": "analysis.metrics.breakdown:accuracy_by_size",
    "model-choice-accuracy": "analysis.metrics.breakdown:model_choice_accuracy",
    "teach-back-agreement": "analysis.metrics.teach_back:teach_back_agreement",
    "item-view": "analysis.metrics.items:item_view",
    "tripping-items": "analysis.metrics.tripping_items:tripping_items",
    "item-effects": "analysis.metrics.item_effects:item_effects",
    "benefit-by-stimulus": "analysis.metrics.benefit:benefit_by_stimulus",
    "score-association": "analysis.metrics.score_association:score_association",
    "pareto": "analysis.metrics.pareto:pareto_points",
    # reliance, detection, confidence, scales, knowledge
    "rair-per-person": "analysis.metrics.appropriate_reliance:relative_ai_reliance_per_person",
    "rsr-per-person": "analysis.metrics.appropriate_reliance:relative_self_reliance_per_person",
    "appropriate-reliance": "analysis.metrics.appropriate_reliance:appropriate_reliance",
    "selection-on-own-answer": "analysis.metrics.own_answer:selection_on_own_answer",
    "weight-of-advice-by-arm": "analysis.metrics.advice:weight_of_advice_by_arm",
    "gain-over-people": "analysis.metrics.performance_gain:gain_over_people",
    "complementarity": "analysis.metrics.complementarity:complementarity",
    "trust-calibration": "analysis.metrics.trust_calibration:trust_calibration_by_arm",
    "trust-calibration-per-person": "analysis.metrics.trust_calibration:trust_calibration",
    "d-prime": "analysis.metrics.signal_detection:dprime",
    "criterion": "analysis.metrics.signal_detection:criterion",
    "d-prime-pooled": "analysis.metrics.detection_by_arm:dprime_by_arm",
    "criterion-pooled": "analysis.metrics.detection_by_arm:criterion_by_arm",
    "signal-detection": "analysis.metrics.detection_by_arm:signal_detection",
    "auroc2": "analysis.metrics.type2:auroc2",
    "auroc2-pooled": "analysis.metrics.type2:auroc2_by_arm",
    "meta-d-prime": "analysis.metrics.metacognition:meta_d_prime",
    "metacognition": "analysis.metrics.metacognition:metacognition",
    "brier-parts": "analysis.metrics.brier_parts:brier_parts",
    "scale-reliability": "analysis.metrics.scale_reliability:scale_reliability",
    "rated-understanding": "analysis.metrics.understanding:rating_correlation",
    "understanding-profile": "analysis.metrics.understanding:understanding_profile",
    "moderation": "analysis.metrics.moderators:moderation",
    "scale-scores": "analysis.metrics.scales:scale_scores",
    "calibration": "analysis.metrics.calibration:calibration_by_arm",
    "calibration-curve": "analysis.metrics.calibration:calibration_curve",
    "estimated-and-achieved": "analysis.metrics.estimates:estimated_and_achieved",
}


def get_metric(name: str) -> Callable[..., Any]:
    """Return the function of the metric called `name`; its card is `get_metric(name).metric`.

    Raises
    ------
    UnknownName : there is no such metric.
    """
    if name not in METRICS:
        raise UnknownName(f"No metric is called {name!r}. Known ones: {', '.join(sorted(METRICS))}.")
    return resolve_name(METRICS[name])


def describe_metric(name: str) -> Metric:
    """Return the card of the metric called `name`: label, unit, level, columns needed.

    Raises
    ------
    UnknownName : there is no such metric.
    """
    return get_metric(name).metric  # type: ignore[attr-defined]


def trial_values(name: str, trials: pd.DataFrame, **options: Any) -> pd.Series:
    """Return the metric called `name` for each trial; it can then be an outcome of a plan.

    Raises
    ------
    UnknownName : there is no such metric, or it is none of single trials.
    """
    metric = get_metric(name)
    if name not in PER_TRIAL:
        raise UnknownName(
            f"Metric {name!r} says nothing about single trials, so it cannot be a plan's outcome. "
            f"Those that can: {', '.join(PER_TRIAL)}."
        )
    return metric(trials, **options)
