"""Intervals of scores over items, and the three verdicts."""

import random
from statistics import mean, quantiles

import pytest

from tests.explainers.checks.subjects import map_that, number_context, subject_of, told

pytest.importorskip("scipy.stats")


def test_the_interval_of_a_mean_is_students():
    from explainers.checks.verdicts import interval_of_mean

    # R: t.test(c(1, 2, 3, 4, 5))$conf.int
    assert interval_of_mean([1, 2, 3, 4, 5]) == pytest.approx((1.036757, 4.963243), abs=1e-6)


def test_the_interval_of_a_share_is_wilsons():
    from explainers.checks.verdicts import interval_of_mean, interval_of_share

    # R: prop.test(8, 10, correct = FALSE)$conf.int
    assert interval_of_share(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)
    assert interval_of_mean([1.0] * 8 + [0.0] * 2, share=True) == interval_of_share(8, 10)
    # all of n: from n / (n + z²) to 1
    assert interval_of_share(52, 52) == pytest.approx((52 / (52 + 1.959964**2), 1.0), abs=1e-7)
    assert interval_of_share(0, 52) == pytest.approx((0.0, 1.959964**2 / (52 + 1.959964**2)), abs=1e-7)


def test_one_value_has_no_interval_and_an_interval_stays_within_what_is_possible():
    from explainers.checks.verdicts import CORRELATION, interval_of_mean

    assert interval_of_mean([0.4]) is None
    low, high = interval_of_mean([0.9, 1.0, 0.4], within=CORRELATION)
    assert (low < 0.4, high) == (True, 1.0)


def test_for_few_items_it_holds_the_mean_as_often_as_it_says_and_a_percentile_bootstrap_does_not():
    """The reason for it: 95 % are promised; 8 items, 1,000 times."""
    from explainers.checks.verdicts import interval_of_mean

    draw = random.Random(4)
    held = {"t": 0, "percentile": 0}
    for _ in range(1000):
        values = [draw.gauss(0.5, 0.2) for _ in range(8)]
        low, high = interval_of_mean(values)
        held["t"] += low <= 0.5 <= high
        again = quantiles((mean(draw.choices(values, k=8)) for _ in range(200)), n=40)
        held["percentile"] += again[0] <= 0.5 <= again[-1]
    assert held["t"] >= 935
    assert held["percentile"] <= 920


@pytest.mark.parametrize(
    ("limits", "verdict"),
    [
        ({"at_most": 0.6}, "passes"),
        ({"at_most": 0.5}, "unclear"),
        ({"at_most": 0.3}, "fails"),
        ({"at_least": 0.4}, "passes"),
        ({"at_least": 0.5}, "unclear"),
        ({"at_least": 0.6}, "fails"),
        ({}, None),
    ],
)
def test_three_verdicts(limits, verdict):
    from explainers.checks.verdicts import judged

    values = [0.4, 0.5, 0.45, 0.55, 0.5, 0.48]  # mean 0.48, 0.48 ± 2.5706 · 0.05099 / √6
    found = judged(values, **limits)
    assert found["verdict"] == verdict
    assert (found["value"], found["items"]) == (0.48, 6)
    assert (found["low"], found["high"]) == (0.4265, 0.5335)
    assert found["passed"] is not (verdict == "fails" or limits == {"at_least": 0.5})  # by the value alone


def test_fewer_than_five_items_tell_nothing_however_alike_they_are():
    from explainers.checks.verdicts import judged

    assert judged([0.1, 0.1, 0.1, 0.1], at_most=0.5)["verdict"] == "unclear"
    assert judged([0.1, 0.1, 0.1, 0.1, 0.1], at_most=0.5)["verdict"] == "passes"


def test_where_all_were_looked_at_the_value_decides():
    from explainers.checks.verdicts import judged

    assert judged([1.0, 1.0], at_least=0.95, share=True)["verdict"] == "unclear"
    assert judged([1.0, 1.0], at_least=0.95, share=True, drawn=False)["verdict"] == "passes"
    assert judged([1.0, 0.0], at_least=0.95, share=True, drawn=False)["verdict"] == "fails"


