"""Analysis: tidy tables in, verdicts out. Knows neither the web application nor the models.

>>> study = analysis.read_export("export")
>>> analysis.compare_arms(study.trials, reference="control")
>>> analysis.report("export", "report")
"""

from analysis.errors import AnalysisError
from analysis.inference import compare_arms, mean_by_arm
from analysis.planned import run_plan
from analysis.reading import Study, read_export, read_mapped
from analysis.report import report

__all__ = [
    "AnalysisError",
    "Study",
    "compare_arms",
    "mean_by_arm",
    "read_export",
    "read_mapped",
    "report",
    "run_plan",
]
