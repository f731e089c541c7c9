"""Virtual participants walk the pages: everything is answered once, and a run that was stopped goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import islice

import pytest
from django.db import transaction

from studyapp.errors import StudyError, StudyNotOpen
from studyapp.models import AllocationEntry, Event, Participant, Response, Step, Study
from studyapp.simulate.browser import Browser, PageFailed, Reply
from studyapp.simulate.psychometrics import Psychometrics
from studyapp.simulate.walks import simulated_walks

pytestmark = pytest.mark.django_db

EVERYONE_FINISHES = Psychometrics(decline=0, gate_failure=0, drop_out=0)
HURRY = Psychometrics(decline=0, gate_failure=0, drop_out=0.02)


def answers() -> dict[str, list[tuple[int, str, str]]]:
    """Every answer, by the virtual participant's number."""
    rows = Response.objects.values_list(
        "step__participant__recruiter_session", "step__position", "question", "answer"
    )
    found: dict[str, list[tuple[int, str, str]]] = {}
    for session, *answer in rows.order_by(
        "step__participant__recruiter_session", "step__position", "question"
    ):
        found.setdefault(session.rpartition("/")[2], []).append(tuple(answer))
    return found


def test_a_whole_walk_leaves_one_response_per_question_of_each_planned_step(small_study: Study) -> None:
    walks = list(simulated_walks(small_study, 4, seed=1, psychometrics=EVERYONE_FINISHES))
    assert [walk.outcome for walk in walks] == ["finished"] * 4
    planned = Counter((step.pk, name) for step in Step.objects.all() for name, _ in step.questions)
    assert Counter(Response.objects.values_list("step", "question")) == planned
    assert max(planned.values()) == 1
    assert [walk.steps for walk in walks] == [
        Step.objects.filter(participant__public_id=walk.participant).count() for walk in walks
    ]


def test_times_are_sent_as_a_browser_sends_them(small_study: Study) -> None:
    list(simulated_walks(small_study, 2, seed=1, psychometrics=EVERYONE_FINISHES))
    assert set(Response.objects.values_list("timing", flat=True)) == {"script"}
    assert not Response.objects.filter(onset_at=None).exists()
    for participant in Participant.objects.all():
        onsets = Response.objects.filter(step__participant=participant).order_by("step__position")
        assert list(onsets.values_list("onset_at")) == sorted(onsets.values_list("onset_at"))


def test_people_who_look_away_leave_an_event(small_study: Study) -> None:
    list(
        simulated_walks(
            small_study, 1, seed=1, psychometrics=Psychometrics(looks_away=1, decline=0, drop_out=0)
        )
    )
    assert Event.objects.filter(kind="hidden", detail__for_ms__gt=0).exists()


def test_the_source_is_simulated_everywhere(small_study: Study) -> None:
    list(simulated_walks(small_study, 6, seed=1))
    assert set(Participant.objects.values_list("source", flat=True)) == {"simulated"}
    assert set(AllocationEntry.objects.values_list("source", flat=True)) == {"simulated"}
    assert not Participant.objects.exclude(person=None).exists()


