"""`manage.py launch STUDY`: a draft is frozen and opened."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.plan_check import plan_faults
from studyapp.errors import StudyError
from studyapp.management.find import find_study
from studyapp.studies.launching import launch


class Command(BaseCommand):
    """Launch a draft."""

    help = "Freeze a draft, draw its secret seed and open it to participants."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study")
        parser.add_argument("--seed", help="32 hex digits; drawn by the operating system unless given")

    def handle(self, *, study: str, seed: str | None, **options: Any) -> None:
        try:
            draft = find_study(study)
            if faults := [message for _, message in plan_faults(draft.protocol)]:
                raise StudyError(
                    f"{draft} cannot be launched: its plan cannot be executed.\n" + "\n".join(faults)
                )
            launched = launch(draft, seed)
        except StudyError as error:
            raise CommandError(error) from error
        self.stdout.write(f"Protocol {launched.protocol_sha256}\nBundle   {launched.bundle.sha256}")
        self.stdout.write(f"Seed     hidden until the study is closed; its SHA-256 is {launched.seed_sha256}")
        self.stdout.write(self.style.SUCCESS(f"{launched} is open."))
