"""Small designs that the tests simulate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.power import Design, design_of
from protocol.schema import Protocol
from tests.analysis.exports import make_protocol

ROBUST = "two-way-cluster-robust-t"
TWO = {"control": "No explanation", "map": "Map"}
THREE = TWO | {"placebo": "Placebo map"}


def make_plan(
    arms: dict[str, str] = TWO, *, method: str = ROBUST, trials: int = 24, **changes: Any
) -> Protocol:
    """Return a protocol with a fast analysis and no margin, unless said otherwise."""
    return make_protocol(arms, trials=trials, **({"method": method, "equivalence_margin": None} | changes))


def make_design(arms: dict[str, str] = TWO, **changes: Any) -> Design:
    return design_of(make_plan(arms, **changes))


def write_items(bundle: Path, count: int) -> None:
    """Write a bundle's table with so many items of the test, and one of practice."""
    rows = ["item,kind,stratum_pool", *(f"t{n},instance,test" for n in range(count)), "p,instance,practice"]
    bundle.mkdir(exist_ok=True)
    (bundle / "items.csv").write_text("\n".join(rows), "utf-8")


def write_protocol(folder: Path, protocol: Protocol) -> Path:
    """Write a protocol where a study of its name belongs; JSON is YAML."""
    path = folder / protocol.study / "protocol.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(protocol.model_dump_json(exclude_none=True), "utf-8")
    return path
