"""Running a replication: read by the mapping, exclude, compute each target's quantity, compare."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML

from analysis.errors import ReplicationError, UnknownName
from analysis.reading import read_mapped
from analysis.replication.comparing import Compared, compare
from analysis.replication.population import analysed
from analysis.replication.quantities import quantity
from analysis.replication.schema import Targets

HERE = Path(__file__).parent
REPLICATIONS = ("kuhl2022", "taesiri2022")


def replicate(name: str, data: str | Path) -> list[Compared]:
    """Compare every published number of a study with what the general code gives.

    Parameters
    ----------
    name : one of `REPLICATIONS`
    data : folder that holds the published data

    Returns
    -------
    list of Compared, in the order of the lists of targets

    Raises
    ------
    UnknownName : there is no such replication, or a target names an unknown quantity.
    ReplicationError : the data are not there.
    AnalysisError : the data or a list of targets do not fit.
    """
    if name not in REPLICATIONS:
        raise UnknownName(f"No replication is called {name!r}. Known ones: {', '.join(REPLICATIONS)}.")
    data = Path(data)
    if not data.is_dir():
        raise ReplicationError(
            f"The published data of {name} are not at {data}: no such folder. "
            "Give the folder that holds it by --data, or by REPLICATION_DATA."
        )
    return [one for path in sorted((HERE / name).glob("*.targets.yaml")) for one in _compared(path, data)]


def _compared(path: Path, data: Path) -> Iterator[Compared]:
    told = read_targets(path)
    label = path.name.removesuffix(".targets.yaml")
    population = analysed(read_mapped(data / told.data, path.with_name(f"{label}.yaml")))
    for target in told.targets:
        values = quantity(target.quantity, population, target.options)
        if absent := [key for key in target.published if key not in values]:
            known = ", ".join(map(str, values))
            raise ReplicationError(f"{path.name}: {target.name} has no {absent[0]!r}. It has {known}.")
        for key in target.published:
            yield compare(label, target, key, float(values[key]))


def read_targets(path: Path) -> Targets:
    """Read a list of targets; `ReplicationError` says what does not fit."""
    try:
        return Targets.model_validate(YAML(typ="safe").load(path.read_text("utf-8")))
    except ValidationError as error:
        raise ReplicationError(f"{path.name} is no list of targets: {error}") from error
