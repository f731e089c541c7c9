"""What all tests share: the mark of those that touch the database, and a flush that the triggers do not block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import TransactionTestCase

from studyapp.models import guards


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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that touches the database: those run a second time, on PostgreSQL."""
    for item in items:
        if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)
