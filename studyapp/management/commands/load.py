"""`manage.py load STUDY_DIR`: a study folder becomes a draft in the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from studyapp.errors import StudyError
from studyapp.management.find import tables_needed
from studyapp.studies.loading import load


class Command(BaseCommand):
    """Load a study folder."""

    help = "Load a study folder (protocol.yaml and its bundle) as a draft, or replace a draft's protocol."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="STUDY_DIR")

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            with tables_needed():
                study = load(folder, report=self.stdout.write)
        except StudyError as error:
            raise CommandError(error) from error
        self.stdout.write(
            self.style.SUCCESS(f"{study} is loaded as a draft; `manage.py launch {study}` opens it.")
        )
