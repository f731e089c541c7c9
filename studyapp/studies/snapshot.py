"""Reading many tables as of one moment, while participants go on answering."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction

SNAPSHOT = "snapshot"  # the database alias; in settings it never takes SQLite's write lock


@contextmanager
def snapshot() -> Iterator[str]:
    """Give the alias to read through; all reads in the block agree, and none waits for a writer."""
    connection = connections[SNAPSHOT]
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(using=SNAPSHOT):
        if connection.vendor == "postgresql" and is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield SNAPSHOT
