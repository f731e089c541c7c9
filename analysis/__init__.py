"""Analysis: tidy tables in, verdicts out. Knows neither the web application nor the models.

>>> study = analysis.read_export("export")
>>> results = analysis.run_plan(study)                       # the frozen plan
>>> analysis.report("export", "report")
>>> analysis.fit_glmm("correct ~ condition", trials, {"participant": "1", "item": "1 + condition"}).summary()
>>> analysis.metric_by_arm("weight-of-advice", trials)
"""

from analysis.classical import classical_test
from analysis.errors import AnalysisError
from analysis.inference import compare_arms, mean_by_arm
from analysis.inference.bootstrap import two_way_bootstrap
from analysis.marginal import all_pairs, equivalence, marginal_means, non_inferiority, versus_reference
from analysis.metrics import METRICS, get_metric, metric_by_arm, metric_contrasts
from analysis.mixed import MixedFit, fit_clmm, fit_glmm, fit_lmm, likelihood_ratio
from analysis.planned import run_plan
from analysis.reading import Study, read_export, read_mapped
from analysis.report import report

__all__ = [
    "METRICS",
    "AnalysisError",
    "MixedFit",
    "Study",
    "all_pairs",
    "classical_test",
    "compare_arms",
    "equivalence",
    "fit_clmm",
    "fit_glmm",
    "fit_lmm",
    "get_metric",
    "likelihood_ratio",
    "marginal_means",
    "mean_by_arm",
    "metric_by_arm",
    "metric_contrasts",
    "non_inferiority",
    "read_export",
    "read_mapped",
    "report",
    "run_plan",
    "two_way_bootstrap",
    "versus_reference",
]
