"""Every published number comes out of the general code, through the public API and a mapping file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from analysis import read_mapped, report
from analysis.__main__ import main
from analysis.population.integrity import find_problems
from analysis.replication import REPLICATIONS, replicate, running, verdict_table

MAPPINGS = Path(running.__file__).parent


@pytest.fixture(scope="module")
def compared(published):
    """Return each replication's comparisons, computed once."""
    done = {}

    def of(name: str):
        if name not in done:
            done[name] = replicate(name, published(name))
        return done[name]

    return of


@pytest.mark.parametrize("name", REPLICATIONS)
def test_every_published_number_matches_or_is_a_listed_erratum(compared, name):
    wrong = [f"{one.data}: {one.name}: {one.key}" for one in compared(name) if one.verdict == "MISMATCH"]
    assert not wrong, verdict_table(compared(name))


def test_the_errata_are_the_three_p_values_that_compare_two_different_items(compared):
    errata = [one for one in compared("kuhl2022") if one.verdict == "errata"]
    assert {one.data: round(float(one.published), 6) for one in errata} == {
        "paz": 0.200294,
        "iaz_exp1": 0.000397,
        "iaz_exp2": 0.049859,
    }
    assert {one.data: round(one.reproduced, 6) for one in errata} == {
        "paz": 0.838808,
        "iaz_exp1": 0.356018,
        "iaz_exp2": 0.568053,
    }
    assert not [one for one in compared("taesiri2022") if one.verdict == "errata"]


def test_exact_values_are_exact(compared):
    p_values = [one for one in compared("kuhl2022") if "rank-sum p" in one.name and one.verdict == "match"]
    assert len(p_values) == 19  # 17 as published, and the slip where it can be repeated
    assert max(abs(one.difference) for one in p_values) < 1e-6


def test_the_people_of_the_pipeline_are_those_of_the_authors(compared):
    left = [
        one for one in compared("kuhl2022") if one.name == "people after each exclusion" and one.data == "paz"
    ]
    assert [one.reproduced for one in left] == [134, 101, 100, 98, 93, 90, 86, 74]


@pytest.mark.parametrize("name", REPLICATIONS)
def test_the_command_prints_the_table_and_exits_0(published, name, capsys):
    assert main(["replicate", name, "--data", str(published(name).parent)]) == 0
    told = capsys.readouterr().out
    counts = Counter(word for word in told.split() if word in ("match", "errata", "MISMATCH"))
    assert counts["match"] >= 49
    assert "0 MISMATCH." in told
    assert "published     reproduced" in told


def test_persons_in_several_arms_are_said(published):
    study = read_mapped(published("taesiri2022") / "cub_trials.csv", MAPPINGS / "taesiri2022" / "cub.yaml")
    told = {found.kind: found.sentence for found in find_problems(study)}
    assert told["person-in-several-arms"].startswith("26 people")


def test_double_logged_rows_are_said(published):
    study = read_mapped(published("kuhl2022"), MAPPINGS / "kuhl2022" / "paz.yaml")
    assert "paz_survey.csv: 126 rows are exact copies of earlier ones; left out." in study.notes
    assert "paz_performance.csv: 1 rows are exact copies of earlier ones; left out." in study.notes


def test_a_report_is_made_of_published_data_by_the_same_mapping(published, tmp_path):
    rows = pd.read_csv(published("taesiri2022") / "cub_trials.csv", dtype=str, keep_default_na=False)
    few = rows.drop_duplicates("UID").groupby("Method").head(5)["UID"]
    rows[rows["UID"].isin(few)].to_csv(tmp_path / "few.csv", index=False)
    mapping = MAPPINGS / "taesiri2022" / "cub.yaml"
    page = report(tmp_path / "few.csv", tmp_path / "out", mapping=mapping, draws=50)
    assert "Do correspondences help people verify a bird classifier?" in page.read_text("utf-8")
