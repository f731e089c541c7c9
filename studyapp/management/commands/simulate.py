"""`manage.py simulate STUDY --participants N --seed S`: virtual participants walk the pages."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from studyapp.errors import StudyError
from studyapp.management.find import find_study
from studyapp.simulate.browser import no_query_log
from studyapp.simulate.psychometrics import Psychometrics
from studyapp.simulate.truth import write_truth
from studyapp.simulate.walks import simulated_walks

_NUMBERS = [field.name for field in fields(Psychometrics) if field.type == "float"]


class Command(BaseCommand):
    """Simulate participants."""

    help = (
        "Let virtual participants walk an open study; called again with the same seed, it does what is left."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study")
        parser.add_argument("--participants", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, required=True, metavar="S")
        parser.add_argument("--truth", type=Path, metavar="FILE", help="write what was planted as JSON")
        for name, meaning in (
            ("effect", "effect of an arm on the logit scale"),
            ("drop-out", "hazard of dropping out per page; without an arm, of every arm that is not named"),
            ("rating", "shift of an arm's ratings, in standard deviations"),
        ):
            parser.add_argument(
                f"--{name}", type=_arm_value, action="append", default=[], metavar="ARM=NUMBER", help=meaning
            )
        for name in _NUMBERS:
            if name != "drop_out":
                parser.add_argument(
                    f"--{name.replace('_', '-')}",
                    type=float,
                    metavar="NUMBER",
                    help=f"default {getattr(Psychometrics, name):g}; see studyapp/simulate/psychometrics.py",
                )

    def handle(self, *, study: str, participants: int, seed: int, truth: Path | None, **options: Any) -> None:
        try:
            psychometrics = _psychometrics(options)
            found = find_study(study)
            walks = simulated_walks(found, participants, seed, psychometrics)
            with no_query_log():
                bar = tqdm(walks, total=participants, unit="participant", disable=None)
                outcomes = Counter(walk.outcome for walk in bar)
            if truth:
                write_truth(found, seed, psychometrics, truth)
        except KeyboardInterrupt as stop:
            raise CommandError(
                "Stopped. The same command goes on where it stopped.", returncode=130
            ) from stop
        except (StudyError, OSError) as error:
            raise CommandError(error) from error
        told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()) or "nobody"
        self.stdout.write(self.style.SUCCESS(f"{participants} walked {found}: {told}."))


def _psychometrics(options: dict[str, Any]) -> Psychometrics:
    given = {name: options[name] for name in _NUMBERS if options.get(name) is not None and name != "drop_out"}
    hazards = dict(options["drop_out"])
    if "" in hazards:
        given["drop_out"] = hazards.pop("")
    for name in ("effect", "rating"):
        if "" in dict(options[name]):
            raise StudyError(f"--{name} {dict(options[name])['']:g} names no arm; ARM=NUMBER is needed.")
    return Psychometrics(
        effects=dict(options["effect"]), drop_outs=hazards, ratings=dict(options["rating"]), **given
    )


def _arm_value(text: str) -> tuple[str, float]:
    """Read `ARM=NUMBER`, or a number that is for every arm."""
    arm, _, number = text.rpartition("=")
    try:
        return arm, float(number)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not ARM=NUMBER, such as examples=0.8") from error
