"""Power curves: counted rightly, the same in any number of processes, and as large as theory says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from distributed import LocalCluster
from scipy import stats

from analysis.power import Assumptions, PowerError, Variances, power_curve, smallest_designs
from analysis.power.curves import COLUMNS
from analysis.power.verdicts import aims_of, run_study
from tests.analysis.power.designs import THREE, make_design, make_plan

NOBODY_DIFFERS = Variances(participant=0.0, item=0.0, item_slope=0.0)
PLANTED = Assumptions(0.6, {"map": 0.1})


@pytest.fixture(scope="module")
def curve() -> pd.DataFrame:
    return power_curve(make_design(), PLANTED, [40, 80], [12, 24], studies=20, processes=1)


@pytest.fixture(scope="module")
def few() -> pd.DataFrame:
    return power_curve(make_design(), PLANTED, [20], [6], studies=12, processes=1)


def test_each_size_has_its_row(curve):
    assert list(curve.columns) == COLUMNS
    assert curve[["participants", "items"]].to_numpy().tolist() == [[40, 12], [80, 12], [40, 24], [80, 24]]


def test_intervals_are_those_of_clopper_and_pearson(curve):
    for row in curve.itertuples():
        expected = stats.binomtest(row.reached, row.studies).proportion_ci(0.95, "exact")
        assert (row.low, row.high) == pytest.approx((expected.low, expected.high))
        assert row.power == row.reached / 20


def test_processes_change_nothing(few):
    told = power_curve(make_design(), PLANTED, [20], [6], studies=12, processes=2)
    pd.testing.assert_frame_equal(told, few)


def test_a_cluster_changes_nothing(few):
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        told = power_curve(make_design(), PLANTED, [20], [6], studies=12, dask=cluster.scheduler_address)
    pd.testing.assert_frame_equal(told, few)


def test_a_size_has_the_same_numbers_whatever_else_is_simulated(curve):
    alone = power_curve(make_design(), PLANTED, [80], [24], studies=20, processes=1)
    pd.testing.assert_frame_equal(alone, curve.tail(1).reset_index(drop=True))


def test_progress_counts_every_study():
    done = []

    class Bar:
        def __init__(self, total: int, unit: str) -> None:
            done.append(total)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

        def update(self, studies: int) -> None:
            done.append(studies)

    power_curve(make_design(), PLANTED, [20], [6], studies=15, processes=1, progress=Bar)
    assert done[0] == sum(done[1:]) == 15


def test_power_is_that_of_independent_trials_where_nobody_differs():
    # 60 people × 40 items, 0.6 against 0.68: a t test with 39 degrees of freedom
    told = power_curve(
        make_design(), Assumptions(0.6, {"map": 0.08}, NOBODY_DIFFERS), [60], [40], studies=100, processes=1
    ).iloc[0]
    se = np.sqrt((0.6 * 0.4 + 0.68 * 0.32) / 1200)
    reach = stats.t.ppf(0.975, 39)
    expected = stats.nct.sf(reach, 39, 0.08 / se)
    assert told["power"] == pytest.approx(expected, abs=0.1)
    assert told["estimate"] == pytest.approx(0.08, abs=0.008)


def test_without_an_effect_false_alarms_are_counted():
    told = power_curve(make_design(), Assumptions(), [40], [16], studies=40, processes=1).iloc[0]
    assert (told["verdict"], told["planted"]) == ("false alarm", 0.0)
    assert told["low"] < 0.05 < told["high"] or told["power"] < 0.05


def test_without_an_effect_and_with_a_margin_equivalence_is_counted():
    design = make_design(equivalence_margin=0.2)
    told = power_curve(
        design, Assumptions(variances=NOBODY_DIFFERS), [60], [30], studies=20, processes=1
    ).iloc[0]
    assert (told["verdict"], told["power"]) == ("equivalent", 1.0)


def test_several_arms_have_rows_for_any_and_all():
    assumed = Assumptions(0.5, {"map": 0.15, "placebo": 0.1})
    told = power_curve(make_design(THREE), assumed, [60], [12], studies=30, processes=1)
    power = told.set_index("contrast")["power"]
    assert list(power.index) == ["map", "placebo", "any", "all"]
    assert power["all"] <= power[["map", "placebo"]].min() <= power[["map", "placebo"]].max() <= power["any"]


def test_an_arm_without_an_effect_is_no_part_of_all():
    told = power_curve(
        make_design(THREE), Assumptions(0.5, {"map": 0.2}), [40], [12], studies=10, processes=1
    )
    assert told["contrast"].tolist() == ["map", "placebo"]
    assert told["verdict"].tolist() == ["differs", "false alarm"]


def test_a_difference_in_the_wrong_direction_does_not_count():
    design, assumed = make_design(), Assumptions(0.5, {"map": 0.3}, NOBODY_DIFFERS)
    assert run_study(design, assumed, 60, 20, 1, 0).reached == (True,)
    wrong = replace(assumed, effects={"map": -0.3})
    assert [aim.planted for aim in aims_of(design, wrong)] == pytest.approx([-0.3])
    assert run_study(design, wrong, 60, 20, 1, 0).reached == (True,)


def test_a_study_that_cannot_be_analysed_failed_and_found_nothing():
    everybody_right = Assumptions(1 - 1e-9, {}, NOBODY_DIFFERS)
    told = run_study(make_design(), everybody_right, 8, 3, 1, 0)
    assert (told.failed, told.reached) == (True, (False,))


def test_a_size_that_cannot_be_is_refused_before_anything_runs():
    with pytest.raises(PowerError, match="--participants 2"):
        power_curve(make_design(), PLANTED, [2], [12])


def test_smallest_designs_have_the_fewest_participants_first():
    rows = [(40, 12, 0.5), (80, 12, 0.7), (40, 48, 0.81), (80, 24, 0.85), (160, 12, 0.95)]
    curve = pd.DataFrame(rows, columns=["participants", "items", "power"])
    curve = curve.assign(contrast="map", verdict="differs", low=0.0, high=1.0)
    told = smallest_designs(curve, (0.8, 0.9, 0.99))
    assert told["participants"].tolist()[:2] == [40, 160]
    assert told["items"].tolist()[:2] == [48, 12]
    assert told.loc[0.99].isna().all()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"family": "max-t"},
        {"contrasts": "all-pairs"},
        {
            "contrasts": "planned",
            "planned": [{"name": "shown", "weights": {"map": 0.5, "placebo": 0.5, "control": -1}}],
        },
        {
            "exposure": "condition",
            "random_effects": {"participant": "1 + condition", "item": "1 + condition"},
        },
        {"items": "natural", "natural_error_rate": 0.1},
        {"covariates": ["gate_attempts"]},
        {"equivalence_margin": 0.1},
    ],
    ids=lambda changes: next(iter(changes), "default"),
)
def test_the_plans_own_mixed_model_is_what_runs(changes):
    design = make_design(THREE, method="crossed-mixed-model", **changes)
    told = run_study(design, Assumptions(0.55, {"map": 0.3, "placebo": 0.3}), 90, 16, 1, 3)
    assert not told.failed
    assert told.reached[0]
    assert abs(told.estimates[0]) == pytest.approx(0.3, abs=0.15)  # all pairs: control − map


def test_a_plan_with_a_baseline_phase_tests_the_change():
    plan = make_plan(method="crossed-mixed-model").analysis.model_copy(update={"baseline_phase": "practice"})
    design = replace(make_design(method="crossed-mixed-model"), plan=plan, has_baseline=True)
    told = run_study(design, Assumptions(0.5, {"map": 0.35}), 80, 16, 1, 0)
    assert told.reached == (True,)
    assert told.estimates[0] == pytest.approx(0.35, abs=0.15)
