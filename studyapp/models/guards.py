"""Triggers that keep responses, events, the allocation log and launched protocols as they were written.

They are installed after every `migrate` (a later migration that alters a table drops its triggers without a
word), their presence is a system check, and `lifted` takes them away for a test's flush.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

_WITHDRAWN_STEP = (
    "EXISTS (SELECT 1 FROM studyapp_withdrawal w "
    "JOIN studyapp_step s ON s.participant_id = w.participant_id WHERE s.id = OLD.step_id)"
)
_WITHDRAWN_PARTICIPANT = (
    "EXISTS (SELECT 1 FROM studyapp_withdrawal w WHERE w.participant_id = OLD.participant_id)"
)
_STUDY_IS_DRAFT = "EXISTS (SELECT 1 FROM studyapp_study s WHERE s.id = OLD.study_id AND s.status = 'draft')"
GUARDED = {  # table: what must hold for a change to be allowed
    "studyapp_response": _WITHDRAWN_STEP,
    "studyapp_event": _WITHDRAWN_PARTICIPANT,
    "studyapp_allocationentry": "1 = 0",
    "studyapp_withdrawal": "1 = 0",
    "studyapp_protocolversion": _STUDY_IS_DRAFT,
}
_ACTIONS = ("UPDATE", "DELETE")
_TRUNCATE = "TRUNCATE"


def install(using: str = "default") -> None:
    """Create every trigger that is absent."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table, allowed in GUARDED.items():
            if table in tables:
                for statement in _create(connection, table, allowed):
                    cursor.execute(statement)


def remove(using: str = "default") -> None:
    """Drop every trigger."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table in GUARDED:
            for action in _guarded_actions(connection):
                on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, action)}{on_table}")


@contextmanager
def lifted(using: str = "default") -> Iterator[None]:
    """Take the triggers away for the time of a block: for a test's flush, never for the server."""
    remove(using)
    try:
        yield
    finally:
        install(using)


def missing(using: str = "default") -> list[str]:
    """Return the names of triggers that should be there and are not."""
    connection = connections[using]
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    wanted = [_name(table, action) for table in GUARDED for action in _guarded_actions(connection)]
    return [name for name in wanted if name not in present]


def install_after_migrate(using: str = "default", **_: Any) -> None:
    """Answer `post_migrate`."""
    install(using)


def _guarded_actions(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    return (*_ACTIONS, _TRUNCATE) if connection.vendor == "postgresql" else _ACTIONS


def _name(table: str, action: str) -> str:
    return f"{table}_keep_{action.lower()}"


def _create(connection: BaseDatabaseWrapper, table: str, allowed: str) -> Iterator[str]:
    message = f"{table} is append-only"
    for action in _ACTIONS:
        name = _name(table, action)
        if connection.vendor == "sqlite":
            yield (
                f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {action} ON {table} WHEN NOT ({allowed}) "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        else:
            result = "NEW" if action == "UPDATE" else "OLD"
            yield (
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN "
                f"IF NOT ({allowed}) THEN RAISE EXCEPTION '{message}'; END IF; RETURN {result}; END $$ LANGUAGE plpgsql"
            )
            yield f"CREATE OR REPLACE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    if connection.vendor == "postgresql":  # no row trigger sees a TRUNCATE; SQLite has none
        name = _name(table, _TRUNCATE)
        yield (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN "
            f"RAISE EXCEPTION '{message}'; END $$ LANGUAGE plpgsql"
        )
        yield f"CREATE OR REPLACE TRIGGER {name} BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {name}()"
