"""What commands share."""

from __future__ import annotations

from django.core.management.base import CommandError

from studyapp.models import Study


def find_study(slug: str) -> Study:
    """Return the study called `slug`; CommandError names the known ones."""
    try:
        return Study.objects.select_related("bundle").get(slug=slug)
    except Study.DoesNotExist as error:
        known = ", ".join(Study.objects.order_by("slug").values_list("slug", flat=True)) or "none so far"
        raise CommandError(f"No study is called {slug!r}. Loaded ones: {known}.") from error
