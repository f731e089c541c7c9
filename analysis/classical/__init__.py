"""The classical tests that papers report, so that they can be reproduced; each says what it ignores."""

from analysis.classical.registry import CLASSICAL, classical_test
from analysis.classical.result import ClassicalResult

__all__ = ["CLASSICAL", "ClassicalResult", "classical_test"]
