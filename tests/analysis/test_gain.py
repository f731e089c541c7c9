"""Gains by arm: planted ones come back, and the numbers are those of scipy where the design is simple."""

from __future__ import annotations

import csv
import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.__main__ import main
from analysis.errors import ExportError, ReportError, UnknownName
from analysis.gain import compare_gains, gain_report, read_gains, write_gain
from protocol.doors.gains import GAINS

SETS = ("one", "two", "three", "four")
CEILING = {"one": 0.3, "two": 0.2, "three": 0.1, "four": 0.0}
BEFORE = {"ordinary": 0.9, "shifted": 0.5}


def row(
    marking="participant", person="p1", arm="none", item="one", seed=1, shifted=0.0, ordinary=0.0, **more
):
    told = {"marking": marking, "source": "recruited", "participant": person, "arm": arm, "condition": arm}
    told |= {"position": SETS.index(item) + 7 if person else None, "item": item, "model": "net"}
    told |= {"marks": json.dumps([]), "marked": 0, "without_effect": 0, "seed": seed, "measure": "accuracy"}
    for name, change in (("ordinary", ordinary), ("shifted", shifted)):
        told |= {f"{name}_before": BEFORE[name], f"{name}_after": round(BEFORE[name] + change, 9)}
    return told | more


def planted(each=24, effect=0.1, sets=SETS, arms=("heat", "none"), seeds=(1, 2, 3)):
    """`heat` gains `effect` more on shifted data than `none`, which gains 0.02; random marking gains nothing."""
    random = np.random.default_rng(5)
    rows = []
    for arm in arms:
        for number in range(each):
            person, own = f"{arm}{number}", random.normal(0, 0.03)
            for item in sets:
                gain = (
                    (effect if arm != "none" else 0)
                    + 0.02
                    + own
                    + CEILING[item] / 10
                    + random.normal(0, 0.04)
                )
                for seed in seeds:
                    jitter = 0.005 * (seed - 2)
                    rows.append(row(person=person, arm=arm, item=item, seed=seed, shifted=gain + jitter))
                    drawn = random.normal(0, 0.02)
                    rows.append(row("random", person, arm, item, seed, shifted=drawn))
    oracle = [row("oracle", None, None, item, seed, shifted=CEILING[item]) for item in sets for seed in seeds]
    return rows + oracle


def written(folder, rows):
    path = folder / "gains.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, GAINS.header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def compared(tmp_path):
    def compare(rows, *told, **options):
        return compare_gains(read_gains(written(tmp_path, rows)), *told, **options)

    return compare


def means_of_people(rows):
    table = pd.DataFrame([one for one in rows if one["marking"] == "participant"])
    table["change"] = table["shifted_after"] - table["shifted_before"]
    means = table.groupby(["condition", "participant"])["change"].mean()
    return means.loc["heat"].to_numpy(), means.loc["none"].to_numpy()


def test_a_planted_gain_comes_back_with_an_interval_that_holds_it(compared):
    gain = compared(planted())
    shifted = gain.outcomes[1]
    found = shifted.contrasts.loc["heat"]
    assert found["low"] < 0.1 < found["high"]
    assert found["low"] > 0
    assert list(shifted.arms.index) == ["none", "heat", "random marking", "oracle marking"]
    assert shifted.arms.loc["none", "mean"] == pytest.approx(0.035, abs=0.02)


def test_with_one_answer_per_set_the_contrast_is_the_t_test_of_people_s_means(compared):
    rows = planted()
    heat, none = means_of_people(rows)
    expected = stats.ttest_ind(heat, none)  # equal numbers: the crossed model's contrast is this
    found = compared(rows).outcomes[1].contrasts.loc["heat"]
    assert found["estimate"] == pytest.approx(heat.mean() - none.mean(), abs=1e-9)
    assert found["df"] == pytest.approx(46, rel=1e-3)
    assert found["p"] == pytest.approx(expected.pvalue, rel=1e-3)
    interval = expected.confidence_interval()
    assert (found["low"], found["high"]) == pytest.approx((interval.low, interval.high), abs=1e-5)


def test_one_set_is_welch_s_t_test(compared):
    rows = planted(sets=("two",))
    heat, none = means_of_people(rows)
    expected = stats.ttest_ind(heat, none, equal_var=False)
    shifted = compared(rows).outcomes[1]
    found, interval = shifted.contrasts.loc["heat"], expected.confidence_interval()
    assert shifted.method == "Welch's t, one set"
    assert found["p"] == pytest.approx(expected.pvalue, rel=1e-9)
    assert (found["low"], found["high"]) == pytest.approx((interval.low, interval.high), abs=1e-9)
    own = stats.t.interval(0.95, 23, heat.mean(), stats.sem(heat))
    assert tuple(shifted.arms.loc["heat", ["low", "high"]]) == pytest.approx(own, abs=1e-9)


def test_floor_and_ceiling_are_random_and_oracle_marking(compared):
    arms = compared(planted()).outcomes[1].arms
    assert arms.loc["random marking", "low"] < 0 < arms.loc["random marking", "high"]
    assert arms.loc["oracle marking", "mean"] == pytest.approx(0.15)
    assert np.isnan(arms.loc["oracle marking", "low"])
    assert (arms.loc["random marking", "share"], arms.loc["oracle marking", "share"]) == (0, 1)
    floor, mean = arms.loc["random marking", "mean"], arms.loc["heat", "mean"]
    assert arms.loc["heat", "share"] == pytest.approx((mean - floor) / (0.15 - floor))


