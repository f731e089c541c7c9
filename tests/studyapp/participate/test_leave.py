"""Stopping and withdrawing: kind, final, and the place is given back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from studyapp.models import AllocationEntry, Event, Response, Study, Withdrawal
from tests.studyapp.visitor import Visitor

pytestmark = pytest.mark.django_db


def test_the_page_asks_before_anything_happens(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive()
    response = visitor.client.get(reverse("leave", args=[visitor.token]))
    assert "You can stop at any time" in response.content.decode()
    assert visitor.participant.outcome == "arrived"


def test_who_stops_keeps_their_answers_and_frees_their_place(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive()
    visitor.walk_to("test", "trial")
    count = Response.objects.count()
    for _ in range(2):  # a second click changes nothing
        visitor.client.post(reverse("leave", args=[visitor.token]), {"stop": "1"})
    assert visitor.participant.outcome == "left"
    assert Response.objects.count() == count
    assert [entry.action for entry in AllocationEntry.objects.order_by("sequence")] == ["assigned", "freed"]
    assert "You have stopped taking part" in visitor.look().html


def test_who_withdraws_has_every_answer_erased(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive().walk_to_the_end()
    other = Visitor(small_study).arrive().walk_to_the_end()
    others = Response.objects.filter(step__participant=other.participant).count()
    for _ in range(2):
        visitor.client.post(reverse("leave", args=[visitor.token]), {"withdraw": "1"})
    assert visitor.participant.outcome == "withdrawn"
    assert not Response.objects.filter(step__participant=visitor.participant).exists()
    assert Response.objects.count() == others
    assert set(Event.objects.filter(participant=visitor.participant).values_list("kind", flat=True)) == {
        "withdrawn",
        "place-freed",
    }
    assert Withdrawal.objects.get().participant == visitor.participant
    assert "Your answers are erased" in visitor.look().html
    assert "DONE42" in visitor.html  # the code stays valid


def test_a_withdrawn_participant_cannot_answer_again(small_study: Study) -> None:
    visitor = Visitor(small_study).arrive()
    visitor.walk_to("test", "trial")
    data = visitor.form.filled()
    visitor.client.post(reverse("leave", args=[visitor.token]), {"withdraw": "1"})
    visitor.send(data)
    assert not Response.objects.exists()


def test_nobody_can_stop_for_someone_unknown(small_study: Study, client: object) -> None:
    visitor = Visitor(small_study).arrive()
    assert visitor.client.post(reverse("leave", args=["nobody"])).status_code == 404
