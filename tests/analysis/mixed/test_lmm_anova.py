"""Type III tests against lmerTest's `anova`, and against a balanced analysis of variance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ModelError
from analysis.mixed.anova import anova, hypotheses
from analysis.mixed.clmm import fit_clmm
from analysis.mixed.lmm import fit_lmm
from tests.analysis.mixed.lmer_reference import CROSSED, said, simulated, slopes
from tests.analysis.mixed.test_lmm_lmer import MODELS

R_COLUMNS = {"F value": "F", "NumDF": "df1", "DenDF": "df2", "Pr(>F)": "p"}


@pytest.mark.parametrize("name", MODELS)
def test_type_three_tests_match_lmertest(name):
    random, options = MODELS[name]
    found = anova(fit_lmm("y ~ condition * phase + x", slopes(), random, **options))
    known = pd.DataFrame(said("lmm_lmerTest")[name]["anova"]).T.rename(columns=R_COLUMNS)
    assert list(found.index) == list(known.index)
    for column in R_COLUMNS.values():
        np.testing.assert_allclose(found[column], known[column], rtol=2e-3)


def test_the_tests_do_not_depend_on_the_baselines():
    first = fit_lmm("y ~ condition * phase", slopes(), CROSSED)
    second = fit_lmm(
        "y ~ condition * phase", slopes(), CROSSED, baselines={"phase": "c", "condition": "example"}
    )
    pd.testing.assert_frame_equal(anova(first), anova(second), rtol=1e-4)


def test_a_number_beside_a_factor_is_tested_over_the_mean_of_the_levels():
    # slopes of x are b in the baseline and b + d in the other level: their mean is b + d/2
    fit = fit_lmm("logrt ~ x * condition", simulated("sim60").query("condition != 'expB'"), CROSSED)
    rows = hypotheses(fit.design)
    names = fit.design.names
    weights = dict(zip(names, rows["x"][0], strict=True))
    assert weights["x"] == pytest.approx(1)
    assert sum(weights[name] for name in names if ":" in name) == pytest.approx(0.5)
    assert [name for name in names if weights[name] == 0] == ["Intercept", "condition[T.expA]"]


def test_a_transform_keeps_what_it_learnt_from_all_rows():
    table = slopes()
    centred = fit_lmm("y ~ phase * center(x)", table, CROSSED)
    by_hand = fit_lmm("y ~ phase * z", table.assign(z=table["x"] - table["x"].mean()), CROSSED)
    np.testing.assert_allclose(anova(centred), anova(by_hand), rtol=1e-5)


def test_ratings_are_tested_with_the_degrees_of_freedom_of_their_rule():
    found = anova(fit_clmm("rating ~ condition + x", simulated("sim60"), CROSSED))
    assert list(found.index) == ["condition", "x"]
    assert found.loc["condition", "df1"] == 2
    assert found.loc["condition", "df2"] == pytest.approx(57)


def test_levels_that_never_meet_are_refused():
    table = slopes()
    table = table[(table["phase"] != "c") | (table["condition"] == "control")]
    with pytest.raises(ModelError, match="same value in every row"):
        anova(fit_lmm("y ~ condition * phase", table, CROSSED))
