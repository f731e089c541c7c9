"""`manage.py amend STUDY STUDY_DIR --reason TEXT`: a new version of a launched protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from studyapp.errors import StudyError
from studyapp.management.find import find_study
from studyapp.studies.amending import amend


class Command(BaseCommand):
    """Amend a launched study."""

    help = "Put changed texts or quotas of a launched study in force; anything else is a new study."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study")
        parser.add_argument("folder", type=Path, metavar="STUDY_DIR")
        parser.add_argument("--reason", required=True, metavar="TEXT", help="stands in the export")

    def handle(self, *, study: str, folder: Path, reason: str, **options: Any) -> None:
        try:
            amended = amend(find_study(study), folder, reason)
        except StudyError as error:
            raise CommandError(error) from error
        self.stdout.write(f"Protocol {amended.protocol_sha256}")
        self.stdout.write(
            self.style.SUCCESS(
                f"{amended} is amended: version {amended.version} holds for everyone who arrives from now on."
            )
        )
