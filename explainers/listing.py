"""What there is, read from the source, so that no explainer is loaded."""

import ast
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path


def summaries(registry: Mapping[str, str]) -> dict[str, str]:
    """The first line of each class's docstring, by registered name."""
    return {name: _first_line(place) for name, place in sorted(registry.items())}


def _first_line(place: str) -> str:
    module, name = place.split(":")
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        return ""
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name]
    return (ast.get_docstring(classes[0]) or "").split("\n")[0] if classes else ""
