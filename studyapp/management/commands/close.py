"""`manage.py close STUDY`: recruitment ends for good."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from studyapp.errors import StudyError
from studyapp.management.find import find_study
from studyapp.studies.closing import close


class Command(BaseCommand):
    """Close a study."""

    help = (
        "Close a study for good: whoever has an arm may finish, nobody new is let in, the seed is exported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study")

    def handle(self, *, study: str, **options: Any) -> None:
        try:
            closed = close(find_study(study))
        except StudyError as error:
            raise CommandError(error) from error
        self.stdout.write(self.style.SUCCESS(f"{closed} is closed. Its seed is {closed.seed}."))
