"""System checks: wrong combinations of settings, and guards that went missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connections

from studyapp.models import guards


@register(Tags.database)
def check_guards(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The append-only tables have their triggers."""
    if not databases or "default" not in databases:
        return []
    try:
        if "studyapp_response" not in connections["default"].introspection.table_names():
            return []  # not migrated yet
        absent = guards.missing()
    except DatabaseError as error:
        return [Error(f"The database cannot be read: {error}", id="foretell.E002")]
    if not absent:
        return []
    return [
        Error(
            f"Append-only triggers are missing: {', '.join(absent)}.",
            hint="Run `manage.py migrate`, which installs them.",
            id="foretell.E001",
        )
    ]


@register(Tags.security, deploy=True)
def check_public_url(**_: Any) -> list[CheckMessage]:
    """The public address is https outside development."""
    if settings.PUBLIC_URL.startswith("https://"):
        return []
    return [
        Warning(
            "PUBLIC_URL is not https.", hint="Participants' links carry their session.", id="foretell.W001"
        )
    ]
