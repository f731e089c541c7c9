"""The model table: formula, random structure, how it was fitted, coefficients and variances."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.planned import Results
from analysis.report.section import NamedTable, Section
from analysis.report.words import level, number, p_value, span, two_digits

HEADING = "The model"
LINKS = {"logit": "logistic (logit link)", "probit": "probit", "identity": "linear (REML)"}


def model(results: Results) -> Section:
    """Return the fitted mixed model, or why there is none."""
    fit, plan = results.primary.fit, results.study.plan
    if plan.method != "crossed-mixed-model":
        return Section(
            "model", HEADING, missing="The plan names two-way cluster-robust t, which has no model table."
        )
    if fit is None:
        return Section(
            "model", HEADING, missing=f"No model was fitted: {' '.join(results.primary.messages)}."
        )
    ends = fit.conf_int(results.alpha)
    fixed = pd.DataFrame(
        {
            "estimate": fit.params,
            "se": fit.bse,
            "low": ends["low"],
            "high": ends["high"],
            "t": fit.tvalues,
            "df": fit.df,
            "p": fit.pvalues,
        }
    ).rename_axis("term")
    content = {
        "facts": _facts(results),
        "fixed": [_coefficient(str(term), row) for term, row in fixed.iterrows()],
        "random": [_variance(row) for _, row in fit.random.iterrows()],
        "level": level(results.alpha),
        "is_linear": fit.link == "identity",
    }
    tables = (
        NamedTable("model-fixed", "Fixed effects of the model", fixed.reset_index()),
        NamedTable("model-random", "Random effects of the model", fit.random),
    )
    return Section("model", HEADING, content, tables)


def _facts(results: Results) -> list[tuple[str, str]]:
    fit, plan = results.primary.fit, results.study.plan
    assert fit is not None
    effects = "; ".join(f"{formula} | {factor}" for factor, formula in plan.random_effects.items())
    levels = ", ".join(f"{n:,} {factor}s" for factor, n in fit.n_levels.items())
    kind = "correlated" if plan.correlated else "uncorrelated; a factor’s slopes share one variance"
    state = "converged" if fit.converged else "did not converge"
    return [
        ("Family", LINKS.get(fit.link, fit.link)),
        ("Fixed effects", results.primary.formula),
        ("Random effects", f"{effects} ({kind})"),
        ("Dropped as singular", ", ".join(map(str, fit.dropped)) or "nothing"),
        ("Data", f"{fit.nobs:,} trials of {levels}; {fit.missing:,} left out as incomplete"),
        (
            "Fit",
            f"log-likelihood {number(fit.llf, 2)}; {fit.optimiser}, {fit.evaluations} evaluations, {state}",
        ),
    ]


def _coefficient(term: str, row: pd.Series) -> dict[str, Any]:
    return {
        "term": term,
        "estimate": (number(row["estimate"], 3), span(row["low"], row["high"], two_digits)),
        "se": number(row["se"], 3),
        "t": (number(row["t"], 2), f"df {row['df']:,.0f}" if pd.notna(row["df"]) else ""),
        "p": p_value(row["p"]),
    }


def _variance(row: pd.Series) -> dict[str, str]:
    return {
        "factor": str(row["factor"]),
        "term": "intercept" if str(row["term"]) in ("1", "Intercept") else str(row["term"]),
        "sd": number(row["sd"], 3),
        "variance": number(row["sd"] ** 2, 3),
        "note": "dropped: estimated at zero" if row["dropped"] else "",
    }
