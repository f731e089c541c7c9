"""The methods as a paragraph for a paper, with sources, hashes, seeds and versions."""

from __future__ import annotations

from importlib.metadata import version
from platform import python_version

from analysis.planned import Results
from analysis.report.section import Section
from analysis.report.words import count, level, measure_of, number, p_value
from protocol.plan_words import FAMILIES
from protocol.schema.plan import Plan

PACKAGES = ("numpy", "scipy", "pandas", "statsmodels", "formulaic", "matplotlib", "jinja2", "pydantic")
ALWAYS = """
Cameron, Gelbach and Miller (2011). Robust inference with multiway clustering. JBES 29(2).
MacKinnon, Nielsen and Webb (2024). Jackknife inference with two-way clustering. arXiv 2406.08880.
Benjamini and Hochberg (1995). Controlling the false discovery rate. J. R. Stat. Soc. B 57(1).
Owen (2007). The pigeonhole bootstrap. Ann. Appl. Stat. 1(2).
Schulz, Altman and Moher (2010). CONSORT 2010 statement. BMJ 340:c332.
Appelbaum et al. (2018). Journal article reporting standards for quantitative research. Am. Psychol. 73(1).
""".strip().splitlines()
MODEL = """
Baayen, Davidson and Bates (2008). Mixed-effects modeling with crossed random effects. J. Mem. Lang. 59(4).
Barr, Levy, Scheepers and Tily (2013). Random effects structure for hypothesis testing. J. Mem. Lang. 68(3).
""".strip().splitlines()
BOUNDS = """
Lee (2009). Training, wages, and sample selection. Rev. Econ. Stud. 76(3).
Manski (1990). Nonparametric bounds on treatment effects. Am. Econ. Rev. 80(2).
""".strip().splitlines()
FAMILY_SOURCES = {
    "holm": "Holm (1979). A simple sequentially rejective multiple test procedure. Scand. J. Stat. 6.",
    "max-t": "Hothorn, Bretz and Westfall (2008). Simultaneous inference in general models. Biom. J. 50(3).",
}
TOST = (
    "Schuirmann (1987). A comparison of the two one-sided tests procedure. J. Pharmacokinet. Biopharm. 15(6)."
)


def methods(results: Results) -> Section:
    """Return the methods and results paragraphs, their sources, hashes, seeds and versions."""
    study, facts = results.study, results.study.facts
    hashes = [("Data", study.data_sha256)]
    hashes += [("Protocol", study.versions[-1]["sha256"])] if study.versions else []
    hashes += [("Bundle", facts["bundle_sha256"])] if facts.get("bundle_sha256") else []
    hashes += [("Seed of allocation", facts["seed_sha256"])] if facts.get("seed_sha256") else []
    content = {
        "paragraphs": [_method(results), _checks(results), _found(results)],
        "sources": _sources(results),
        "hashes": hashes,
        "seeds": f"resampling {study.plan.seed}, {results.draws:,} draws",
        "versions": ", ".join(
            [f"Python {python_version()}", *[f"{name} {version(name)}" for name in PACKAGES]]
        ),
    }
    return Section("methods", "Methods", content)


def _method(results: Results) -> str:
    plan, fit = results.study.plan, results.primary.fit
    if plan.method != "crossed-mixed-model":
        return (
            "Each trial’s outcome was modelled linearly on the arm. Standard errors are cluster-robust over "
            "participants and items at once, because both are samples; for each estimate the largest of the "
            "two-way and the two one-way variances was taken. Tests and intervals use Student’s t with "
            f"min(participants, items) − 1 degrees of freedom.{_adjusted(plan)}"
        )
    effects = "; ".join(f"{factor} ({formula})" for factor, formula in plan.random_effects.items())
    is_linear = fit is not None and fit.link == "identity"
    return " ".join(
        [
            f"Trials were analysed by a crossed {LINEAR if is_linear else LOGISTIC},",
            f"{results.primary.formula or 'value ~ condition'}, with",
            f"{'correlated' if plan.correlated else 'uncorrelated'} random effects of {effects}; a random effect",
            "estimated at zero was dropped, slopes before intercepts, and the model fitted again.",
            SATTERTHWAITE if is_linear else f"{SMALLEST_LEVELS} {INTEGRATED}",
        ]
    ) + _adjusted(plan)


LINEAR = "linear mixed model (REML)"
LOGISTIC = "logistic mixed model (maximum likelihood, Laplace approximation)"
SATTERTHWAITE = "Degrees of freedom are Satterthwaite’s."
SMALLEST_LEVELS = (
    "Student’s t has the smaller number of levels among the factors that carry a contrast’s variation, less the "
    "parameters estimated between them, as its degrees of freedom."
)
INTEGRATED = (
    "Means and differences are on the probability scale, integrated over the random effects: what is expected of "
    "new participants on new items. Their intervals are by the delta method; tests are Wald’s on the logit scale."
)


def _adjusted(plan: Plan) -> str:
    told = f" Intervals have a level of {level(plan.alpha)} and are not adjusted for several contrasts; p-values: "
    told += f"{FAMILIES[plan.family]}, and the verdict goes by them."
    if plan.equivalence_margin is not None:
        told += " Equivalence was tested by two one-sided tests."
    return told


def _checks(results: Results) -> str:
    return (
        "As cross-checks, the same contrasts were estimated by two-way cluster-robust t and by drawing participants "
        f"and items with replacement {results.draws:,} times. Scores of scales and other values of one person have "
        "Student’s t intervals over people, single items Wilson’s, medians Woodruff’s. p-values of what was not "
        "planned as a test are adjusted by Benjamini and Hochberg within each table."
    )


def _found(results: Results) -> str:
    """Return the result as a paper would give it: sizes, then estimate, interval, t, df and p of each contrast."""
    measure = measure_of(results.study)
    trials = f"{count(len(results.trials), 'trial')} on {count(results.items, 'item')}"
    sizes = f"{count(results.people, 'participant')} answered {trials}."
    told = []
    for name, row in results.contrasts.iterrows():
        if row["se"] == row["se"]:
            ends = measure.difference_interval(row["low"], row["high"])
            p = p_value(row["p_adjusted"])
            p = f"p {p}" if p.startswith("<") else f"p = {p}"
            told.append(
                f"{results.label(str(name))}: {measure.difference(row['estimate'])} {measure.unit}, "
                f"{level(results.alpha)} CI [{ends}], t({number(row['df'], 0)}) = {number(row['t'], 2)}, {p}"
            )
    return f"{sizes} {'; '.join(told)}." if told else sizes


def _sources(results: Results) -> list[str]:
    plan = results.study.plan
    told: list[str] = [*(MODEL if plan.method == "crossed-mixed-model" else ()), *ALWAYS]
    told += [FAMILY_SOURCES[plan.family]] if plan.family in FAMILY_SOURCES else []
    told += BOUNDS if results.bounds is not None else []
    return told + ([TOST] if plan.equivalence_margin is not None else [])
