"""What commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from studyapp.models import Study


def find_study(slug: str) -> Study:
    """Return the study called `slug`; CommandError names the known ones."""
    with tables_needed():
        try:
            return Study.objects.select_related("bundle").get(slug=slug)
        except Study.DoesNotExist as error:
            known = ", ".join(Study.objects.order_by("slug").values_list("slug", flat=True)) or "none so far"
            raise CommandError(f"No study is called {slug!r}. Loaded ones: {known}.") from error


@contextmanager
def tables_needed() -> Iterator[None]:
    """Say what to do where the database has no tables yet; any other fault of it goes through."""
    try:
        yield
    except DatabaseError as error:
        if Study._meta.db_table in connection.introspection.table_names():
            raise
        raise CommandError("The database has no tables yet: run `manage.py migrate` first.") from error
