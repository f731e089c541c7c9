"""One command of `python -m explainers`: its options, its run, and what is told when it cannot."""

import argparse
import sys
from collections.abc import Sequence

from ..bundle import BundleError, BundleExists
from ..errors import ExplainersError
from ..failures import NEEDED
from . import check, debug, gallery, listing, prepare, train

COMMANDS = (listing, train, prepare, check, gallery, debug)  # each adds its options, and with them its run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    options = parser().parse_args(arguments)
    try:
        status: int = options.run(options)
        return status
    except KeyboardInterrupt:
        more = (
            " The same command goes on where it stopped." if options.command in ("prepare", "debug") else ""
        )
        print(f"\nStopped.{more}", file=sys.stderr)
        return 130
    except (ExplainersError, BundleExists, BundleError) as error:
        if options.traceback:
            raise
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        if options.traceback or not error.filename:
            raise
        print(f"{error.filename}: {error.strerror}.", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if error.name not in NEEDED:
            raise
        needs = f"`{options.command}` needs {error.name}, which is not installed"
        print(f"{needs}: pip install -r requirements.txt", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    told = "List what there is; train, prepare, check, show; debug."
    top = argparse.ArgumentParser(prog="python -m explainers", description=told)
    top.add_argument("--traceback", action="store_true", help="of an error, show also which code raised it")
    commands = top.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        command.add(commands)
    return top
