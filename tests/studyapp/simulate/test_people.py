"""One virtual participant: the same draws give the same person, and parameters push where they should."""

from __future__ import annotations

from dataclasses import replace

import pytest

from protocol import Protocol
from studyapp.catalog import catalog_of
from studyapp.models import Step, Study
from studyapp.simulate.people import Setting, VirtualPerson
from studyapp.simulate.psychometrics import Psychometrics
from studyapp.tasks.base import stated_confidence
from studyapp.tasks.registry import get_task

pytestmark = pytest.mark.django_db

ARMS = ["control", "map", "placebo"]
OPTIONS = {"prediction": ["dot", "bar", "box"], "confidence": ["40", "60", "80", "100"]}


@pytest.fixture
def setting(small_study: Study) -> Setting:
    return Setting(small_study.protocol, catalog_of(small_study), Psychometrics().for_arms(ARMS), seed=1)


def with_parameters(setting: Setting, **parameters) -> Setting:
    return replace(setting, planted=Psychometrics(**parameters).for_arms(ARMS))


def step_of(setting: Setting, kind: str, **fields) -> Step:
    phase = {"trial": "test", "attention": "test", "scale": "ratings", "estimate": "ratings"}.get(kind, kind)
    number = next(n for n, p in enumerate(setting.protocol.phases) if p.kind == phase)
    return Step(**{"kind": kind, "phase": phase, "phase_number": number, "position": 30} | fields)


def trial(setting: Setting, item: str, position: int = 30) -> Step:
    return step_of(setting, "trial", item=item, model="tiny", task="forward-simulation", position=position)


def test_the_same_seed_and_number_give_the_same_person(setting: Setting) -> None:
    one, again = VirtualPerson(setting, 5), VirtualPerson(setting, 5)
    steps = [trial(setting, "test-3", position) for position in range(30, 60)]
    assert [one.answers(step, "map", OPTIONS) for step in steps] == [
        again.answers(step, "map", OPTIONS) for step in steps
    ]
    assert [one.times(step) for step in steps] == [again.times(step) for step in steps]
    assert one.ability == again.ability != VirtualPerson(setting, 6).ability
    assert one.ability != VirtualPerson(replace(setting, seed=2), 5).ability


def test_an_effect_raises_the_probability_in_its_arm_only(setting: Setting) -> None:
    helped = with_parameters(setting, effects={"map": 1.0})
    for number in range(1, 20):
        before, after = VirtualPerson(setting, number), VirtualPerson(helped, number)
        assert after.probability("test-1", "tiny", "map") > before.probability("test-1", "tiny", "map")
        for arm in ("control", "placebo"):
            assert after.probability("test-1", "tiny", arm) == before.probability("test-1", "tiny", arm)


def test_only_the_other_arms_have_an_effect_that_varies(setting: Setting) -> None:
    varied = with_parameters(setting, ability_sd=0, item_sd=0, effect_person_sd=1, effect_item_sd=0)
    assert len({VirtualPerson(varied, n).probability("test-1", "tiny", "control") for n in range(9)}) == 1
    assert len({VirtualPerson(varied, n).probability("test-1", "tiny", "placebo") for n in range(9)}) == 9


def test_wrong_answers_say_the_truth_where_the_model_errs(setting: Setting) -> None:
    lured = with_parameters(setting, intercept=-50, lure=1, inattentive=0, guessing=0)
    for number in range(9):  # test-3 is a box that the model calls a dot
        assert (
            VirtualPerson(lured, number).answers(trial(lured, "test-3"), "map", OPTIONS)["prediction"]
            == "box"
        )
    free = with_parameters(setting, intercept=-50, lure=0, inattentive=0, guessing=0)
    said = {
        VirtualPerson(free, n).answers(trial(free, "test-3"), "map", OPTIONS)["prediction"] for n in range(30)
    }
    assert said == {"bar", "box"}


def test_confidence_follows_the_probability_and_overconfidence(setting: Setting) -> None:
    def mean(**parameters: float) -> float:
        people = with_parameters(setting, inattentive=0, guessing=0, **parameters)
        steps = [trial(people, "test-1", position) for position in range(50)]
        return (
            sum(int(VirtualPerson(people, 1).answers(s, "control", OPTIONS)["confidence"]) for s in steps)
            / 50
        )

    assert mean(intercept=-1) < mean(intercept=2)
    assert mean(intercept=0, overconfidence=0) < mean(intercept=0, overconfidence=1.5)


