"""The marginal truth: the integral, against closed forms and against people drawn one by one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from studyapp.catalog import catalog_of
from studyapp.models import Step, Study
from studyapp.simulate.people import Setting, VirtualPerson
from studyapp.simulate.psychometrics import Psychometrics, inverse_logit
from studyapp.simulate.truth import (
    Items,
    differences,
    expected_share,
    items_of,
    marginal_truth,
    tell_truth,
    write_truth,
)

ITEMS = Items(model_right=16, model_wrong=16, options=10, natural_error_rate=0.02)
ARMS = ["control", "map", "placebo"]


def test_without_variation_the_truth_is_the_inverse_logit() -> None:
    assert expected_share(0.7, 0.0) == pytest.approx(inverse_logit(0.7), abs=1e-12)


@pytest.mark.parametrize(("mean", "sd", "expected"), [(1.0, 1.0, 0.6967346701), (-1.0, 2.0, 0.3522735615)])
def test_the_integral_agrees_with_adaptive_quadrature(mean: float, sd: float, expected: float) -> None:
    """scipy.integrate.quad(lambda z: expit(mean + sd * z) * norm.pdf(z), -12, 12, epsabs=1e-13)."""
    assert expected_share(mean, sd) == pytest.approx(expected, abs=1e-9)


def test_an_average_of_nothing_and_its_opposite_is_one_half() -> None:
    assert expected_share(0.0, 3.0) == pytest.approx(0.5, abs=1e-12)


def test_an_arm_without_effect_and_variation_differs_by_nothing() -> None:
    planted = Psychometrics(effects={"map": 0.8}, effect_person_sd=0, effect_item_sd=0).for_arms(ARMS)
    found = differences(marginal_truth(planted, ITEMS, "control"), "control")
    assert set(found["placebo"].values()) == {0.0}
    assert all(0 < difference < 0.2 for difference in found["map"].values())


def test_people_who_answer_at_chance_dilute_every_share() -> None:
    planted = Psychometrics(inattentive=0, guessing=0).for_arms(ARMS)
    pure = marginal_truth(planted, ITEMS, "control")["control"]
    mixed = marginal_truth(replace(planted, inattentive=0.2, guessing=0.1), ITEMS, "control")["control"]
    assert mixed == pytest.approx({name: 0.7 * share + 0.3 * 0.1 for name, share in pure.items()})


def test_weightings_of_items_mix_right_and_wrong_ones() -> None:
    shares = marginal_truth(Psychometrics().for_arms(ARMS), ITEMS, "control")["map"]
    right, wrong = shares["model_right"], shares["model_wrong"]
    assert shares["as-tested"] == pytest.approx((right + wrong) / 2)
    assert shares["natural"] == pytest.approx(0.98 * right + 0.02 * wrong)


@pytest.mark.django_db
def test_the_truth_is_what_people_drawn_one_by_one_do_on_average(small_study: Study) -> None:
    planted = Psychometrics(effects={"map": 1.5}, inattentive=0.1, guessing=0.1).for_arms(ARMS)
    catalog, number = (
        catalog_of(small_study),
        next(n for n, p in enumerate(small_study.protocol.phases) if p.kind == "test"),
    )
    options = {"prediction": list(catalog.labels), "confidence": ["40", "60", "80", "100"]}
    truth = marginal_truth(planted, items_of(small_study), "control")
    for arm in ("control", "map"):
        right = shown = 0
        for seed in range(2500):  # a seed draws the items anew
            setting = Setting(small_study.protocol, catalog, planted, seed)
            for position, item in enumerate(catalog.items_with({"pool": "test"}), start=1):
                step = Step(
                    kind="trial",
                    task="forward-simulation",
                    item=item,
                    model="tiny",
                    position=position,
                    phase_number=number,
                )
                answers = VirtualPerson(setting, position).answers(step, arm, options)
                right, shown = right + (answers["prediction"] == catalog.output(item, "tiny")), shown + 1
        assert right / shown == pytest.approx(truth[arm]["as-tested"], abs=0.015)  # 3 standard errors


@pytest.mark.django_db
def test_the_file_tells_all_that_was_planted(small_study: Study, tmp_path: Path) -> None:
    write_truth(small_study, 7, Psychometrics(effects={"map": 0.5}), tmp_path / "truth.json")
    told = json.loads((tmp_path / "truth.json").read_text())
    assert told == json.loads(json.dumps(tell_truth(small_study, 7, Psychometrics(effects={"map": 0.5}))))
    assert told["planted"]["effects"] == {"control": 0.0, "map": 0.5, "placebo": 0.0}
    assert told["test"] == {
        "items_model_right": 2,
        "items_model_wrong": 2,
        "options": 3,
        "natural_error_rate": 0.1,
    }
    assert (told["seed"], told["study"], told["weighting"], told["reference"]) == (
        7,
        "small",
        "as-tested",
        "control",
    )
    assert told["differences"]["map"]["as-tested"] > told["differences"]["placebo"]["as-tested"]
