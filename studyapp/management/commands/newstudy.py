"""`manage.py newstudy NAME --from TEMPLATE`: a study folder to begin with."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from studyapp.errors import StudyError
from studyapp.studies.scaffolding import find_template, new_study


class Command(BaseCommand):
    """Make a new study folder."""

    help = "Copy a ready study's folder under a new name."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder",
            type=Path,
            metavar="NAME",
            help="the new folder, such as mine or fixtures/mine; its last part becomes the study's name",
        )
        parser.add_argument("--from", dest="template", required=True, metavar="TEMPLATE")

    def handle(self, *, folder: Path, template: str, **options: Any) -> None:
        try:
            made = new_study(folder, find_template(template, settings.BASE_DIR / "fixtures"))
        except StudyError as error:
            raise CommandError(error) from error
        at = shlex.quote(str(made))
        self.stdout.write(self.style.SUCCESS(f"{made} is ready. Edit {made / 'protocol.yaml'}, then run:"))
        for command in (f"checkstudy {at}", f"load {at}", f"launch {made.name}"):
            self.stdout.write(f"  python manage.py {command}")
