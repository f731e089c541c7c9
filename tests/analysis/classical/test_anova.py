"""Analysis of variance and Tukey's pairs, against R."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.classical import classical_test
from analysis.errors import AnalysisError, UnknownName
from tests.analysis.classical.tables import plants, unbalanced


def test_one_way_is_that_of_r():
    # anova(lm(weight ~ group, PlantGrowth))
    told = classical_test("one-way-anova", plants(), outcome="weight", group="group")
    assert told.statistic == pytest.approx(4.84609, abs=5e-6)
    assert told.df == (2, 27)
    assert told.p == pytest.approx(0.01591, abs=5e-6)
    assert told.effect == pytest.approx(3.76634 / (3.76634 + 10.49209))
    assert told.details["omega_squared"] == pytest.approx(
        (3.76634 - 2 * 0.388595925926) / (3.76634 + 10.49209 + 0.388595925926)
    )


def test_unequal_variances_give_welchs_test():
    # oneway.test(weight ~ group, PlantGrowth)
    told = classical_test("one-way-anova", plants(), outcome="weight", group="group", equal_variances=False)
    assert (told.statistic, told.p) == pytest.approx((5.18097240811, 0.0173928214902))
    assert told.df == pytest.approx((2, 17.1284186166))


@pytest.mark.parametrize(
    ("kind", "squares"),
    [
        (1, (41.4313725490, 0.9523809524, 2.7142857143)),  # anova(lm(y ~ a * b))
        (2, (42.1190476190, 0.9523809524, 2.7142857143)),  # anova(y ~ b, y ~ a + b, y ~ a * b), and for b
        (3, (43.8571428571, 1.2820512821, 2.7142857143)),  # drop1(…, . ~ ., test = "F") with contr.sum
    ],
)
def test_sums_of_squares_of_each_type_are_those_of_r(kind, squares):
    told = classical_test("two-way-anova", unbalanced(), outcome="y", group=["a", "b"], type=kind)
    assert told.table.loc[["a", "b", "a:b"], "sum_sq"].to_list() == pytest.approx(squares)
    assert told.table.loc["residual", "sum_sq"] == pytest.approx(34.6666666667)
    assert told.df == (2, 11)
    assert told.effect == pytest.approx(squares[0] / (squares[0] + 34.6666666667))


def test_p_of_types_two_and_three_are_those_of_r():
    two, three = (
        classical_test("two-way-anova", unbalanced(), outcome="y", group=["a", "b"], type=kind)
        for kind in (2, 3)
    )
    assert two.p == pytest.approx(0.012603, abs=5e-7)
    assert three.p == pytest.approx(0.011143, abs=5e-7)
    assert three.table.loc["b", "p"] == pytest.approx(0.536647, abs=5e-7)


def test_tukeys_pairs_are_those_of_r():
    # TukeyHSD(aov(weight ~ group, PlantGrowth)); R takes the second minus the first
    told = classical_test("tukey-hsd", plants(), outcome="weight", group="group")
    pairs = told.table.set_index(["first", "second"])
    assert pairs["difference"].to_list() == pytest.approx([0.371, -0.494, -0.865])
    # studentised range by numerical integration: scipy's and R's differ in the fifth digit
    assert pairs["p"].to_list() == pytest.approx([0.390871144, 0.197995991, 0.012006424], rel=1e-3)
    assert pairs.loc[("trt1", "trt2"), ["low", "high"]].to_list() == pytest.approx(
        [-1.55621605141, -0.17378394859], rel=1e-4
    )
    assert told.p == pairs["p"].min()


def test_an_empty_cell_is_named():
    table = unbalanced().query("not (a == 'r' and b == 'u')")
    with pytest.raises(AnalysisError, match="no row with a = r and b = u"):
        classical_test("two-way-anova", table, outcome="y", group=["a", "b"])
    told = classical_test("two-way-anova", table, outcome="y", group=["a", "b"], interaction=False)
    assert list(told.table.index) == ["a", "b", "residual"]


def test_what_does_not_fit_is_said():
    with pytest.raises(UnknownName, match="two groupings"):
        classical_test("two-way-anova", unbalanced(), outcome="y", group="a")
    with pytest.raises(UnknownName, match="Known: 1, 2, 3"):
        classical_test("two-way-anova", unbalanced(), outcome="y", group=["a", "b"], type=4)
    same = pd.DataFrame({"y": [2, 2, 2, 2], "a": list("ppqq")})
    for name in ("one-way-anova", "tukey-hsd"):
        with pytest.raises(AnalysisError, match="every one is the same"):
            classical_test(name, same, outcome="y", group="a")
