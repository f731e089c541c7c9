"""`check`: say what is wrong with a bundle; show how its explanations did in checks; measure what needs no model."""

import argparse
import sys
from pathlib import Path

from .. import bundle
from ..bundle import Bundle
from ..errors import ExplainersError
from .base import Commands, described


def add(commands: Commands) -> None:
    """Add the command and its options."""
    check = commands.add_parser("check", help="say what is wrong with a bundle, ours or anyone's")
    check.add_argument("bundle", type=Path, metavar="BUNDLE")
    check.add_argument("--html", type=Path, metavar="PAGE", help="write a page with pictures and verdicts")
    check.add_argument(
        "--recipe",
        type=Path,
        metavar="RECIPE",
        help="the recipe that made it, for pictures of randomised models; by default recipe.yaml beside the bundle",
    )
    check.add_argument(
        "--out", type=Path, metavar="BUNDLE", help="write the bundle anew with the checks that need no model"
    )
    check.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check a bundle."""
    from .verdicts import tell_verdicts

    found = bundle.read(options.bundle)
    print(f"{options.bundle} is sound: {described(found)}.")
    if options.out:
        from ..checks.content.of_bundle import with_scores

        found = with_scores(found, options.out)
        print(f"{options.out} written: {described(found)}.")
    tell_verdicts(found, sys.stdout)
    if options.html:
        _write(found, options)
    return 0


def _write(found: Bundle, options: argparse.Namespace) -> None:
    from ..checks.page.write import Twins, write_page

    beside = options.bundle.resolve().parent / "recipe.yaml"
    try:
        if options.recipe or (beside.is_file() and found.manifest.recipe):
            from ..checks.page.twins import twins_of

            twins = twins_of(options.recipe or beside, found)
        else:
            twins = Twins(
                {}, "Not possible: the model is not here. --recipe names the recipe that made the bundle."
            )
    except ExplainersError as error:
        if options.recipe:
            raise
        print(f"No pictures of randomised models: {error}", file=sys.stderr)
        why_not = "Not possible: the recipe beside the bundle does not make it. --recipe names the one that made it."
        twins = Twins({}, why_not)
    write_page(found, options.html, twins)
    print(f"Page: {options.html}")
