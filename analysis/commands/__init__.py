"""The commands of `python -m analysis`: each module has `add(commands)`, which returns its parser, and `run(given)`.

`run` returns the exit status. To add one: write a module, add it here.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _SubParsersAction
from typing import Protocol

from analysis.commands import gain, power, replicate, report


class Command(Protocol):
    """What a module of this package offers."""

    def add(self, commands: _SubParsersAction[ArgumentParser]) -> ArgumentParser: ...

    def run(self, given: Namespace) -> int: ...


COMMANDS: tuple[Command, ...] = (report, power, replicate, gain)