def test_inattentive_people_fail_attention_checks_and_hurry(setting: Setting) -> None:
    step = step_of(setting, "attention", detail={"wanted": {"prediction": "bar", "confidence": "80"}})
    careless, careful = (
        with_parameters(setting, inattentive=1, guessing=0),
        with_parameters(setting, inattentive=0),
    )
    for number in range(9):
        assert VirtualPerson(careful, number).answers(step, "map", OPTIONS) == {
            "prediction": "bar",
            "confidence": "80",
        }
        failed = VirtualPerson(careless, number).answers(step, "map", OPTIONS)
        assert failed["prediction"] in ("dot", "box")
        fast, slow = VirtualPerson(careless, number).times(step), VirtualPerson(careful, number).times(step)
        assert fast.response_ms < slow.response_ms / 5


def test_guessing_people_pass_attention_checks_and_are_right_by_chance(setting: Setting) -> None:
    guessing = with_parameters(setting, guessing=1, inattentive=0, intercept=50)
    step = step_of(setting, "attention", detail={"wanted": {"prediction": "bar"}})
    assert VirtualPerson(guessing, 1).answers(step, "map", OPTIONS) == {"prediction": "bar"}
    right = [
        VirtualPerson(guessing, n).answers(trial(guessing, "test-1"), "map", OPTIONS)["prediction"] == "dot"
        for n in range(600)
    ]
    assert sum(right) / 600 == pytest.approx(1 / 3, abs=0.06)


def test_ratings_shift_by_arm(setting: Setting) -> None:
    shifted = with_parameters(setting, ratings={"map": 1.5}, inattentive=0)
    step = step_of(setting, "scale", detail={"instrument": 0})
    items = [item.name for item in shifted.protocol.phases[step.phase_number].instruments[0].instrument.items]
    options = {f"explanation-satisfaction.{name}": ["1", "2", "3", "4", "5"] for name in items}

    def mean(arm: str) -> float:
        given = [VirtualPerson(shifted, n).answers(step, arm, options) for n in range(40)]
        return sum(int(value) for answers in given for value in answers.values()) / sum(map(len, given))

    assert mean("map") > mean("placebo") + 0.5


def test_the_estimate_of_ones_own_score_lies_within_its_bounds(setting: Setting) -> None:
    step = step_of(setting, "estimate")
    given = [int(VirtualPerson(setting, n).answers(step, "map", {})["estimate"]) for n in range(60)]
    assert set(given) <= set(range(5))
    assert len(set(given)) > 1


def test_an_ordinal_confidence_is_no_per_cent(setting: Setting) -> None:
    """Of the points 1 to 5 all are used, the higher the surer; read as per cent, everyone would say 5."""
    data = setting.protocol.model_dump()
    for phase in data["phases"]:
        if phase["kind"] == "test":
            phase["task"]["confidence"] |= {"scale": "ordinal", "steps": [1, 2, 3, 4, 5]}
    ordinal = replace(setting, protocol=Protocol.model_validate(data))
    options = OPTIONS | {"confidence": ["1", "2", "3", "4", "5"]}
    step = trial(ordinal, "test-1")
    said = [VirtualPerson(ordinal, n).answers(step, "map", options)["confidence"] for n in range(1, 200)]
    assert set(said) == set(options["confidence"])


@pytest.mark.parametrize(
    ("confidence", "scale", "said"),
    [
        (0.0, "ordinal", "1"),
        (0.39, "ordinal", "2"),
        (0.5, "ordinal", "3"),
        (1.0, "ordinal", "5"),
        (0.04, "probability", "4"),
        (0.9, "probability", "5"),
    ],
)
def test_confidence_is_stated_on_its_scale(confidence: float, scale: str, said: str) -> None:
    assert stated_confidence(confidence, ["1", "2", "3", "4", "5"], scale) == said


def test_feedback_names_what_was_foretold() -> None:
    task = get_task("forward-simulation")
    assert task.feedback("dot", "dot") == "You foretold the model."
    assert task.feedback("dot", "bar") == "You did not foretell the model this time."
