"""The analysis plan, executed."""

from analysis.planned.primary import Primary, primary_analysis
from analysis.planned.results import Results, Sensitivity
from analysis.planned.run import DRAWS, run_plan

__all__ = ["DRAWS", "Primary", "Results", "Sensitivity", "primary_analysis", "run_plan"]
