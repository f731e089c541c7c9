"""What the checks of a bundle found, told on a terminal."""

from typing import TextIO

from ..bundle import Bundle
from ..checks.plain import measured, outcome, told

HEADS = {"fails": "Look out", "unclear": "Too few items"}


def tell_verdicts(found: Bundle, to: TextIO) -> None:
    """A line for each check that did not pass or cannot be told. The bundle is sound all the same."""
    for check in found.manifest.checks:
        if head := HEADS.get(outcome(check)):
            about = "/".join(name for name in (check.explainer, check.model) if name)
            print(f"{head}: {check.name} of {about} is {measured(check)}. {told(check)}", file=to)
