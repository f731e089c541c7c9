"""`python -m analysis power`: simulate a protocol's own analysis before anyone has taken part."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _SubParsersAction
from functools import partial
from pathlib import Path

from tqdm import tqdm

from analysis.power.lists import by_group, named_numbers, whole_numbers
from analysis.power.planning import Request, plan_power

DEVIATIONS = ("participant", "item", "item_slope", "participant_slope")


def add(commands: _SubParsersAction[ArgumentParser]) -> ArgumentParser:
    """Add the command to the parser."""
    command = commands.add_parser("power", help="simulate a protocol's own analysis, before the study")
    command.add_argument("protocol", metavar="PROTOCOL", type=Path, help="protocol.yaml, or its folder")
    command.add_argument(
        "--participants",
        required=True,
        metavar="40,80,160",
        help="numbers of participants, in all arms together",
    )
    command.add_argument(
        "--items", required=True, metavar="12,24,48", help="numbers of items each person answers"
    )
    command.add_argument(
        "--effect",
        required=True,
        metavar="0.10",
        help="added to the baseline probability of every arm but the reference; or arm=0.10,other=0.05",
    )
    command.add_argument(
        "--baseline",
        type=float,
        metavar="0.60",
        help="probability in the reference arm (0.6, or the pilot's)",
    )
    command.add_argument(
        "--drop-out", default="0", metavar="0.05", help="share who leave on the way; or arm=0.10,other=0.05"
    )
    command.add_argument(
        "--pilot", metavar="EXPORT", type=Path, help="estimate variances and baseline from it"
    )
    command.add_argument(
        "--sd",
        metavar="item_slope=0.5",
        help=f"standard deviations on the logit scale: {', '.join(DEVIATIONS)}",
    )
    command.add_argument("--pool", type=int, metavar="N", help="items that each person's are drawn from")
    command.add_argument("--studies", type=int, default=500, metavar="N", help="simulated per size (500)")
    command.add_argument("--seed", type=int, default=1, metavar="N", help="of all random numbers (1)")
    command.add_argument("--processes", type=int, default=-1, metavar="N", help="one per core unless given")
    command.add_argument("--dask", metavar="ADDRESS", help="use the workers of this Dask scheduler")
    command.add_argument(
        "--out", type=Path, metavar="DIR", help="folder for power.csv, power.svg and power.png"
    )
    return command


def run(given: Namespace) -> int:
    """Simulate, print the table, the smallest designs and the sentence; write files where asked to."""
    request = Request(
        protocol=given.protocol,
        participants=whole_numbers(given.participants, "participants", 4),
        items=whole_numbers(given.items, "items", 2),
        effect=partial(by_group, given.effect, "effect"),
        drop_out=partial(by_group, given.drop_out, "drop-out"),
        baseline=given.baseline,
        deviations=named_numbers(given.sd, "sd", DEVIATIONS) if given.sd else {},
        pilot=given.pilot,
        pool=given.pool,
        studies=given.studies,
        seed=given.seed,
        processes=given.processes,
        dask=given.dask,
        out=given.out,
    )
    print(plan_power(request, progress=partial(tqdm, disable=None)))
    return 0
