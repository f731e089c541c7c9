"""`manage.py verify STUDY`: replay every draw."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from studyapp.management.find import find_study
from studyapp.studies.verifying import verify


class Command(BaseCommand):
    """Verify a study."""

    help = "Replay allocations, orders and item samples: is each what the protocol and the seed say?"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study")

    def handle(self, *, study: str, **options: Any) -> None:
        def with_bar(sessions: Iterable[Any]) -> Iterable[Any]:
            return tqdm(sessions, unit="session", disable=None)

        found = verify(find_study(study), with_bar)
        if not found.is_clean:
            raise CommandError("\n".join([*found.discrepancies, found.describe()]))
        self.stdout.write(self.style.SUCCESS(found.describe()))
