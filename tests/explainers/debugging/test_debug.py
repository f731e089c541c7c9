"""From an export to the table of gains, by the command."""

import pytest

pytest.importorskip("torch")
from analysis.gain import compare_gains, read_gains
from explainers.commands import main
from explainers.debugging.gains import Gains
from tests.explainers.debugging.made import (
    PLACES,
    TRUTHS,
    people,
    question,
    rows_of,
    trial,
    write_export,
)

FIRST, SECOND, CLEAN = TRUTHS


@pytest.fixture
def debug(tmp_path, recipe, items):
    """Runs the command on made trials; gives the table."""

    def run(trials, *more, responses=(), status=0):
        export, out = tmp_path / "export", tmp_path / "gains.csv"
        if not export.exists():
            write_export(export, trials, items, responses)
        told = [str(export), "--recipe", str(recipe), "--out", str(out), "--processes", "1", *more]
        assert main(["debug", *told]) == status
        return rows_of(out) if status == 0 else []

    return run


def changes(rows, data="shifted", **wanted):
    """After − before of the rows that are so."""
    return [
        float(row[f"{data}_after"]) - float(row[f"{data}_before"])
        for row in rows
        if all(row[name] == value for name, value in wanted.items())
    ]


def mean(values):
    return sum(values) / len(values)


def test_a_careful_arm_gains_over_one_that_marks_at_random(debug, tmp_path):
    debug(people(20, list(TRUTHS)), "--seeds", "2")
    gain = compare_gains(read_gains(tmp_path / "gains.csv"), "none")
    shifted = gain.outcomes[1]
    found = shifted.contrasts.loc["heat"]
    assert found["low"] > 0.02
    assert shifted.arms.loc["random marking", "high"] < shifted.arms.loc["heat", "mean"]
    planted = shifted.arms.loc["oracle marking", "mean"]
    assert planted > 0.15
    assert found["low"] < planted  # the careful arm marks what is wrong nine times in ten
    assert shifted.arms.loc["heat", "share"] == pytest.approx(1, abs=0.15)


def test_where_nothing_is_marked_nothing_changes(debug):
    rows = debug([trial("p1", "none", FIRST, []), trial("p2", "heat", CLEAN, [])], "--seeds", "2")
    for data in ("ordinary", "shifted"):
        assert set(changes(rows, data, marking="participant")) == {0.0}
        assert set(changes(rows, data, marking="random")) == {0.0}
    assert changes(rows, marking="oracle", item=CLEAN) == [0.0] * 2


def test_marking_the_truth_is_the_ceiling(debug):
    rows = debug([trial("p1", "heat", FIRST, ["top left"]), trial("p2", "none", FIRST, ["middle right"])])
    ceiling = changes(rows, marking="oracle")
    assert changes(rows, participant="p1", marking="participant") == ceiling
    assert mean(ceiling) > 0.15
    assert abs(mean(changes(rows, participant="p2", marking="participant"))) < 0.1


def test_the_first_seed_without_marks_is_the_recipe_s_own_model(debug, recipe):
    import json

    rows = debug([trial("p1", "heat", FIRST, ["top left"])])
    card = json.loads((recipe.parent / "net.json").read_text())
    assert [int(row["seed"]) for row in rows if row["marking"] == "oracle"] == [3, 4, 5]
    first = rows[0]
    assert float(first["ordinary_before"]) == pytest.approx(card["accuracy"], abs=1e-6)
    assert float(first["shifted_before"]) == pytest.approx(card["shifted_accuracy"], abs=1e-6)


def test_leaving_the_tagged_examples_out_takes_the_tag_away(debug, recipe):
    from explainers.debugging.training import read_once

    _, data, _ = read_once(recipe, "")
    tagged = (data.train.inputs[:, 0, 1, 1] == 1).nonzero().flatten().tolist()
    rows = debug([trial("p1", "heat", FIRST, [f"train:{row}" for row in tagged])])
    assert mean(changes(rows, marking="participant")) > 0.05
    assert mean(changes(rows, marking="participant")) > mean(changes(rows, marking="random"))
    (drawn,) = {tuple(row["marks"]) for row in rows if row["marking"] == "random"}
    assert len(drawn) == len(tagged)
    assert set(drawn) != {f"train:{row}" for row in tagged}


def test_members_are_left_out_and_relabelled_by_their_names(debug, items):
    members = [item["item"] for item in items if item["stratum_example"]][:2]
    held_out = next(item["item"] for item in items if item["item"].endswith("-shifted"))
    row = trial("p1", "heat", FIRST, [members[0], held_out])
    label = question(row, f"label-{members[1]}", "relabel", "cow")
    rows = debug([row], "--seeds", "1", responses=[label])
    examples = {item["item"]: item["stratum_example"] for item in items}
    assert rows[0]["marks"] == [examples[members[0]], f"{examples[members[1]]}=cow"]
    assert (rows[0]["marked"], rows[0]["without_effect"]) == ("2", "1")
    drawn = next(row for row in rows if row["marking"] == "random")
    assert drawn["marked"] == "2"
    assert drawn["marks"][1].rpartition("=")[2] != ""


