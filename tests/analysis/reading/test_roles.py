"""Standard columns of an export that stand in other tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis import read_export
from tests.analysis.exports import START, make_protocol, write_export

ARMS = {"control": "No explanation", "map": "Map"}
WHO = {"participant": "p1", "source": "recruited", "arm": "map"}
TIMED = {"timing": "script", "answered_at": START}
PERSON = WHO | {"outcome": "finished", "arrived_at": START, "consented_at": START, "allocated_at": START}


def read(folder: Path, task: str, trials: list[dict], questions: list[dict] = (), **tables) -> pd.DataFrame:
    """Write an export of one person with these trials, and read its trials."""
    at = WHO | {"condition": "map", "phase": "test", "task": task}
    rows = [at | TIMED | {"position": 5 + n, "trial": n, "item": f"i{n}", "model": "cnn"} | trial
            for n, trial in enumerate(trials, start=1)]  # fmt: skip
    answers = [at | TIMED | {"position": 6, "item": "i1", "model": "cnn"} | row for row in questions]
    items = [{"item": f"i{n}", "kind": "instance"} for n in range(1, len(trials) + 1)]
    written = {"participants": [PERSON], "trials": rows, "responses": answers, "items": items, **tables}
    return read_export(write_export(folder / "export", written, make_protocol(ARMS))).trials


def test_own_and_final_answer_are_joined_by_role_and_judged(tmp_path):
    trial = {"answer": "1", "key": "7", "correct": False, "output": "1", "truth": "7", "model_correct": False}
    questions = [
        {"question": "own", "role": "first", "answer": "7"},
        {"question": "first-sure", "role": "confidence", "answer": "0.6"},
        {"question": "final", "role": "final", "answer": "1"},
        {"question": "final-sure", "role": "confidence", "answer": "0.9"},
    ]
    told = read(tmp_path, "advice", [trial, trial], questions)
    assert told["first"].tolist()[0] == "7"
    assert told["final"].tolist()[0] == "1"
    assert told["first_correct"].tolist()[0] is True
    assert told["final_correct"].tolist()[0] is False
    assert told[["first_confidence", "final_confidence"]].iloc[0].tolist() == [0.6, 0.9]
    assert told[["first", "final", "first_correct", "first_confidence"]].iloc[1].isna().all()
    assert "answer_number" not in told.columns  # digits that are judged as labels


def test_answers_of_a_task_that_judges_none_are_numbers(tmp_path):
    trials = [
        {"answer": "12.5", "key": "10", "output": "10", "truth": "9"},
        {"answer": "8", "key": "8", "output": "8"},
    ]
    told = read(tmp_path, "forward-simulation", trials)
    assert told["answer_number"].tolist() == [12.5, 8]
    assert told["output_number"].tolist() == [10, 8]
    assert told["truth_number"].isna().tolist() == [False, True]
    assert "chance" not in told.columns


def test_chance_is_one_over_the_number_of_answers(tmp_path):
    outputs = [{"item": "i1", "model": "cnn", "output": "a", "probabilities": [0.5, 0.2, 0.2, 0.1]}]
    trial = {"answer": "a", "key": "a", "correct": True, "output": "a"}
    assert read(tmp_path, "forward-simulation", [trial], outputs=outputs)["chance"].tolist() == [0.25]
    judged = {"answer": "right", "key": "right", "correct": True, "output": "a"}
    (tmp_path / "two").mkdir()
    assert read(tmp_path / "two", "error-detection", [judged], outputs=outputs)["chance"].tolist() == [0.5]


def test_features_pairs_and_leaks(tmp_path):
    named = {"answer": '["snow"]', "key": '["snow","sky"]'}
    told = read(tmp_path, "feature-naming", [named])
    assert told[["features_marked", "features_true"]].iloc[0].tolist() == ['["snow"]', '["snow","sky"]']
    (tmp_path / "b").mkdir()
    chosen = {"answer": "b", "key": "cnn", "correct": False, "compared_model": "a"}
    stimulus = {"model": "cnn", "explainer": "map", "target": "predicted", "part": "map", "file": "x.png"}
    stimuli = [stimulus | {"item": "i1", "media_type": "image/png", "width": 8, "height": 8}
               | {"caption": "c", "alt": "a", "checks": {"leaks": 1}}]  # fmt: skip
    told = read(tmp_path / "b", "model-choice", [chosen], stimuli=stimuli)
    assert told["pair"].tolist() == ["a / cnn"]
    assert told["leaks"].tolist() == [True]
    assert told["chance"].tolist() == [0.5]
