"""A participant's walk: the server owns the state, and nothing is lost, doubled or skipped."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from studyapp.models import AllocationEntry, Event, Participant, Response, Step, Study
from studyapp.participate import services
from studyapp.studies.launching import launch
from studyapp.studies.loading import load
from tests.studyapp.small_study import SEED, write_study
from tests.studyapp.visitor import Visitor

pytestmark = pytest.mark.django_db


def answers_of(participant: Participant) -> list[tuple[int, str, str]]:
    rows = Response.objects.filter(step__participant=participant)
    return sorted(rows.values_list("step__position", "question", "answer"))


@pytest.mark.parametrize("swaps", [True, False], ids=["with scripts", "without scripts"])
def test_a_whole_session_leaves_one_response_per_question_of_each_planned_step(
    small_study: Study, swaps: bool
) -> None:
    visitor = Visitor(small_study, swaps=swaps).arrive().walk_to_the_end()
    planned = [
        (step.position, name)
        for step in Step.objects.filter(participant__token=visitor.token)
        for name, _ in step.questions
    ]
    assert sorted(planned) == [row[:2] for row in answers_of(visitor.participant)]
    assert "DONE42" in visitor.html
    assert visitor.participant.outcome == "finished"


def test_replaying_any_earlier_request_changes_nothing(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive().walk_to_the_end()
    before = (
        answers_of(visitor.participant),
        Event.objects.count(),
        Step.objects.count(),
        AllocationEntry.objects.count(),
    )
    for data in visitor.sent:
        for change in ({}, {"q-prediction": "box"}, {"decline": "1"}):
            response = visitor.client.post(visitor.url, data | change, headers={"HX-Request": "true"})
            assert response.status_code == 200
    after = (
        answers_of(visitor.participant),
        Event.objects.count(),
        Step.objects.count(),
        AllocationEntry.objects.count(),
    )
    assert after == before
    assert visitor.participant.outcome == "finished"


def test_a_form_sent_twice_keeps_the_first_answer_and_shows_the_next_step(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive()
    visitor.walk_to("test", "trial")
    data = visitor.form.filled(**{"q-prediction": "bar"})
    visitor.send(data)
    shown = visitor.html
    visitor.send(data | {"q-prediction": "box"})
    assert visitor.form.hidden["step"] == data["step"].replace(data["step"], visitor.form.hidden["step"])
    assert visitor.html == shown
    stored = Response.objects.filter(
        step__participant=visitor.participant, question="prediction", step__phase="test"
    )
    assert [row.answer for row in stored] == ["bar"]


def test_reload_and_second_tab_show_the_same_step(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive()
    visitor.walk_to("learning", "learning")
    other_tab = Client().get(visitor.url).content.decode()
    visitor.look()
    assert visitor.html == other_tab


def test_an_old_tab_neither_answers_nor_skips_the_current_step(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive()
    visitor.walk_to("test", "trial")
    old_tab = visitor.form.filled()
    visitor.answer()
    current = visitor.step
    visitor.send(old_tab)
    assert visitor.step == current
    assert visitor.form.hidden["step"].startswith(f"{current.position}.")


@pytest.mark.parametrize("token", ["", "7", "7.0000", "x.y", "999999999999.aa", "٣.aa"])
def test_a_missing_or_foreign_step_token_stores_nothing_and_says_so_kindly(
    small_study: Study, token: str
) -> None:
    visitor = Visitor(small_study).arrive()
    visitor.walk_to("test", "trial")
    before = answers_of(visitor.participant)
    response = visitor.send(visitor.form.filled() | {"step": token})
    assert response.status_code == 400
    assert "This page was out of date" in visitor.html
    assert answers_of(visitor.participant) == before


def test_another_participants_token_is_foreign(small_study: Study) -> None:
    first, second = Visitor(small_study).arrive(), Visitor(small_study).arrive()
    response = first.send(first.form.filled() | {"step": second.form.hidden["step"]})
    assert response.status_code == 400
    assert answers_of(first.participant) == []


def test_a_missing_answer_is_named_in_words_and_what_was_chosen_is_kept(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive()
    step = visitor.walk_to("test", "trial")
    response = visitor.answer(q_prediction="bar", q_confidence="")
    assert response.status_code == 422
    assert "Choose an answer, then continue." in visitor.html
    assert 'value="bar" required checked' in visitor.html
    assert visitor.step == step


def test_an_answer_costs_one_locking_read_and_one_write(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive()
    visitor.walk_to("test", "trial")
    visitor.answer()
    data = visitor.form.filled()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        visitor.send(data)
    kinds = Counter(query["sql"].split()[0] for query in queries)
    assert kinds.pop("SELECT") == 1
    assert kinds.pop("INSERT") == 1
    assert set(kinds) <= {"SAVEPOINT", "RELEASE", "BEGIN"}
    locking = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
    assert len(locking) == (
        1 if connection.vendor == "postgresql" else 0
    )  # SQLite's transaction itself is the lock


def test_the_gate_gives_a_second_attempt_that_teaches_and_then_screens_out_kindly(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive()
    visitor.walk_to("gate")
    visitor.answer(q_aim="truth")
    assert "It is about the model." in visitor.html
    assert "It errs now and then." not in visitor.html
    visitor.answer(q_often="yes")
    assert "This study is not for you." in visitor.html
    assert "SORRY7" in visitor.html
    assert visitor.participant.outcome == "screened-out"
    assert visitor.participant.arm == ""
    assert visitor.look().participant.outcome == "screened-out"


def test_a_second_attempt_that_is_right_leads_to_an_arm(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive()
    visitor.walk_to("gate")
    visitor.answer(q_aim="truth")
    visitor.answer()
    assert visitor.participant.arm in ("control", "map", "placebo")
    positions = list(
        Step.objects.filter(participant=visitor.participant)
        .order_by("position")
        .values_list("position", flat=True)
    )
    assert positions == list(range(1, len(positions) + 1))


def test_a_wrong_answer_to_the_tutorials_check_teaches_and_never_excludes(small_study: Study) -> None:
    visitors = [Visitor(small_study).arrive() for _ in range(6)]  # no block is longer
    for visitor in visitors:
        visitor.walk_to("tutorial")
    visitor = next(v for v in visitors if v.participant.arm == "map")
    visitor.walk_to("tutorial", "check")
    visitor.answer(q_red="little")
    assert "Red means much." in visitor.html
    visitor.walk_to_the_end()
    assert visitor.participant.outcome == "finished"


def test_whoever_declines_is_thanked_and_cannot_go_on(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive()
    visitor.send({"step": visitor.form.hidden["step"], "decline": "1"})
    assert visitor.participant.outcome == "declined"
    assert answers_of(visitor.participant) == []
    assert 'name="step"' not in visitor.look().html


def test_times_are_kept_as_the_browser_measured_them_and_marked_missing_without_scripts(
    small_study: Study,
) -> None:
    visitor = Visitor(small_study).arrive()
    visitor.walk_to("test", "trial")
    visitor.answer(
        response_ms="1234",
        hidden_ms="200",
        onset_at="1762333920123",
        events='[{"kind":"hidden","after_ms":5,"for_ms":200}]',
    )
    visitor.answer(response_ms="nonsense")
    measured, missing = Response.objects.filter(
        step__participant=visitor.participant, step__phase="test", question__in=["prediction"]
    )[:2]
    assert (measured.timing, measured.response_ms, measured.hidden_ms) == ("script", 1234, 200)
    assert measured.onset_at.isoformat() == "2025-11-05T09:12:00.123000+00:00"
    assert (missing.timing, missing.response_ms) == ("none", None)
    assert Event.objects.get(participant=visitor.participant, kind="hidden").detail == {
        "after_ms": 5,
        "for_ms": 200,
    }


def test_an_unknown_personal_link_is_told_kindly(client: Client, db: None) -> None:
    for method in (client.get, client.post):
        response = method(reverse("walk", args=["nobody"]))
        assert response.status_code == 404
        assert "This link does not work" in response.content.decode()


def test_other_methods_are_refused(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive()
    assert visitor.client.put(visitor.url).status_code == 405
    assert visitor.client.delete(visitor.url).status_code == 405


def test_a_walk_sets_no_cookie_and_is_kept_out_of_caches(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive().walk_to_the_end()
    assert not visitor.client.cookies
    for response in visitor.seen:
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]


def test_visits_are_told_from_reloads_and_returns(
    small_study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(small_study).arrive().look()
    monkeypatch.setattr(services, "_PAUSE", timedelta(seconds=-1))
    visitor.look()
    kinds = Event.objects.filter(participant=visitor.participant, position=1).order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == ["shown", "reloaded", "resumed"]


def test_a_link_with_strange_characters_is_not_found(client: Client, db: None) -> None:
    assert client.get("/p/%00/").status_code == 404


@pytest.mark.parametrize(("recruited", "leads_back"), [(True, True), (False, False)])
def test_whoever_a_recruiter_sent_is_led_back_when_they_finish(
    tmp_path: Path, recruited: bool, leads_back: bool
) -> None:
    folder = write_study(
        tmp_path / "paid", ("completion: {code: DONE42", "completion: {recruiter: prolific, code: DONE42")
    )
    study = launch(load(folder), SEED)
    visitor = Visitor(study).arrive(**({"PROLIFIC_PID": "abc"} if recruited else {})).walk_to_the_end()
    address = "https://app.prolific.com/submissions/complete?cc=DONE42"
    assert (visitor.seen[-1].headers.get("HX-Redirect") == address) is leads_back
    assert address in visitor.look().html
