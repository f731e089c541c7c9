"""A power analysis from a protocol's file to its text and figures."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.plan_check import plan_faults
from analysis.power import words
from analysis.power.assumptions import Assumptions
from analysis.power.curves import Progress, power_curve
from analysis.power.design import Design, design_of
from analysis.power.errors import PowerError
from analysis.power.figure import save_figure
from analysis.power.pilot import from_pilot
from analysis.power.smallest import smallest_designs
from analysis.reading import read_export
from protocol.errors import ProtocolError
from protocol.reading import read_with_lines
from protocol.schema import Protocol

ByGroup = Callable[[Sequence[str]], dict[str, float]]
BASELINE = 0.6
LARGEST_SD = 10.0  # beyond it everyone is always right or always wrong


@dataclass(frozen=True)
class Request:
    """What was asked for; `effect` and `drop_out` read their lists once the groups are known."""

    protocol: Path
    participants: Sequence[int]
    items: Sequence[int]
    effect: ByGroup
    drop_out: ByGroup
    baseline: float | None = None
    deviations: Mapping[str, float] = field(default_factory=dict)
    pilot: Path | None = None
    pool: int | None = None
    studies: int = 500
    seed: int = 1
    processes: int = -1
    dask: str | None = None
    out: Path | None = None


def plan_power(request: Request, progress: Progress | None = None) -> str:
    """Run a power analysis and return what there is to say about it; write the files where asked to.

    Raises
    ------
    PowerError, ExportError : the message says what is wrong and what is allowed; nothing is written then.
    """
    path = request.protocol / "protocol.yaml" if request.protocol.is_dir() else request.protocol
    _check(request)
    protocol = _read(path)
    design = design_of(protocol, path.parent / protocol.bundle, request.pool)
    assumed = _assumptions(request, design)
    assumed.probabilities(design)
    curve = power_curve(
        design,
        assumed,
        request.participants,
        request.items,
        studies=request.studies,
        seed=request.seed,
        processes=request.processes,
        dask=request.dask,
        progress=progress,
    )
    text = _text(curve, design, assumed, request.seed)
    if request.out is not None:
        text += "\n" + _write(curve, text, request.out)
    return text


def _check(request: Request) -> None:
    if request.studies < 1:
        raise PowerError(f"--studies {request.studies}: at least 1 is needed; 500 or more tell something.")
    if request.seed < 0:
        raise PowerError(f"--seed {request.seed}: a whole number from 0 is needed.")
    for name, value in request.deviations.items():
        if not 0 <= value <= LARGEST_SD:
            raise PowerError(
                f"--sd {name}={value:g}: a standard deviation is at least 0 and, in logits, at most {LARGEST_SD:g}."
            )
    if request.processes == 0:
        raise PowerError("--processes 0: a number from 1, or -1 for one per core, is needed.")
    if request.out is not None:
        _check_out(request.out)


def _check_out(folder: Path) -> None:
    """Raise `PowerError` where the files cannot be written, before hours are spent on them."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not there.is_dir():
        raise PowerError(f"--out {folder}: there is a file at {there}; a folder is needed.")
    if not os.access(there, os.W_OK):
        raise PowerError(f"--out {folder}: nothing may be written into {there}.")


def _read(path: Path) -> Protocol:
    """Read a protocol whose plan can be executed; a plan within people is simulated, if not yet run."""
    try:
        protocol, lines = read_with_lines(path)
    except ProtocolError as error:
        raise PowerError(str(error)) from error
    for place, why in plan_faults(protocol):
        if place != ("analysis", "exposure"):
            raise PowerError(str(lines.problem(why, *place)))
    return protocol


def _assumptions(request: Request, design: Design) -> Assumptions:
    """Return the defaults, over them what the pilot says, over that what was given by hand."""
    effects = {**request.effect(design.others), design.plan.reference: 0.0}
    assumed = Assumptions(BASELINE, effects, drop_out=request.drop_out(design.groups))
    if request.pilot is not None:
        assumed = from_pilot(read_export(request.pilot), design, assumed)
    if request.baseline is not None:
        assumed = replace(assumed, baseline=request.baseline)
    if request.deviations:
        named = ", ".join(request.deviations)
        source = f"{named} given by hand; {assumed.variances.source}"
        assumed = replace(assumed, variances=replace(assumed.variances, **request.deviations, source=source))
    return assumed


def _text(curve: pd.DataFrame, design: Design, assumed: Assumptions, seed: int) -> str:
    smallest = smallest_designs(curve)
    people, items = _chosen(curve, smallest)
    told = (curve, design, assumed, people, items, seed)
    return "\n\n".join(
        [
            words.table(curve),
            words.smallest_words(smallest),
            *words.items_words(design, curve["items"]),
            f"For the preregistration:\n{words.sentence(*told)}",
            _for_protocol(*told),
        ]
    )


def _for_protocol(*told: Any) -> str:
    try:
        return f"For the protocol, below `analysis:`\n{words.protocol_field(*told)}"
    except PowerError as why:
        return str(why)


def _chosen(curve: pd.DataFrame, smallest: pd.DataFrame) -> tuple[int, int]:
    """Return the smallest design that reaches the lowest target, else the largest one simulated."""
    reached = smallest.dropna(subset=["participants"])
    if len(reached):
        return int(reached["participants"].iloc[0]), int(reached["items"].iloc[0])
    return int(curve["participants"].max()), int(curve["items"].max())


def _write(curve: pd.DataFrame, text: str, folder: Path) -> str:
    """Write the files into a folder of their own first, so that all of them come or none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".power-") as kept:
            new = Path(kept)
            curve.to_csv(new / "power.csv", index=False, lineterminator="\n")
            (new / "power.txt").write_text(text + "\n", "utf-8")
            save_figure(curve, new)
            names = sorted(path.name for path in new.iterdir())
            for name in names:
                (new / name).replace(folder / name)
    except OSError as error:
        raise PowerError(f"--out {folder}: cannot be written: {error.strerror}.") from error
    return f"Written: {', '.join(names)} in {folder}."
