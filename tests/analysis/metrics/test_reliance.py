"""Following, over- and under-reliance, agreement and switching, from hand-made trials."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MissingColumns
from analysis.metrics.reliance import agreement, follows_advice, over_reliance, switch, under_reliance
from tests.analysis.metrics.tables import crossed, table

NAN = float("nan")
LABELS = table(
    participant=list("aabbb"),
    item=list("xyxyz"),
    task="advice",
    first=["cat", "dog", "cat", "dog", None],
    output=["dog", "dog", "owl", "cat", "cat"],
    final=["dog", "dog", "cat", "owl", "cat"],
    model_correct=[True, True, False, False, None],
)
JUDGED = table(
    participant=list("aabb"),
    item=list("xyxy"),
    correct=[True, False, True, False],
    model_correct=[True, True, False, False],
)


def test_agreement_is_giving_the_output_at_last():
    assert agreement(LABELS).tolist() == [1, 1, 0, 0, 1]


def test_switch_is_defined_only_where_the_own_answer_was_another():
    assert switch(LABELS).tolist() == pytest.approx([1, NAN, 0, 0, NAN], nan_ok=True)


def test_over_reliance_follows_wrong_advice_and_under_reliance_leaves_right_advice():
    assert over_reliance(LABELS).tolist() == pytest.approx([NAN, NAN, 0, 0, NAN], nan_ok=True)
    assert under_reliance(LABELS).tolist() == pytest.approx([0, 0, NAN, NAN, NAN], nan_ok=True)


def test_accepting_is_read_off_correctness_where_the_output_is_judged():
    assert follows_advice(JUDGED).tolist() == [1, 0, 0, 1]
    assert over_reliance(JUDGED).mean() == pytest.approx(1 - JUDGED["correct"][2:].mean())
    assert under_reliance(JUDGED).mean() == pytest.approx(1 - JUDGED["correct"][:2].mean())


def test_error_detection_is_a_judgement_although_it_has_an_output():
    judged = JUDGED.assign(task="error-detection", answer="right", output="cat")
    assert follows_advice(judged).tolist() == [1, 0, 0, 1]
    assert follows_advice(judged, judgement=False).tolist() == [0, 0, 0, 0]


def test_categories_can_be_compared():
    labels = LABELS.astype({"first": "category", "final": "category", "output": "category"})
    assert follows_advice(labels).tolist() == follows_advice(LABELS).tolist()


def test_foretelling_a_hidden_output_is_no_reliance():
    hidden = LABELS.assign(task="forward-simulation")
    assert follows_advice(hidden).isna().all()


def test_without_labels_or_judgements_the_missing_columns_are_named():
    with pytest.raises(MissingColumns, match="lacks correct"):
        over_reliance(JUDGED.drop(columns="correct"))


def test_planted_reliance_comes_back():
    rng = np.random.default_rng(3)
    trials = crossed(80, 30).assign(model_correct=lambda t: t["item"].str[1:].astype(int) % 2 == 0)
    follows = rng.random(len(trials)) < np.where(trials["model_correct"], 0.85, 0.4)
    trials["correct"] = pd.array(follows == trials["model_correct"], dtype="boolean")
    assert over_reliance(trials).mean() == pytest.approx(0.4, abs=0.03)
    assert under_reliance(trials).mean() == pytest.approx(0.15, abs=0.03)