def test_a_check_says_which_of_the_three_it_is():
    pytest.importorskip("torch")
    from explainers.checks.max_sensitivity import MaxSensitivity

    rows = [[float(row), 6.0 - row, 3.0] for row in range(7)]
    subject = subject_of(number_context([3.0, 1.0, -2.0], rows), map_that(lambda model, inputs: inputs))
    found = told(list(MaxSensitivity().measure(subject)))[0]["max-sensitivity"]
    assert 0 < found.low < found.value < found.high
    assert found.items == 7
    for limit, verdict in ((found.high, "passes"), (found.value, "unclear"), (found.low / 2, "fails")):
        checks, _ = told(list(MaxSensitivity(at_most=limit + 1e-4).measure(subject)))
        assert checks["max-sensitivity"].verdict == verdict


def test_nothing_is_asked_of_a_placebo(shape_context):
    from explainers.checks.edge_similarity import EdgeSimilarity
    from explainers.registry import get_explainer

    subject = subject_of(shape_context, get_explainer("edge-detector"))
    found = told(list(EdgeSimilarity().measure(subject)))[0]["edge-similarity"]
    assert (found.value, found.passed, found.verdict) == (1.0, True, None)


def test_deletion_is_judged_by_the_items_differences():
    pytest.importorskip("torch")
    from explainers.checks.deletion_insertion import DeletionInsertion

    rows = [
        [4.0, 0.0, 1.0],
        [0.0, 2.0, 5.0],
        [2.0, 4.0, 0.0],
        [1.0, 3.0, 3.0],
        [5.0, 1.0, 2.0],
        [3.0, 5.0, 1.0],
    ]
    context = number_context([3.0, 1.0, -2.0], rows)
    same = map_that(lambda model, inputs: inputs * 0)
    areas = {"deletion_auc": [0.1, 0.9, 0.5, 0.3, 0.7, 0.2], "insertion_auc": [0.5] * 6}
    areas["random"] = [area + gap for area, gap in zip(areas["deletion_auc"], (0.1, 0.12) * 3, strict=True)]
    # areas apart, differences alike: mean −0.11, 2.5706 · 0.010954 / √6 to either side
    check = next(DeletionInsertion()._told(subject_of(context, same), areas))
    assert (check.value, check.low, check.high, check.verdict) == (0.45, 0.1265, 0.7735, "passes")
    assert "the difference is -0.110 (-0.121 to -0.099)" in check.meaning
    context.model.weight.zero_()  # an output that never moves: as good as chance is not better
    checks, _ = told(list(DeletionInsertion(steps=3).measure(subject_of(context, same))))
    assert (checks["deletion-auc"].passed, checks["deletion-auc"].verdict) == (False, "fails")


def test_a_bundle_carries_interval_and_verdict_or_none_of_them(tmp_path):
    from explainers import bundle
    from tests.explainers.hand_written import check, pets, small

    sure = {"items": 7, "low": 0.4, "high": 0.6, "verdict": "unclear"}
    written = small()
    written.manifest |= pets(checks=[check(), check(name="sure", **sure)])
    plain, told = written.write(tmp_path / "pets").manifest.checks
    assert (plain.items, plain.low, plain.high, plain.verdict) == (
        None,
        None,
        None,
        None,
    )  # as in older bundles
    assert {name: getattr(told, name) for name in sure} == sure
    assert bundle.check(tmp_path / "pets") == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"low": 0.6, "high": 0.7}, 'checks[0].low, high": is 0.6 and 0.7 for value 0.5.'),
        ({"low": 0.4}, 'checks[0].low, high": is 0.4 and None for value 0.5.'),
        (
            {"verdict": "perhaps"},
            "checks[0].verdict\": is 'perhaps': input should be 'passes', 'fails' or 'unclear'",
        ),
        ({"items": 0}, 'checks[0].items": is 0: input should be greater than or equal to 1'),
    ],
)
def test_faults_of_interval_and_verdict_are_told(tmp_path, fields, message):
    from explainers.bundle import BundleError
    from tests.explainers.hand_written import check, pets, small

    written = small()
    written.manifest |= pets(checks=[check(**fields)])
    with pytest.raises(BundleError) as error:
        written.write(tmp_path / "pets")
    assert message in str(error.value)