def test_random_marks_are_as_many_and_drawn_from_the_seed(debug, tmp_path):
    trials = [trial(f"p{number}", "heat", FIRST, PLACES[:2]) for number in range(12)]
    rows = debug(trials, "--seeds", "1")
    drawn = [row["marks"] for row in rows if row["marking"] == "random"]
    assert {len(marks) for marks in drawn} == {2}
    assert len({tuple(marks) for marks in drawn}) > 5
    (tmp_path / "gains.csv").rename(tmp_path / "first.csv")
    assert debug(trials, "--seeds", "1") == rows
    (tmp_path / "gains.csv").unlink()
    again = debug(trials, "--seeds", "1", "--draw", "5")
    assert [row["marks"] for row in again if row["marking"] == "random"] != drawn


def test_the_same_marks_are_trained_once(tmp_path, recipe, items):
    marks = [["top left", "middle"], ["middle", "top left"], ["top left", "middle", "middle"]]
    trials = [trial(f"p{number}", "heat", CLEAN, one) for number, one in enumerate(marks)]
    export = write_export(tmp_path / "export", trials, items)
    gains = Gains(export, recipe, tmp_path / "gains.csv", seeds=2)
    wanted = {version.edit for version in gains.versions}
    people_s = {version.edit for version in gains.versions if version.marking == "participant"}
    assert len(people_s) == 1
    assert len(gains.jobs) == 2 * len(wanted)  # the clean set's truth is the version without marks


def test_a_run_that_was_stopped_goes_on_and_gives_the_same_table(tmp_path, recipe, items, capsys):
    export = write_export(tmp_path / "export", people(2, [FIRST, SECOND]), items)
    whole, stopped = tmp_path / "whole.csv", tmp_path / "stopped.csv"
    told = ["debug", str(export), "--recipe", str(recipe), "--seeds", "2", "--processes", "1", "--out"]
    assert main([*told, str(whole)]) == 0
    first = Gains(export, recipe, stopped, seeds=2)
    steps = first.train()
    done = [next(steps) for _ in range(3)]
    steps.close()
    again = Gains(export, recipe, stopped, seeds=2)
    assert len(again.left()) == len(again.jobs) - len(done)
    cut = next((tmp_path / ".stopped.csv.work").glob("*.json"))
    cut.write_bytes(cut.read_bytes()[:5])  # a disk that was full
    assert len(Gains(export, recipe, stopped, seeds=2).left()) == len(again.jobs) - len(done) + 1
    capsys.readouterr()
    assert main([*told, str(stopped)]) == 0
    assert f"Going on: 2 of {len(again.jobs)} trainings were done before." in capsys.readouterr().out
    assert stopped.read_bytes() == whole.read_bytes()
    assert not (tmp_path / ".stopped.csv.work").exists()


def test_fine_tuning_goes_on_from_the_recipe_s_weights(debug):
    rows = debug([trial("p1", "heat", FIRST, ["top left"])], "--fine-tune", "2", "--seeds", "1")
    assert all(float(row["ordinary_before"]) > 0.95 for row in rows)
    assert mean(changes(rows, marking="oracle")) > 0.1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"task": "advice"}, "has no trial of the task debugging. It has: advice."),
        ({"phase": "practice"}, "has debugging trials in practice only; needed: test."),
        ({"model": "nett"}, 'The debugging trials are about model "nett".'),
        ({"item": "bag"}, "trials.csv is about 'bag', which is no set of items.csv."),
        ({"answer": "top left"}, "'top left' is no JSON list of texts."),
        (
            {"answer": ["top lift"]},
            "participant p1, position 7, set \"tag-set-test-0\": the mark 'top lift' is not",
        ),
        ({"answer": ["top lift"]}, "Allowed: train:0 to train:299; members that are training examples (tag-"),
        ({"answer": ["top lift"]}, "places (top left, top centre, top right, middle left, middle, "),
        ({"answer": ["train:300"]}, "the mark 'train:300' is not known."),
        ({"answer": ["train:3=dog"]}, "the mark 'train:3=dog' is not known."),
        ({"answer": ["box:0,0,13,2"]}, "the mark 'box:0,0,13,2' is not known."),
    ],
)
def test_what_is_wrong_is_told_with_what_is_allowed(debug, capsys, changed, told):
    debug([trial("p1", "heat", FIRST, []) | changed], status=1)
    assert told in capsys.readouterr().err


def test_other_sources_and_files_that_are_there_are_told(debug, capsys, tmp_path):
    debug([trial("p1", "heat", FIRST, [])], "--source", "recruited", status=1)
    assert "has no debugging trial of source 'recruited'. It has: simulated." in capsys.readouterr().err
    (tmp_path / "gains.csv").write_text("mine")
    debug([], status=1)
    assert "gains.csv exists. Choose another --out" in capsys.readouterr().err
    assert (tmp_path / "gains.csv").read_text() == "mine"


def test_the_recipe_of_another_bundle_is_refused(tmp_path, recipe, items, capsys):
    other = [item | ({"truth": "dog"} if item["stratum_example"] else {}) for item in items]
    export = write_export(tmp_path / "export", [trial("p1", "heat", FIRST, [])], other)
    assert main(["debug", str(export), "--recipe", str(recipe), "--out", str(tmp_path / "g.csv")]) == 1
    assert "Needed: the recipe that made the study's bundle." in capsys.readouterr().err


def test_recruited_people_are_not_mixed_with_simulated_ones(debug):
    rows = debug(
        [trial("p1", "heat", FIRST, []), trial("p2", "heat", FIRST, [], source="recruited")], "--seeds", "1"
    )
    assert {row["source"] for row in rows} == {"recruited"}
