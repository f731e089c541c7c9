"""Analysis: tidy tables in, verdicts out. Knows neither the web application nor the models.

>>> study = analysis.read_export("export")
>>> analysis.compare_arms(study.trials, reference="control")
>>> analysis.report("export", "report")
"""
