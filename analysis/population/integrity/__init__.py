"""What is wrong, or looks wrong, in a study's tables: found and said, never mended in silence."""

from analysis.population.integrity.finding import Finding
from analysis.population.integrity.registry import CHECKS, find_problems

__all__ = ["CHECKS", "Finding", "find_problems"]
