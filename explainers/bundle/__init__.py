"""The bundle: the folder in which items, outputs and explanations travel to the study.

What it holds is told in `docs/contracts.md`, section 1. This package reads, checks and writes
it with the standard library and pydantic alone, so that a web process may import it.
"""

from .faults import BundleError, BundleExists, Fault
from .manifest import SCHEMA_VERSION, Check, Dataset, ExplainerEntry, Manifest, ModelCard, ModelEntry
from .reading import check, read
from .records import Bundle, Item, Output, Stimulus, file_name
from .writing import decimal_text, filled, write

__all__ = [
    "SCHEMA_VERSION",
    "Bundle",
    "BundleError",
    "BundleExists",
    "Check",
    "Dataset",
    "ExplainerEntry",
    "Fault",
    "Item",
    "Manifest",
    "ModelCard",
    "ModelEntry",
    "Output",
    "Stimulus",
    "check",
    "decimal_text",
    "file_name",
    "filled",
    "read",
    "write",
]
