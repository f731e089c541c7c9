"""`gallery`: a page with every explainer on every kind of data that it serves."""

import argparse
import sys
from itertools import chain
from pathlib import Path

from ..registry import require
from .base import Commands


def add(commands: Commands) -> None:
    """Add the command and its options."""
    gallery = commands.add_parser("gallery", help="one page with every explainer, to look at")
    gallery.add_argument("--out", type=Path, required=True, metavar="DIR")
    gallery.add_argument(
        "--only",
        nargs="+",
        action="extend",
        type=names,
        default=[],
        metavar="EXPLAINER",
        help="show these alone; with spaces or commas between them, or --only again",
    )
    gallery.set_defaults(run=run)


def names(text: str) -> list[str]:
    """Names with commas between them."""
    return [name.strip() for name in text.split(",") if name.strip()]


def run(options: argparse.Namespace) -> int:
    """Make the page; the status is 1 where an explainer failed."""
    from tqdm import tqdm

    from ..gallery import make
    from ..gallery.scenes import Scenes, kinds_served

    only = list(chain.from_iterable(options.only))
    for name in only:
        require("explainer", name)
    total = sum(1 for name, _ in kinds_served() if not only or name in only)
    shown = make(options.out, Scenes(), only)
    exhibits = list(tqdm(shown, total=total, unit="exhibit", disable=None))
    failed = [one for one in exhibits if one.fault]
    left_out = sum(1 for one in exhibits if one.use.why_not)
    told = f"{len(exhibits) - len(failed) - left_out} exhibits of {len({one.name for one in exhibits})} explainers"
    print(
        f"{options.out / 'index.html'}: {told}; {left_out} not shown, with the reason; {len(failed)} failed."
    )
    for one in failed:
        print(f"{one.name} on {one.kind}: {one.fault}", file=sys.stderr)
    return 1 if failed else 0
