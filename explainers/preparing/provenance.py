"""What the bytes of a bundle depend on."""

import hashlib
import zlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from protocol import draws
from protocol.freezing import canonical_json

from ..models.weights import weights_bytes
from ..workshop import Workshop

PACKAGES = ("captum", "numpy", "safetensors", "scikit-learn", "scipy", "torch")
ROOM = Path(__file__).parents[1]
DRAWS = Path(draws.__file__)


def fingerprint(workshop: Workshop, recipe: Path) -> str:
    """Hash of all that decides the explanations: recipe, data, weights, packages, device, this code and one's own."""
    code = hashlib.sha256(DRAWS.read_bytes())
    for file in [*sorted(ROOM.rglob("*.py")), *sorted(recipe.resolve().parent.glob("*.py"))]:
        code.update(file.read_bytes())
    for twin in workshop.permuted.values():
        code.update(weights_bytes(twin))
    fields: dict[str, Any] = workshop.manifest_fields() | {"packages": packages(), "code": code.hexdigest()}
    return hashlib.sha256(canonical_json(fields)).hexdigest()


def packages() -> dict[str, str]:
    """Versions that the bytes may depend on, without the build (`+cpu`)."""
    found = {name: found for name in PACKAGES if (found := _version(name))}
    return found | {"zlib": zlib.ZLIB_RUNTIME_VERSION}


def _version(package: str) -> str:
    try:
        return version(package).split("+")[0]
    except PackageNotFoundError:
        return ""
