"""Published data through the public API and a mapping: Taesiri, Nguyen and Nguyen (2022), NeurIPS.

The numbers are the authors' own (their notebooks), as listed in the data's README; the splits by whether
the classifier is right were computed there. The data lie under `REPLICATION_DATA`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analysis import Study, compare_arms, mean_by_arm, read_mapped, report, run_plan
from analysis.metrics.accuracy import accuracy_where_model_right, accuracy_where_model_wrong
from analysis.population import apply_exclusion, primary_trials
from protocol.schema.plan import Exclusion

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("REPLICATION_DATA", ROOT.parent / "shared" / "replication")) / "taesiri2022"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the published data are not at {DATA}")

MAPPING = """
schema_version: 1
title: Do correspondences help people verify a bird classifier?
columns:
  {participant: UID, item: Query, arm: Method, correct: Correctness, model_correct: ClassifierCorrectness}
plan:
  reference: ResNet-50
  exclusions:
    - {name: at or below chance, kind: outcome, filter: at-chance, options: {chance: 0.5}}
"""
ARMS = ["ResNet-50", "kNN", "EMD-NN", "EMD-Corr", "CHM-NN", "CHM-Corr"]
CUB = dict(zip(ARMS, [65.50, 64.75, 64.12, 67.64, 65.72, 69.72], strict=True))
SESSIONS = dict(zip(ARMS, [60, 59, 59, 58, 60, 59], strict=True))
CUB_WRONG = dict(zip(ARMS, [41.22, 33.22, 35.37, 50.34, 38.78, 53.45], strict=True))
CUB_RIGHT = dict(zip(ARMS, [89.78, 96.27, 92.88, 84.94, 92.67, 85.99], strict=True))


@pytest.fixture(scope="module")
def mapping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("taesiri") / "mapping.yaml"
    path.write_text(MAPPING, "utf-8")
    return path


@pytest.fixture(scope="module")
def study(mapping: Path) -> Study:
    return read_mapped(DATA / "cub_trials.csv", mapping)


@pytest.fixture(scope="module")
def kept(study: Study):
    """The trials that the authors analysed: sessions at or below chance left out."""
    rule = Exclusion(name="chance", kind="outcome", filter="at-chance", options={"chance": 0.5})
    trials = primary_trials(study)
    return apply_exclusion(study, trials, rule).remaining(trials)


def rounded(table) -> dict[str, float]:
    return (100 * table["mean"]).round(2).to_dict()


def test_rows_and_sessions_are_those_of_the_paper(study, kept):
    assert (len(study.trials), len(kept)) == (10_860, 10_650)
    assert mean_by_arm(kept)["people"].to_dict() == SESSIONS


def test_means_by_arm_are_those_of_the_paper(kept):
    # each session has 30 trials, so the mean of trials is the mean of session means
    assert rounded(mean_by_arm(kept)) == CUB


def test_split_by_classifier_is_reproduced(kept):
    wrong = kept.assign(value=accuracy_where_model_wrong(kept))
    right = kept.assign(value=accuracy_where_model_right(kept))
    assert rounded(mean_by_arm(wrong, "value")) == pytest.approx(CUB_WRONG, abs=0.011)
    assert rounded(mean_by_arm(right, "value")) == pytest.approx(CUB_RIGHT, abs=0.011)


def test_difference_of_the_best_arm_is_reproduced(kept):
    contrasts = compare_arms(kept, reference="ResNet-50", arms=ARMS)
    assert contrasts.loc["CHM-Corr", "estimate"] == pytest.approx(0.042175, abs=1e-6)


def test_every_difference_is_that_of_the_published_means(study):
    sensitivity = run_plan(study, draws=20).sensitivity[0].contrasts["estimate"]
    expected = {arm: CUB[arm] - CUB["ResNet-50"] for arm in ARMS[1:]}
    assert (100 * sensitivity).to_dict() == pytest.approx(expected, abs=0.011)


def test_report_is_made(mapping, tmp_path):
    page = report(DATA / "cub_trials.csv", tmp_path / "out", mapping=mapping, draws=50)
    assert "Do correspondences help people verify a bird classifier?" in page.read_text("utf-8")


def test_imagenet_means_are_those_of_the_paper(tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text(
        MAPPING.replace("arm: Method,", "arm: Method, phase: author_excluded,") + "phase: '0'\n", "utf-8"
    )
    told = mean_by_arm(read_mapped(DATA / "imagenet_trials.csv", path).trials)
    expected = dict(zip(ARMS, [81.56, 75.76, 77.72, 78.87, 77.56, 77.23], strict=True))
    assert rounded(told) == expected
