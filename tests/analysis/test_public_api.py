"""`import analysis` on a plain table, as in a notebook: what comes back, and what is said where it does not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.errors import AnalysisError, MissingColumns, ModelError, UnknownName

PEOPLE, ITEMS = 24, 12
RANDOM = {"participant": "1", "item": "1 + condition"}
ARMS = ["control", "example", "map"]


def make_trials() -> pd.DataFrame:
    """Return tidy trials of three arms that share their items, with advice and ratings."""
    rng = np.random.default_rng(3)
    person, item = np.repeat(np.arange(PEOPLE), ITEMS), np.tile(np.arange(ITEMS), PEOPLE)
    arm = np.array(ARMS)[person % 3]
    logit = rng.normal(0, 0.8, PEOPLE)[person] + rng.normal(0, 0.6, ITEMS)[item] + 0.3 + 0.8 * (arm == "map")
    correct = (rng.random(len(arm)) < 1 / (1 + np.exp(-logit))).astype(int)
    truth = 50.0 + item
    output, first = truth + 10 * (item % 3 == 0), truth + rng.normal(0, 8, len(arm))
    return pd.DataFrame(
        {
            "participant": [f"p{number}" for number in person],
            "item": [f"i{number}" for number in item],
            "arm": arm,
            "condition": arm,
            "correct": correct,
            "model_correct": item % 3 > 0,
            "confidence": np.clip(0.5 + 0.2 * correct + rng.normal(0, 0.15, len(arm)), 0, 1),
            "confidence_scale": "probability",
            "response_ms": rng.lognormal(8, 0.5, len(arm)).round(),
            "x": rng.normal(size=len(arm)),
            "first_number": first,
            "final_number": first + (output - first) * 0.5,
            "output_number": output,
            "truth_number": truth,
            "rating": rng.integers(1, 6, len(arm)),
        }
    )


TRIALS = make_trials()
CORRECT = pd.DataFrame({"correct": TRIALS["correct"]})


def fitted(data: pd.DataFrame = TRIALS, formula: str = "correct ~ condition + x", **options: Any):
    return analysis.fit_glmm(formula, data, random=options.pop("random", RANDOM), **options)


@pytest.fixture(scope="module")
def fit():
    return fitted()


def test_the_command_of_the_design_page_works_as_statsmodels_users_expect(fit):
    names = ["Intercept", "condition[T.example]", "condition[T.map]", "x"]
    assert list(fit.params.index) == names
    assert list(fit.bse.index) == list(fit.pvalues.index) == list(fit.conf_int().index) == names
    assert (fit.conf_int()["low"] < fit.params).all()
    assert fit.conf_int(alpha=0.5)["low"].gt(fit.conf_int()["low"]).all()
    assert "condition[T.map]" in fit.summary()
    assert "288 rows" in fit.summary()


def test_a_session_goes_from_trials_to_verdicts(fit):
    means = analysis.marginal_means(fit)
    assert means.loc["map", "probability"] == pytest.approx(
        CORRECT["correct"][TRIALS["arm"] == "map"].mean(), abs=0.05
    )
    versus = analysis.versus_reference(fit)
    assert list(versus.index) == ["example - control", "map - control"]
    assert versus["risk_difference"].tolist() == pytest.approx(
        means["probability"].diff().iloc[1:].cumsum().tolist()
    )
    assert list(analysis.all_pairs(fit).index) == ["control - example", "control - map", "example - map"]
    assert set(analysis.equivalence(versus, 0.9)["verdict"]) == {"equivalent"}
    assert set(analysis.non_inferiority(versus, 0.9)["verdict"]) == {"non-inferior"}


def test_metrics_tests_and_bootstraps_take_the_same_table():
    means = TRIALS.groupby("arm")["correct"].mean()
    assert analysis.mean_by_arm(TRIALS)["mean"].to_dict() == pytest.approx(means.to_dict())
    assert analysis.metric_by_arm("weight-of-advice", TRIALS)["estimate"].tolist() == pytest.approx([0.5] * 3)
    contrasts = analysis.metric_contrasts("simulation-accuracy", TRIALS, "control")
    assert contrasts["estimate"].to_dict() == pytest.approx(
        (means - means["control"])[["example", "map"]].to_dict()
    )
    drawn = analysis.two_way_bootstrap(
        TRIALS, "correct", lambda sums: sums["correct"] / sums["trials"], draws=50
    )
    assert drawn["estimate"].to_dict() == pytest.approx(means.to_dict())
    test = analysis.classical_test(
        "welch-t", TRIALS, outcome="correct", group="arm", groups=["map", "control"]
    )
    assert test.estimate == pytest.approx(means["map"] - means["control"])
    assert analysis.get_metric("brier")(TRIALS).notna().all()


def test_a_classical_test_has_a_summary():
    told = analysis.classical_test(
        "welch-t",
        TRIALS,
        outcome="correct",
        group="arm",
        groups=["map", "control"],
        participant="participant",
    ).summary()
    assert told.startswith("welch-t: t = ")
    assert "mean of map − mean of control = " in told
    assert "n (trial): map 96, control 96; 0 left out as incomplete" in told
    assert "Caution: Takes 192 trials as independent" in told


def test_times_and_ratings_have_their_models():
    timed = TRIALS.assign(log_ms=np.log(TRIALS["response_ms"]))
    linear = analysis.fit_lmm("log_ms ~ condition + x", timed, random=RANDOM)
    assert analysis.marginal_means(linear, back="log")["geometric_mean"].between(2000, 4000).all()
    ordinal = analysis.fit_clmm("rating ~ condition", TRIALS, random={"participant": "1", "item": "1"})
    assert list(ordinal.thresholds.index) == ["1|2", "2|3", "3|4", "4|5"]
    for one in (linear, ordinal):
        assert "condition[T.map]" in one.summary()


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.sample(frac=1, random_state=1),
        lambda table: table.set_axis([0] * len(table)),
        lambda table: table.set_index(["participant", "item"], drop=False),
        lambda table: table.astype({"correct": bool}),
        lambda table: table.astype({"correct": "boolean", "x": "Float64", "condition": "string"}),
        lambda table: table.astype({"correct": "Int64", "participant": "category"}),
        lambda table: table.assign(condition=pd.Categorical(table["condition"], [*ARMS, "nobody"])),
        lambda table: table.assign(item=table["item"].astype("category").cat.add_categories(["never"])),
    ],
    ids=[
        "unsorted",
        "duplicate index",
        "index of two",
        "bool",
        "nullable",
        "Int64",
        "unused arm",
        "unused item",
    ],
)
def test_the_kind_of_index_and_columns_changes_nothing(fit, change):
    table = change(TRIALS)
    assert fitted(table).params.to_numpy() == pytest.approx(fit.params.to_numpy(), abs=1e-5)
    expected = analysis.mean_by_arm(TRIALS).loc[ARMS]
    pd.testing.assert_frame_equal(analysis.mean_by_arm(table).loc[ARMS], expected)
    asked = {"outcome": "correct", "group": "arm", "groups": ["map", "control"]}
    expected_t = analysis.classical_test("welch-t", TRIALS, **asked).statistic
    assert analysis.classical_test("welch-t", table, **asked).statistic == pytest.approx(expected_t)


def test_columns_may_be_called_as_they_like():
    odd = TRIALS.rename(columns={"x": "my x", "condition": "class", "correct": "is right"})
    fit = fitted(odd, "`is right` ~ class + `my x`", random={"participant": "1", "item": "1 + class"})
    assert list(fit.params.index) == ["Intercept", "class[T.example]", "class[T.map]", "my x"]
    assert list(analysis.marginal_means(fit, "class").index) == ARMS


def test_missing_values_are_left_out_and_counted():
    holes = TRIALS.assign(correct=TRIALS["correct"].astype("boolean").mask(TRIALS.index < 5))
    assert fitted(holes).missing == 5
    assert analysis.mean_by_arm(holes)["missing"].sum() == 5
    test = analysis.classical_test("one-way-anova", holes, outcome="correct", group="arm")
    assert test.missing == 5
    objects = TRIALS.assign(
        correct=[None if n < 5 else bool(right) for n, right in enumerate(TRIALS["correct"])]
    )
    pd.testing.assert_frame_equal(analysis.mean_by_arm(objects), analysis.mean_by_arm(holes))


def test_categories_give_the_order_of_arms():
    ordered = TRIALS.assign(arm=pd.Categorical(TRIALS["arm"], ["map", "control", "nobody", "example"]))
    assert list(analysis.mean_by_arm(ordered).index) == ["map", "control", "example"]
    assert list(analysis.metric_by_arm("brier", ordered).index) == ["map", "control", "example"]
    drawn = analysis.two_way_bootstrap(ordered, ["correct"], lambda sums: sums["correct"], draws=5)
    assert list(drawn.index) == ["map", "control", "example"]


def test_what_cannot_vary_has_no_interval_and_says_so():
    right = TRIALS.assign(correct=1)
    assert set(analysis.mean_by_arm(right)["note"]) == {"every answer is the same: no interval"}
    assert set(analysis.compare_arms(right, reference="control")["note"]) == {
        "every answer is the same: no interval"
    }
    alone = TRIALS[TRIALS["participant"].isin(["p0", "p1", "p2"])]
    assert (
        analysis.compare_arms(alone, reference="control")["note"].str.contains("fewer than two people").all()
    )
    test = analysis.classical_test(
        "welch-t", right, outcome="correct", group="arm", groups=["map", "control"]
    )
    assert "Every value is the same within each group: there is no t." in test.summary()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"correct": 1}, "Column 'correct' is 1 in all 288 rows"),
        ({"correct": np.nan}, "No row has a value in every column .*see correct"),
        ({"correct": TRIALS["correct"] * 2}, "'correct' holds 2; allowed are 0, 1 or booleans"),
        ({"correct": TRIALS["correct"].map({0: "no", 1: "yes"})}, "'correct' holds 'yes'"),
        ({"x": np.where(TRIALS.index == 7, np.inf, 0)}, "'x' holds inf"),
        ({"x": 1.0}, "column 'x' of 'correct ~ condition \\+ x' has the same value in every row"),
        ({"x": (TRIALS["arm"] == "map") * 1.0}, "x is a linear combination of condition\\[T.map\\]"),
        ({"x": "a"}, "Column 'x' has one level \\('a'\\); a factor needs at least two"),
        ({"condition": "map"}, "Column 'condition' has one level"),
        ({"item": "i1"}, "random factor 'item' has one level \\('i1'\\)"),
    ],
    ids=lambda given: next(iter(given)) if isinstance(given, dict) else None,
)
def test_a_model_that_cannot_be_fitted_names_the_column(change, message):
    with pytest.raises(ModelError, match=message):
        fitted(TRIALS.assign(**change))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"formula": "correct ~ conditoin + x"}, "lacks conditoin; it has participant, item, arm"),
        ({"formula": "corect ~ condition"}, "lacks corect; it has"),
        ({"formula": "correct"}, 'not of the form "outcome ~ terms"'),
        ({"formula": "correct ~ condition +"}, "cannot be read"),
        ({"formula": "correct ~ condition + (1|participant)"}, "cannot be read"),
        ({"formula": "correct ~ condition + foo(x)"}, "name 'foo' is not defined"),
        ({"random": {"person": "1"}}, "lacks person; it has"),
        ({"random": {"participant": "1", "item": "1 + cond"}}, "lacks cond; it has"),
        ({"random": {}}, "one to three random factors; 0 were given"),
        (
            {"baselines": {"condition": "none"}},
            "'none' is no level of 'condition'. Levels: 'control', 'example', 'map'",
        ),
        ({"link": "cloglog"}, "No link is called 'cloglog'. Known ones: logit, probit"),
        ({"singular": "drop"}, "No rule for singular fits is called 'drop'"),
        ({"penalty": -1}, "must be positive, not -1"),
        ({"trials": "n"}, "lacks n; it has"),
    ],
    ids=lambda given: str(next(iter(given.values()))) if isinstance(given, dict) else None,
)
def test_a_request_with_a_slip_says_what_there_is(options, message):
    with pytest.raises(AnalysisError, match=message):
        fitted(**options)


@pytest.mark.parametrize("table", [None, {"correct": [1]}, np.ones((2, 2))], ids=["None", "dict", "array"])
def test_what_is_no_table_is_refused_everywhere(table):
    for call in (
        lambda: fitted(table),
        lambda: analysis.metric_by_arm("brier", table),
        lambda: analysis.mean_by_arm(table),
        lambda: analysis.compare_arms(table, reference="control"),
        lambda: analysis.two_way_bootstrap(table, ["correct"], lambda sums: sums["correct"]),
        lambda: analysis.classical_test("welch-t", table, outcome="correct", group="arm"),
    ):
        with pytest.raises(MissingColumns, match="a pandas DataFrame is needed"):
            call()


def test_a_column_that_stands_twice_is_refused():
    twice = pd.concat([TRIALS, CORRECT], axis=1)
    for call in (lambda: fitted(twice), lambda: analysis.mean_by_arm(twice)):
        with pytest.raises(MissingColumns, match="several columns called 'correct'"):
            call()
    assert fitted(pd.concat([TRIALS, TRIALS[["rating"]]], axis=1)).converged  # not used, so no matter


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: analysis.mean_by_arm(TRIALS, "item"),
            "column 'item' holds 'i0' in row 0; numbers or booleans",
        ),
        (lambda: analysis.mean_by_arm(TRIALS.assign(x=np.inf), "x"), "column 'x' holds inf in row 0; finite"),
        (lambda: analysis.mean_by_arm(TRIALS, alpha=2), "alpha is 2; it lies between 0 and 0.5"),
        (
            lambda: analysis.mean_by_arm(TRIALS, particpant="who"),
            "no option 'particpant'. Options: outcome, arm",
        ),
        (
            lambda: analysis.compare_arms(TRIALS, reference="none"),
            "'none' is no arm. Arms: control, example, map",
        ),
        (
            lambda: analysis.compare_arms(TRIALS, reference="control", family="bonf"),
            "family is 'bonf'; allowed are holm",
        ),
        (
            lambda: analysis.compare_arms(TRIALS, reference="control", margin=-1),
            "margin is -1; it is a positive",
        ),
        (lambda: analysis.metric_by_arm("woa", TRIALS), "No metric is called 'woa'. Known ones: absolute"),
        (lambda: analysis.metric_by_arm("item-view", TRIALS), "'item-view' is a table of its own"),
        (lambda: analysis.metric_by_arm("brier", TRIALS.drop(columns="correct")), "lacks correct; it has"),
        (
            lambda: analysis.metric_by_arm("brier", TRIALS.assign(confidence=80)),
            "'confidence' holds 80 in row 0; it is declared",
        ),
        (
            lambda: analysis.metric_by_arm("brier", TRIALS.assign(confidence="very")),
            "'confidence' holds 'very' in row 0",
        ),
        (
            lambda: analysis.metric_by_arm("simulation-accuracy", TRIALS.assign(correct="yes")),
            "'correct' holds 'yes' in row 0",
        ),
        (
            lambda: analysis.metric_by_arm("simulation-accuracy", TRIALS.assign(correct=2)),
            "'correct' holds 2 in row 0; booleans",
        ),
        (
            lambda: analysis.metric_by_arm("weight-of-advice", TRIALS.assign(first_number="a")),
            "'first_number' holds 'a' in row 0",
        ),
        (lambda: analysis.metric_contrasts("brier", TRIALS, "none"), "'none' is no arm"),
        (lambda: analysis.metric_contrasts("brier", TRIALS, "control", family="bonf"), "family is 'bonf'"),
        (lambda: analysis.two_way_bootstrap(TRIALS, ["item"], len), "'item' holds 'i0' in row 0"),
        (
            lambda: analysis.two_way_bootstrap(TRIALS, ["correct"], len, draws=0),
            "draws is 0; it is a whole number",
        ),
        (lambda: analysis.two_way_bootstrap(TRIALS, ["correct"], len, alpha=5), "alpha is 5"),
        (lambda: analysis.two_way_bootstrap(TRIALS.iloc[:0], ["correct"], len), "names no arm"),
        (
            lambda: analysis.classical_test("ttest", TRIALS, outcome="correct"),
            "No classical test is called 'ttest'. Known",
        ),
        (lambda: analysis.classical_test("welch-t", TRIALS, outcome="correct"), "name their column, group="),
        (
            lambda: analysis.classical_test("welch-t", TRIALS, outcome="correct", group="arm"),
            "there are 3: control, example, map",
        ),
        (
            lambda: analysis.classical_test(
                "welch-t", TRIALS, outcome="correct", group="arm", groups=["map", "map"]
            ),
            "'map' is named twice",
        ),
        (
            lambda: analysis.classical_test(
                "welch-t", TRIALS, outcome="item", group="arm", groups=["map", "control"]
            ),
            "'item' holds 'i24' in row|'item' holds 'i0' in row",
        ),
        (
            lambda: analysis.classical_test("one-way-anova", TRIALS, outcome="correct", group="arm", alpha=1),
            "one-way-anova has no option 'alpha'",
        ),
        (lambda: analysis.fit_lmm("item ~ condition", TRIALS, random=RANDOM), "'item' holds"),
        (
            lambda: analysis.fit_clmm("confidence ~ condition", TRIALS, random=RANDOM),
            "ratings are whole numbers",
        ),
        (
            lambda: analysis.fit_clmm("rating ~ condition", TRIALS.assign(rating=3), random=RANDOM),
            "is 3 in all 288 rows",
        ),
    ],
)
def test_a_slip_is_told_with_column_and_row_or_with_what_is_allowed(call, message):
    with pytest.raises(AnalysisError, match=message):
        call()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            {"condition": ["none"], "x": [0.0]},
            "'condition' holds 'none', which the model does not know. Levels: 'control'",
        ),
        ({"condition": [None], "x": [0.0]}, "'condition' holds None"),
        ({"condition": ["map"]}, "lacks x; it has condition"),
    ],
    ids=["unseen level", "missing", "absent column"],
)
def test_new_rows_that_the_model_does_not_know(fit, rows, message):
    with pytest.raises(AnalysisError, match=message):
        fit.design.matrix(pd.DataFrame(rows))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda fit: analysis.marginal_means(fit, "arm"), "no predictor 'arm'. Predictors: condition, x"),
        (
            lambda fit: analysis.marginal_means(fit, at={"condition": "none"}),
            "'condition' has no level 'none'",
        ),
        (lambda fit: analysis.marginal_means(fit, alpha="low"), "alpha is 'low'"),
        (
            lambda fit: analysis.marginal_means(fit, back="log"),
            "only log is allowed, with a linear mixed model",
        ),
        (
            lambda fit: analysis.versus_reference(fit, reference="none"),
            "no level 'none'. Levels: control, example, map",
        ),
        (
            lambda fit: analysis.versus_reference(fit, famly="holm"),
            "no option 'famly'. Options: alpha, family",
        ),
        (lambda fit: analysis.versus_reference(fit, family="bonf"), "No family is called 'bonf'"),
        (lambda fit: analysis.equivalence(analysis.versus_reference(fit), -0.1), "The margin is -0.1"),
        (lambda fit: analysis.equivalence(analysis.versus_reference(fit), 0.1, alpha=1), "alpha is 1"),
        (lambda fit: fit.contrast({"map": 1}), "No coefficient is called 'map'. Coefficients: Intercept"),
        (lambda fit: fit.ranef("items"), "No random factor is called 'items'. Factors: participant, item"),
    ],
)
def test_a_fit_asked_for_what_it_has_not(fit, call, message):
    with pytest.raises((UnknownName, AnalysisError), match=message):
        call(fit)


def test_separation_gives_no_number_without_a_sentence():
    told = fitted(TRIALS.assign(correct=TRIALS["correct"].where(TRIALS["arm"] != "map", 1)))
    assert not told.converged
    assert told.bse.isna().all()
    assert "Separation: condition[T.map]" in told.summary()