def test_a_run_that_is_stopped_gives_the_answers_of_one_that_is_not(
    small_study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        list(simulated_walks(small_study, 3, seed=1, psychometrics=EVERYONE_FINISHES))
        whole = answers()
        transaction.set_rollback(True)
    assert not Participant.objects.exists()
    monkeypatch.setattr(Browser, "post", stopping_after(40))
    with pytest.raises(KeyboardInterrupt):
        list(simulated_walks(small_study, 3, seed=1, psychometrics=EVERYONE_FINISHES))
    monkeypatch.undo()
    list(simulated_walks(small_study, 3, seed=1, psychometrics=EVERYONE_FINISHES))
    assert answers() == whole
    assert len({tuple(rows) for rows in whole.values()}) == 3


@pytest.mark.parametrize("posts", [1, 9, 40, 100, 150])
def test_a_run_that_is_stopped_goes_on_where_it_was(
    small_study: Study, monkeypatch: pytest.MonkeyPatch, posts: int
) -> None:
    monkeypatch.setattr(Browser, "post", stopping_after(posts))
    with pytest.raises(KeyboardInterrupt):
        list(simulated_walks(small_study, 8, seed=5, psychometrics=HURRY))
    monkeypatch.undo()
    there = Participant.objects.count()
    assert 0 < there <= 8
    walks = list(simulated_walks(small_study, 8, seed=5, psychometrics=HURRY))
    assert [walk.number for walk in walks] == list(range(1, 9))
    assert Participant.objects.count() == 8
    stopped = answers()
    assert all(len(rows) == len({row[:2] for row in rows}) for rows in stopped.values())

    events = Event.objects.count()
    again = list(simulated_walks(small_study, 8, seed=5, psychometrics=HURRY))
    assert [walk.steps for walk in again] == [0] * 8
    assert [(w.participant, w.outcome) for w in again] == [(w.participant, w.outcome) for w in walks]
    assert Event.objects.count() == events
    assert answers() == stopped


def stopping_after(posts: int) -> Callable[..., Reply]:
    sent = 0
    plain = Browser.post

    def post(browser: Browser, *arguments, **options) -> Reply:
        nonlocal sent
        sent += 1
        if sent > posts:
            raise KeyboardInterrupt
        return plain(browser, *arguments, **options)

    return post


def test_more_participants_of_a_seed_are_added_to_those_there(small_study: Study) -> None:
    list(simulated_walks(small_study, 2, seed=5, psychometrics=EVERYONE_FINISHES))
    walks = list(simulated_walks(small_study, 3, seed=5, psychometrics=EVERYONE_FINISHES))
    assert [walk.steps > 0 for walk in walks] == [False, False, True]


def test_drop_out_may_depend_on_the_arm(small_study: Study) -> None:
    leaving = Psychometrics(decline=0, gate_failure=0, drop_out=0, drop_outs={"map": 0.5})
    list(simulated_walks(small_study, 12, seed=1, psychometrics=leaving))
    people = Participant.objects.all()
    assert {person.outcome for person in people if person.arm == "map"} <= {"left", "allocated"}
    assert {person.outcome for person in people if person.arm != "map"} == {"finished"}
    assert {person.arm for person in people} == {"control", "map", "placebo"}


def test_some_who_drop_out_say_so_and_others_close_the_page(small_study: Study) -> None:
    for seed, share, outcome in ((1, 1.0, "left"), (2, 0.0, "allocated")):
        leaving = Psychometrics(decline=0, gate_failure=0, drop_out=1, says_goodbye=share)
        assert {w.outcome for w in simulated_walks(small_study, 3, seed, leaving)} == {outcome}


def test_people_decline_or_fail_the_gate(small_study: Study) -> None:
    declining = simulated_walks(small_study, 2, 1, Psychometrics(decline=1))
    failing = simulated_walks(small_study, 2, 2, Psychometrics(decline=0, gate_failure=1))
    assert {walk.outcome for walk in declining} == {"declined"}
    assert {walk.outcome for walk in failing} == {"screened-out"}
    assert not AllocationEntry.objects.exists()


def test_a_slip_at_the_gate_takes_another_attempt(small_study: Study) -> None:
    walks = list(
        simulated_walks(small_study, 2, 1, Psychometrics(decline=0, gate_failure=0, drop_out=0, gate_slip=1))
    )
    assert {walk.outcome for walk in walks} == {"finished"}
    assert Step.objects.filter(kind="gate").count() == 4


def test_a_study_that_is_not_open_is_refused(draft_study: Study) -> None:
    with pytest.raises(StudyNotOpen, match="small is draft; virtual participants walk an open study"):
        simulated_walks(draft_study, 1, seed=1)


def test_an_unknown_arm_is_refused_before_anyone_walks(small_study: Study) -> None:
    with pytest.raises(StudyError, match="Arms: control, map, placebo"):
        simulated_walks(small_study, 1, 1, Psychometrics(effects={"maps": 1}))
    assert not Participant.objects.exists()


def test_a_seed_is_not_mixed_with_other_parameters(small_study: Study) -> None:
    list(simulated_walks(small_study, 1, seed=5))
    with pytest.raises(StudyError, match="seed 5 have walked small with other parameters"):
        simulated_walks(small_study, 2, 5, Psychometrics(effects={"map": 1}))
    assert next(simulated_walks(small_study, 1, 6, Psychometrics(effects={"map": 1}))).outcome


def test_a_page_that_fails_is_named_with_the_participant(
    small_study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Browser, "post", lambda browser, path, fields, swap=False: Reply(path, 503, ""))
    with pytest.raises(
        PageFailed,
        match=r"virtual participant 1 of seed 3, step 1 \(consent\): /p/…/ answered with status 503",
    ):
        list(islice(simulated_walks(small_study, 1, seed=3, psychometrics=EVERYONE_FINISHES), 1))
