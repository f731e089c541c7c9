"""What the commands share."""

import argparse
from typing import TYPE_CHECKING

from ..bundle import Bundle

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = object


def described(found: Bundle) -> str:
    """What a bundle holds, and its hash."""
    counts = {
        "items": len(found.items),
        "models": len(found.manifest.models),
        "explainers": len(found.manifest.explainers),
        "stimuli": len(found.stimuli),
    }
    told = ", ".join(f"{count} {name if count != 1 else _singular(name)}" for name, count in counts.items())
    return f"{told}; sha256 {found.sha256}"


def _singular(name: str) -> str:
    return "stimulus" if name == "stimuli" else name.removesuffix("s")
