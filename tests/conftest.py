"""What all tests share: the mark of those that touch the database, and a flush that no trigger blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import TransactionTestCase

from studyapp.models import guards

IN_TRANSACTION = {"db"}
COMMITTED = {"transactional_db", "live_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that touches the database: those run a second time, on PostgreSQL."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or used & (IN_TRANSACTION | COMMITTED):
            item.add_marker(pytest.mark.database)


@pytest.fixture(scope="session", autouse=True)
def flush_in_spite_of_the_guards() -> Iterator[None]:
    """Lift the triggers while a test with `transaction=True` empties the tables behind it."""
    plain = TransactionTestCase._fixture_teardown

    def teardown(case: Any) -> None:
        with guards.lifted():
            plain(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


@pytest.fixture(autouse=True)
def snapshot_sees_the_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the `snapshot` alias share the test's connection, whose transaction is never committed.

    A test that declares `databases=["default", "snapshot"]` keeps a second, real connection.
    """
    mark = request.node.get_closest_marker("django_db")
    if request.node.get_closest_marker("database") is None or (
        mark and "snapshot" in mark.kwargs.get("databases", ())
    ):
        yield
        return
    is_committed = (mark and mark.kwargs.get("transaction")) or COMMITTED & set(request.fixturenames)
    request.getfixturevalue(
        "transactional_db" if is_committed else "db"
    )  # before the connections are changed
    own = connections["snapshot"]
    connections["snapshot"] = connections["default"]
    yield
    connections["snapshot"] = own
