"""docs/methods.md: every explainer with what it says of itself."""

import dataclasses
import pkgutil
from collections.abc import Iterator

from .listing import summaries
from .registry import EXPLAINERS

INTRODUCTION = """\
# Methods

Written by `python -m explainers list --table`. How they are used: [explainers.md](explainers.md).

*Stage*: intrinsic (the model itself is shown) or post-hoc. *Scope*: local (one output) or global (the whole model).
*Access*: model-agnostic (outputs are enough) or model-specific. *Reveals* the output: yes, partly (it can be guessed
more often than by chance) or no. A method that is made of others takes over what they say.
"""
THEIRS = "as its members"
FAMILIES = {
    "gradients": "Gradients",
    "perturbation": "Perturbation",
    "surrogates": "Surrogates",
    "examples": "Examples",
    "intrinsic": "Intrinsic",
    "concepts": "Concepts",
    "activations": "Activations",
    "words": "Words",
    "uncertainty": "Uncertainty",
    "composite": "Several at once",
    "placebos": "Placebos",
}


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *(_family(family, title) for family, title in FAMILIES.items())])


def _family(family: str, title: str) -> str:
    mine = [name for name, place in EXPLAINERS.items() if place.split(":")[0].split(".")[2] == family]
    return "\n".join([f"## {title}\n", *_rows(mine), ""])


def _rows(names: list[str]) -> Iterator[str]:
    yield "| name | what it shows | data | stage, scope, access | reveals | parameters | source |"
    yield "|---|---|---|---|---|---|---|"
    told = summaries({name: EXPLAINERS[name] for name in names})
    for name in sorted(names):
        made_by = pkgutil.resolve_name(EXPLAINERS[name])
        taxonomy = made_by.taxonomy
        fields = [field.name for field in dataclasses.fields(made_by) if field.init]
        cells = [
            f"`{name}`",
            told[name],
            ", ".join(made_by.data_kinds) if isinstance(made_by.data_kinds, tuple) else THEIRS,
            ", ".join(map(str, list(taxonomy.values())[:3])) if isinstance(taxonomy, dict) else THEIRS,
            made_by.reveals_output if isinstance(made_by.reveals_output, str) else THEIRS,
            ", ".join(f"`{field}`" for field in fields) or "none",
            made_by.source,
        ]
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
