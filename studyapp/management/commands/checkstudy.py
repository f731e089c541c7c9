"""`manage.py checkstudy STUDY_DIR`: what is wrong with a study folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.plan_check import plan_faults
from protocol import ready_to_launch
from studyapp.studies.checking import StudyFaults, read_folder


class Command(BaseCommand):
    """Check a study folder."""

    help = "Check a study folder without loading it; every problem is told with its file and line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="STUDY_DIR")

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            read = read_folder(folder)
        except StudyFaults as error:
            raise CommandError(error) from error
        problems = ready_to_launch(read.protocol, read.lines)
        problems += [read.lines.problem(message, *path) for path, message in plan_faults(read.protocol)]
        if problems:
            raise CommandError(
                "\n".join(map(str, problems)) + "\nIt can be loaded and previewed, but not launched."
            )
        self.stdout.write(self.style.SUCCESS(f"{read.protocol.study} has no problems and can be launched."))
