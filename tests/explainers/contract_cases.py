"""What each explainer needs to be tried by the contract: settings, and a context that suits it."""

import pkgutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from explainers.registry import EXPLAINERS, get_explainer

# by explainer, or by explainer and data kind: parameters that have no default, or one too slow for a test
SETTINGS: dict[str | tuple[str, str], dict[str, Any]] = {
    ("nearest-examples", "image"): {"layer": "relu3"},
    ("nearest-examples", "table"): {"layer": "rest.1"},
    ("nearest-examples", "text"): {"layer": "rest.labels"},
    ("other-item", "image"): {"method": "saliency"},
    ("other-item", "table"): {"method": "nearest-examples", "settings": {"layer": "rest.1"}},
    ("other-item", "text"): {"method": "nearest-examples", "settings": {"layer": "rest.labels"}},
    "phase-scrambled": {"method": "saliency"},
    ("randomised-model", "image"): {"method": "saliency"},
    "prototypes": {"criticisms": 1, "rivals": 1, "chosen": 4},
    ("prototypes", "image"): {"layer": "relu3", "criticisms": 1},
}
# by explainer, or by explainer and data kind: what is made of the kind's small context first
PREPARED: dict[str | tuple[str, str], Callable[[Any], Any]] = {}


def kinds_of(name):
    """The kinds of data that an explainer serves, before any is built."""
    return pkgutil.resolve_name(EXPLAINERS[name]).data_kinds


def built(name, kind):
    return get_explainer(name, SETTINGS.get((name, kind), SETTINGS.get(name)))


def prepared(name, kind, context):
    prepare = PREPARED.get((name, kind), PREPARED.get(name))
    return prepare(context) if prepare else context


def with_units(layer: str, count: int = 2) -> Callable[[Any], Any]:
    """A context whose items are units of a layer."""

    def prepare(context):
        import torch

        from explainers.data.base import Case

        units = tuple(
            Case(f"unit-{n}", torch.zeros(0), "", kind="unit", unit=(layer, n)) for n in range(count)
        )
        return replace(context, cases=units)

    return prepare
