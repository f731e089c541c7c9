"""Type III tests of a mixed model's terms.

A term is tested with every factor in sum-to-zero coding: its effect is averaged over the levels of the other
factors, each level counting the same, and other numbers stand at zero. The model is not fitted again; the sum
coded coefficients are linear in the fitted ones, because both codings span the same columns.

Source: type III of SAS and of lmerTest's `anova`; Kuznetsova, Brockhoff and Christensen (2017), "lmerTest
Package", JSS 82(13).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from formulaic import Formula, ModelSpec
from formulaic.parser.types import Factor, Term

from analysis.mixed.formula import Design
from analysis.mixed.result import MixedFit
from analysis.mixed.structure import Floats
from analysis.mixed.wald import f_test

INTERCEPT = "1"
ROUNDING = 1e-10  # weights below this are zero but for rounding


def anova(fit: MixedFit) -> pd.DataFrame:
    """Test each term of the formula, given all others (type III).

    Parameters
    ----------
    fit : of any of the mixed models

    Returns
    -------
    DataFrame indexed by term, without the intercept
        `F`, `df1`, `df2` (Satterthwaite's for a linear model, else by the fit's own rule) and `p`.
    """
    params, covariance = fit.params.to_numpy(), fit.cov_params().to_numpy()
    tests = {
        term: f_test(rows, params, covariance, fit.df_of) for term, rows in hypotheses(fit.design).items()
    }
    table = [(test.statistic, test.df1, test.df2, test.p) for test in tests.values()]
    return pd.DataFrame(table, index=pd.Index(list(tests), name="term"), columns=["F", "df1", "df2", "p"])


def hypotheses(design: Design) -> dict[str, Floats]:
    """The contrasts of the fitted coefficients that each term's test sets to zero, shape (r, p) per term."""
    fitted = design.spec.get_model_matrix(design.example, context={})
    coded = _sum_coded(design).get_model_matrix(design.example, context={})
    transform = np.linalg.solve(coded.to_numpy(dtype=float), fitted.to_numpy(dtype=float))
    transform[np.abs(transform) < ROUNDING] = 0.0
    columns = [list(fitted.columns).index(name) for name in design.names]  # ratings have no intercept
    places = zip(design.spec.term_slices, coded.model_spec.term_slices.values(), strict=True)
    return {str(term): transform[place][:, columns] for term, place in places if str(term) != INTERCEPT}


def _sum_coded(design: Design) -> ModelSpec:
    """The same terms with every factor in sum-to-zero coding."""
    terms = [Term([_sum_to_zero(factor, design) for factor in term.factors]) for term in design.spec.formula]
    return design.spec.update(formula=Formula(terms), encoder_state={}, structure=None)


def _sum_to_zero(factor: Factor, design: Design) -> Factor:
    if factor.expr not in design.coding.levels:
        return factor
    return Factor(f"C(`{factor.expr}`, contr.sum)", eval_method="python")
