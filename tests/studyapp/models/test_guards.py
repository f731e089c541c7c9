"""The database itself keeps what was written, whatever speaks to it."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from studyapp.models import (
    AllocationEntry,
    Event,
    Participant,
    ProtocolVersion,
    Response,
    Study,
    Withdrawal,
    guards,
)
from studyapp.studies.launching import launch
from studyapp.studies.loading import load
from tests.studyapp.small_study import SEED, write_study
from tests.studyapp.walker import at, walk

CHANGES = {
    "studyapp_response": "answer = 'changed'",
    "studyapp_event": "kind = 'changed'",
    "studyapp_allocationentry": "arm = 'changed'",
    "studyapp_withdrawal": "kind = 'changed'",
    "studyapp_protocolversion": "reason = 'changed'",
}


@pytest.fixture
def walker(small_study: Study) -> Participant:
    """Someone with answers, events and a place."""
    return walk(small_study, stop=at("tutorial"))


def run(statement: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


@pytest.mark.parametrize(
    "table",
    ["studyapp_response", "studyapp_event", "studyapp_allocationentry", "studyapp_protocolversion"],
)
def test_nothing_is_changed_or_deleted_by_raw_sql(walker: Participant, table: str) -> None:
    for statement in (f"UPDATE {table} SET {CHANGES[table]}", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match=f"{table} is append-only"):
            run(statement)


@pytest.mark.parametrize("model", [Response, Event, AllocationEntry, ProtocolVersion])
def test_nothing_is_changed_or_deleted_by_the_orm(walker: Participant, model) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.all().delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.update(id=0)


def test_answers_and_events_of_whoever_withdrew_may_go(walker: Participant, small_study: Study) -> None:
    other = walk(small_study, stop=at("gate"))
    Withdrawal.objects.create(participant=walker, kind="withdrawal")
    assert Response.objects.filter(step__participant=walker).delete()[0] > 0
    assert Event.objects.filter(participant=walker).update(detail={}) > 0
    assert Event.objects.filter(participant=walker).delete()[0] > 0
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Response.objects.filter(step__participant=other).delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.filter(participant=other).delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AllocationEntry.objects.filter(participant=walker).delete()


def test_a_withdrawal_cannot_be_taken_back(walker: Participant) -> None:
    Withdrawal.objects.create(participant=walker, kind="withdrawal")
    for statement in (
        f"UPDATE studyapp_withdrawal SET {CHANGES['studyapp_withdrawal']}",
        "DELETE FROM studyapp_withdrawal",
    ):
        with pytest.raises(DatabaseError, match="studyapp_withdrawal is append-only"):
            run(statement)


def test_a_participant_with_answers_cannot_be_deleted(walker: Participant) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        walker.delete()


def test_the_versions_of_a_draft_may_change(draft_study: Study) -> None:
    assert draft_study.versions.update(reason="changed") == 1
    assert draft_study.versions.all().delete()[0] == 1


def test_missing_triggers_are_a_system_check(db: None) -> None:
    assert "foretell.E001" not in [message.id for message in run_checks(databases=["default"])]
    with guards.lifted():
        (error,) = [message for message in run_checks(databases=["default"]) if message.id == "foretell.E001"]
        assert "studyapp_response_keep_update" in error.msg
        assert error.hint == "Run `manage.py migrate`, which installs them."
    assert guards.missing() == []


def test_one_missing_trigger_is_named(db: None) -> None:
    on_table = " ON studyapp_event" if connection.vendor == "postgresql" else ""
    run(f"DROP TRIGGER studyapp_event_keep_delete{on_table}")
    assert guards.missing() == ["studyapp_event_keep_delete"]
    guards.install()
    assert guards.missing() == []


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_a_committed_test_is_flushed_in_spite_of_the_triggers(tmp_path: Path, time: str) -> None:
    assert not Response.objects.exists()  # the first time left nothing for the second
    walk(launch(load(write_study(tmp_path / "small")), SEED), stop=at("tutorial"))
    with pytest.raises(DatabaseError, match="append-only"):
        Response.objects.update(answered_at=timezone.now())


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_no_table_is_emptied_by_truncate(walker: Participant) -> None:
    for table in guards.GUARDED:
        with pytest.raises(DatabaseError, match=f"{table} is append-only"):
            run(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE")  # no check may be pending
