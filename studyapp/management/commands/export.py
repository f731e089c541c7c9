"""`manage.py export STUDY --out DIR`: the tables for the analysis."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from studyapp.errors import StudyError
from studyapp.export.formats import FORMATS
from studyapp.export.services import export_study
from studyapp.management.find import find_study


class Command(BaseCommand):
    """Export a study."""

    help = "Write a study's tables with their description into a new folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study")
        parser.add_argument(
            "--out", type=Path, required=True, metavar="DIR", help="a folder that does not exist"
        )
        parser.add_argument(
            "--format", default="csv", help=f"one or more of {', '.join(FORMATS)}, with commas between"
        )

    def handle(self, *, study: str, out: Path, format: str, **options: Any) -> None:
        def with_bar(rows: Iterable[Any], table: str) -> Iterable[Any]:
            return tqdm(rows, desc=table, unit="row", disable=None, leave=False)

        try:
            counts = export_study(find_study(study), out, format.split(","), with_bar)
        except StudyError as error:
            raise CommandError(error) from error
        told = ", ".join(
            f"{count:,} {name}" for name, count in counts.items() if name in ("participants", "trials")
        )
        self.stdout.write(self.style.SUCCESS(f"{study} is exported to {out}: {told}."))
