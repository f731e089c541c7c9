"""Mixed models, as papers report them: log-likelihood, coefficients, F tests."""

from __future__ import annotations

from analysis.mixed import MixedFit, fit_glmm, fit_lmm
from analysis.mixed.anova import anova
from analysis.replication.population import Population
from analysis.replication.quantities.counts import Where


def glmm(
    population: Population,
    *,
    formula: str,
    random: dict[str, str],
    table: str = "trials",
    where: Where = None,
) -> dict[str, float]:
    """A logistic mixed model with every random effect kept: `logLik`, and `estimate`, `se`, `z` of each term."""
    rows = population.rows(table, where)
    fit = fit_glmm(formula, rows, random, baselines={"arm": population.study.plan.reference}, singular="keep")
    return {"logLik": fit.llf, **_coefficients(fit)}


def lmm(
    population: Population,
    *,
    formula: str,
    random: dict[str, str],
    table: str = "trials",
    where: Where = None,
) -> dict[str, float]:
    """A linear mixed model by REML: type III `F`, `df1`, `df2` (Satterthwaite), `p` of each term; coefficients."""
    fit = fit_lmm(
        formula,
        population.rows(table, where),
        random,
        baselines={"arm": population.study.plan.reference},
        singular="keep",
    )
    told = anova(fit).stack()
    return {f"{number} {term}": float(value) for (term, number), value in told.items()} | _coefficients(fit)


def _coefficients(fit: MixedFit) -> dict[str, float]:
    told = {}
    for name in fit.params.index:
        told[f"estimate {name}"] = fit.params[name]
        told[f"se {name}"] = fit.bse[name]
        told[f"z {name}"] = fit.params[name] / fit.bse[name]
    return told
