"""When something breaks inside, people read kind words and nothing from inside."""

from __future__ import annotations

import pytest
from django.test import Client

from studyapp.models import Study
from studyapp.participate import services
from tests.studyapp.visitor import Visitor

pytestmark = pytest.mark.django_db


def test_a_fault_of_ours_is_told_kindly_and_without_a_cause(
    small_study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(small_study, client=Client(raise_request_exception=False)).arrive()

    def broken(*_: object) -> None:
        raise RuntimeError("a cause from inside")

    monkeypatch.setattr(services, "take_answers", broken)
    response = visitor.send(visitor.form.filled())
    assert response.status_code == 500
    assert "Everything you sent before is saved." in visitor.html
    assert "inside" not in visitor.html


def test_an_address_that_does_not_exist_is_told_kindly(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "This page does not exist" in response.content.decode()
