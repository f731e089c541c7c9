"""What can go wrong in a power analysis."""

from __future__ import annotations

from analysis.errors import AnalysisError


class PowerError(AnalysisError):
    """The design, the effect or a list cannot be simulated; the message says why and what is allowed."""