def test_the_ceiling_weighs_sets_as_people_met_them(compared):
    rows = [
        *(row(person=f"a{n}", arm="none", item="one", seed=1) for n in range(3)),
        *(row(person=f"b{n}", arm="heat", item="four", seed=1, shifted=0.01 * n) for n in range(1, 2)),
        row("oracle", None, None, "one", shifted=0.3),
        row("oracle", None, None, "four"),
    ]
    assert compared(rows).outcomes[1].arms.loc["oracle marking", "mean"] == pytest.approx(0.3 * 3 / 4)


def test_three_arms_are_corrected_by_holm(compared):
    found = compared(planted(arms=("none", "words", "heat"), effect=0.02)).outcomes[1].contrasts
    smaller, larger = sorted(found["p"])
    assert sorted(found["p_adjusted"]) == pytest.approx(
        [min(2 * smaller, 1), max(larger, min(2 * smaller, 1))]
    )


def test_set_slopes_make_a_wider_claim_with_a_wider_interval(compared):
    rows = planted()
    for one in rows:
        if one["marking"] == "participant" and one["arm"] == "heat":
            one["shifted_after"] += CEILING[one["item"]]
    narrow = compared(rows).outcomes[1].contrasts.loc["heat"]
    wide = compared(rows, set_slopes=True).outcomes[1].contrasts.loc["heat"]
    assert wide["estimate"] == pytest.approx(narrow["estimate"], abs=1e-6)
    assert wide["high"] - wide["low"] > 2 * (narrow["high"] - narrow["low"])


def test_where_nothing_changed_there_is_no_interval_and_it_is_said(compared):
    gain = compared(planted())
    ordinary = gain.outcomes[0]
    assert ordinary.contrasts.loc["heat", "estimate"] == 0
    assert np.isnan(ordinary.contrasts.loc["heat", "low"])
    assert "The mixed model has no estimate" in ordinary.notes[0]
    assert np.isnan(ordinary.arms["share"]).all()


def test_cautions_are_told(compared):
    rows = [one | {"source": "simulated", "without_effect": 2} for one in planted(each=4, seeds=(1,))]
    told = " ".join(compared(rows, "none").cautions)
    assert "simulated: this says nothing about people" in told
    assert "Fewer than 20 participants in none (4), heat (4)" in told
    assert "1 training seed:" in told
    assert "64 marks" in told
    assert "These differences" not in told
    assert not any("Fewer" in one for one in compared(planted()).cautions)


def test_data_without_a_shifted_part_have_one_outcome(compared):
    rows = [one | {"shifted_before": "", "shifted_after": ""} for one in planted()]
    gain = compared(rows)
    assert [one.name for one in gain.outcomes] == ["ordinary"]
    assert any("no shifted data" in one for one in gain.cautions)


@pytest.mark.parametrize(
    ("reference", "why"),
    [(None, "No arm is called 'none', which is taken where none is named. --reference names one of: heat, plain"),
     ("bare", "No arm is called 'bare'. --reference names one of: heat, plain")],
)  # fmt: skip
def test_an_unknown_reference_is_told(compared, reference, why):
    rows = [
        one | {"condition": {"none": "plain"}.get(one["condition"], one["condition"])} for one in planted(2)
    ]
    with pytest.raises(UnknownName) as error:
        compared(rows, reference)
    assert why in str(error.value)


def test_one_arm_alone_is_told(compared):
    with pytest.raises(UnknownName, match="no arm but 'none'"):
        compared(planted(2, arms=("none",)))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda rows: rows[1:], "participant heat0, set one has 2 of 3 training seeds"),
        (lambda rows: [rows[0] | {"source": "preview"}, *rows[1:]], "mixes sources (preview, recruited)"),
        (lambda rows: [one for one in rows if one["marking"] == "oracle"], "no row of a participant's marks"),
        (lambda rows: [rows[0] | {"participant": ""}, *rows[1:]], 'row 1, column "participant": is empty'),
        (
            lambda rows: [rows[0] | {"shifted_after": "high"}, *rows[1:]],
            "column \"shifted_after\": 'high' is not",
        ),
        (lambda rows: [rows[0] | {"marking": "mine"}, *rows[1:]], "is none of participant, random, oracle"),
    ],
)
def test_what_is_wrong_with_the_table_is_told(tmp_path, change, why):
    with pytest.raises(ExportError) as error:
        read_gains(written(tmp_path, change(planted(2))))
    assert why in str(error.value)


def test_the_command_prints_and_writes(tmp_path, capsys):
    path = written(tmp_path, planted())
    assert main(["gain", str(path), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    assert "On shifted data (linear mixed model (REML), random: participant (1) and item (1))" in told
    assert "heat − none" in told
    assert (tmp_path / "out" / "gain.txt").read_text("utf-8") == told
    arms = pd.read_csv(tmp_path / "out" / "arms.csv")
    assert list(arms["outcome"]) == ["ordinary"] * 4 + ["shifted"] * 4
    contrasts = pd.read_csv(tmp_path / "out" / "contrasts.csv")
    assert contrasts.loc[1, "estimate"] == pytest.approx(0.1, abs=0.03)
    assert main(["gain", str(path), "--out", str(tmp_path / "out")]) == 1
    assert "exists. Choose another --out" in capsys.readouterr().err
    assert main(["gain", str(tmp_path / "nothing.csv")]) == 1
    assert "There is no table of gains at" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_told(tmp_path, compared):
    gain = compared(planted())
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="cannot be written"):
        write_gain(gain, tmp_path / "file" / "out")


def test_numbers_have_r2_in_place_of_points(compared):
    rows = [one | {"measure": "r2"} for one in planted()]
    told = gain_report(compared(rows))
    assert "Change in share of variance explained (R²)" in told
    assert "+0.1" in told
    assert "percentage" not in told
