"""One export of the small study, compared to tables that were worked out by hand."""

import csv
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from protocol import load_resolved
from protocol.doors.columns import as_cell
from protocol.doors.export import TABLES
from protocol.freezing import canonical_json
from studyapp.errors import StudyError
from studyapp.export import services
from studyapp.export.services import export_study
from studyapp.models import Event, Participant, Response, Step, Study, guards
from studyapp.participate.services import withdraw
from studyapp.studies.closing import close
from studyapp.studies.launching import launch
from studyapp.studies.loading import load
from tests.studyapp.processes import fresh_server
from tests.studyapp.small_study import ANSWERS, SEED, edit_protocol, write_study
from tests.studyapp.walker import SCRIPT, at, go_on, never, walk


def table(folder: Path, name: str, **only: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if all(row[column] == value for column, value in only.items())]


def description(folder: Path) -> dict:
    return json.loads((folder / "dataset_description.json").read_text())


@pytest.fixture
def finished(small_study: Study) -> Participant:
    """Someone who answered `dot` with 60 per cent to everything, with scripts."""
    return walk(small_study, times=SCRIPT)


@pytest.fixture
def exported(finished: Participant, tmp_path: Path) -> Path:
    export_study(finished.study, tmp_path / "out")
    return tmp_path / "out"


def test_each_table_has_the_columns_of_the_contract_in_order(exported: Path) -> None:
    for name, door in TABLES.items():
        with (exported / f"{name}.csv").open(encoding="utf-8") as file:
            header = file.readline().rstrip("\n").split(",")
        assert header == door.header + (["stratum_pool"] if name == "items" else []), name


def test_trials_tell_answer_key_and_correctness(exported: Path, finished: Participant) -> None:
    trials = {row["item"]: row for row in table(exported, "trials", phase="test")}
    told = {
        item: (row["answer"], row["key"], row["correct"], row["truth"], row["model_correct"])
        for item, row in trials.items()
    }
    assert told == {  # the model says dot, bar, dot, bar; the truth is dot, bar, box, dot
        "test-1": ("dot", "dot", "true", "dot", "true"),
        "test-2": ("dot", "bar", "false", "bar", "true"),
        "test-3": ("dot", "dot", "true", "box", "false"),
        "test-4": ("dot", "bar", "false", "dot", "false"),
    }
    row = trials["test-1"]
    assert (row["participant"], row["source"]) == (finished.public_id, "recruited")
    assert row["arm"] == row["condition"] == finished.arm
    assert (row["task"], row["model"], row["compared_model"], row["target"]) == (
        "forward-simulation",
        "tiny",
        "",
        "",
    )
    assert (row["confidence"], row["confidence_scale"]) == ("0.6", "probability")
    assert (row["response_ms"], row["hidden_ms"], row["timing"]) == ("1500", "20", "script")
    assert row["explanation_shown"] == "false"  # explanation_at_test: none


def test_trials_are_numbered_in_their_phase_and_over_the_session(exported: Path) -> None:
    trials = table(exported, "trials")
    assert [(row["phase"], row["trial"]) for row in trials] == [
        ("practice", "1"), ("practice", "2"), ("test", "1"), ("test", "2"), ("test", "3"), ("test", "4"),
    ]  # fmt: skip
    positions = [int(row["position"]) for row in trials]
    assert positions == sorted(set(positions))
    assert {row["item"] for row in trials if row["phase"] == "practice"} == {"practice-1", "practice-2"}


def test_an_attention_check_is_a_response_and_no_trial(exported: Path, finished: Participant) -> None:
    rows = table(exported, "responses", task="attention-check")
    wanted = finished.steps.get(kind="attention").detail["wanted"]
    assert {row["question"]: row["key"] for row in rows} == wanted
    assert {(row["role"], row["correct"], row["item"]) for row in rows} == {("attention", "true", "")}
    assert not table(exported, "trials", task="attention-check")
    who = table(exported, "participants")[0]
    assert (who["attention_passed"], who["attention_shown"]) == ("1", "1")


def test_a_failed_attention_check_counts_as_shown(small_study: Study, tmp_path: Path) -> None:
    walk(small_study, confidence="40", prediction="box")
    wanted = Participant.objects.get().steps.get(kind="attention").detail["wanted"]
    export_study(small_study, tmp_path / "out")
    who = table(tmp_path / "out", "participants")[0]
    passed = wanted == {"prediction": "box", "confidence": "40"}
    assert (who["attention_passed"], who["attention_shown"]) == (str(int(passed)), "1")


def test_every_answer_is_a_response_and_each_stands_once(exported: Path, finished: Participant) -> None:
    rows = table(exported, "responses")
    assert len(rows) == Response.objects.count() == sum(len(step.questions) for step in finished.steps.all())
    assert len({(row["participant"], row["position"], row["question"]) for row in rows}) == len(rows)
    gate = {
        row["question"]: (row["answer"], row["key"], row["correct"], row["condition"])
        for row in rows
        if row["phase"] == "gate"
    }
    assert gate == {"aim": ("model", "model", "true", ""), "often": ("no", "no", "true", "")}
    sure = [row for row in rows if row["role"] == "confidence"]
    assert {(row["answer"], row["confidence_scale"], row["key"]) for row in sure} == {
        ("0.6", "probability", "")
    }
    assert {row["onset_at"] for row in rows} == {"2026-01-01T00:00:00.000Z"}
    estimate = next(row for row in rows if row["role"] == "estimate")
    assert (estimate["answer"], estimate["key"], estimate["correct"]) == ("3", "", "")


def test_free_text_stands_in_its_own_table_only(exported: Path, finished: Participant) -> None:
    text = 'Fun, "wonderful"\nstudy'
    rows = table(exported, "texts")
    assert [(row["participant"], row["question"], row["text"]) for row in rows] == [
        (finished.public_id, "remarks", text)
    ]
    assert [row["answer"] for row in table(exported, "responses", role="text")] == [""]
    others = [path for path in exported.iterdir() if path.name != "texts.csv"]
    assert not any("wonderful" in path.read_text() for path in others)


def test_an_open_optional_question_has_an_empty_response_and_no_text(
    small_study: Study, tmp_path: Path
) -> None:
    walk(small_study, remarks="", age="")
    export_study(small_study, tmp_path / "out")
    rows = table(tmp_path / "out", "responses", phase="demographics")
    assert {row["question"]: row["answer"] for row in rows} == {"age": "", "remarks": ""}
    assert table(tmp_path / "out", "texts") == []


def test_ratings_stand_as_given_with_their_scale(small_study: Study, tmp_path: Path) -> None:
    for _ in range(3):  # one block of each arm, at most two
        walk(small_study)
    export_study(small_study, tmp_path / "out")
    rows = table(tmp_path / "out", "ratings")
    trust = [row for row in rows if row["instrument"] == "trust"]
    wary = next(row for row in trust if row["reverse"] == "true")
    assert (wary["answer"], wary["minimum"], wary["maximum"]) == ("1", "1", "5")
    assert "." not in wary["question"]  # the scale's name stands in its own column
    satisfied = {row["arm"] for row in rows if row["instrument"] == "explanation-satisfaction"}
    assert "control" not in satisfied


def test_participants_tell_how_far_they_came(small_study: Study, tmp_path: Path) -> None:
    people = {
        "arrived": walk(small_study, stop=at("consent")),
        "consented": walk(small_study, stop=at("gate")),
        "screened-out": walk(small_study, often="yes"),
        "allocated": walk(small_study, stop=at("learning")),
        "finished": walk(small_study, times=SCRIPT),
    }
    export_study(small_study, tmp_path / "out")
    rows = {row["participant"]: row for row in table(tmp_path / "out", "participants")}
    told = {outcome: rows[who.public_id] for outcome, who in people.items()}
    assert all(row["outcome"] == outcome for outcome, row in told.items())
    assert {outcome: row["phase"] for outcome, row in told.items()} == {
        "arrived": "",
        "consented": "instructions",
        "screened-out": "gate",
        "allocated": "practice",
        "finished": "debrief",
    }
    assert told["screened-out"]["gate_attempts"] == "2"
    assert told["finished"]["gate_attempts"] == "1"
    assert [told[outcome]["scripts"] for outcome in ("arrived", "allocated", "finished")] == [
        "",
        "false",
        "true",
    ]
    assert told["arrived"]["arm"] == told["arrived"]["consented_at"] == ""
    assert told["finished"]["protocol_version"] == "1"


def test_the_duration_runs_from_consent_to_the_last_answer_before_the_debrief(
    finished: Participant, tmp_path: Path
) -> None:
    start = timezone.now()
    last = start + timedelta(seconds=61, milliseconds=5)
    with guards.lifted():
        Participant.objects.update(consented_at=start)
        Response.objects.update(answered_at=start + timedelta(seconds=1))
        Response.objects.filter(step__phase="demographics").update(answered_at=last)
        Response.objects.filter(step__phase="debrief").update(answered_at=start + timedelta(hours=5))
    export_study(finished.study, tmp_path / "out")
    assert table(tmp_path / "out", "participants")[0]["duration_ms"] == "61005"


def test_whoever_withdrew_keeps_no_more_than_how_far_they_came(finished: Participant, tmp_path: Path) -> None:
    withdraw(finished)
    export_study(finished.study, tmp_path / "out")
    row = table(tmp_path / "out", "participants")[0]
    filled = {name: value for name, value in row.items() if value}
    moments = {"arrived_at", "consented_at", "allocated_at"}
    assert filled.keys() == {"participant", "source", "arm", "outcome"} | moments
    assert row["outcome"] == "withdrawn"
    for name in ("trials", "responses", "ratings", "texts"):
        assert table(tmp_path / "out", name) == []
    assert [entry["action"] for entry in table(tmp_path / "out", "allocation")] == ["assigned", "freed"]


def go_silent(who: Participant, minutes: int) -> None:
    """Move a participant and all that they answered back in time."""
    back = timedelta(minutes=minutes)
    with guards.lifted():
        Participant.objects.filter(pk=who.pk).update(arrived_at=F("arrived_at") - back)
        Response.objects.filter(step__participant=who).update(answered_at=F("answered_at") - back)


@pytest.mark.parametrize("stop", [at("consent"), at("gate"), at("test")])
def test_someone_who_closed_the_tab_long_ago_has_left_at_their_last_answer(
    small_study: Study, tmp_path: Path, stop: Callable[[Step], bool]
) -> None:
    who = walk(small_study, stop=stop)
    go_silent(who, 61)  # the protocol gives a place again after 60 minutes
    export_study(small_study, tmp_path / "silent")
    row = table(tmp_path / "silent", "participants")[0]
    who.refresh_from_db()
    last = Response.objects.order_by("answered_at").last()
    assert row["outcome"] == "left"
    assert row["left_at"] == as_cell(last.answered_at if last else who.arrived_at)
    go_on(who)  # they come back after all
    export_study(small_study, tmp_path / "back")
    assert table(tmp_path / "back", "participants")[0]["outcome"] == "finished"


def test_someone_who_answered_a_short_while_ago_is_on_the_way(small_study: Study, tmp_path: Path) -> None:
    go_silent(walk(small_study, stop=at("test")), 59)
    export_study(small_study, tmp_path / "out")
    row = table(tmp_path / "out", "participants")[0]
    assert (row["outcome"], row["left_at"]) == ("allocated", "")


def test_a_virtual_participant_who_did_not_finish_has_left_at_once(
    small_study: Study, tmp_path: Path
) -> None:
    for stop in (at("gate"), at("test"), never):
        walk(small_study, "simulated", stop=stop)
    export_study(small_study, tmp_path / "out")
    assert [row["outcome"] for row in table(tmp_path / "out", "participants")] == ["left", "left", "finished"]


@pytest.mark.parametrize("reason", ["study-full", "study-closed"])
def test_someone_whom_the_study_let_go_before_allocation_was_turned_away(
    small_study: Study, tmp_path: Path, reason: str
) -> None:
    let_go, left = walk(small_study, stop=at("gate")), walk(small_study, stop=at("gate"))
    for who, detail in ((let_go, {"reason": reason}), (left, {})):
        Participant.objects.filter(pk=who.pk).update(left_at=timezone.now())
        Event.objects.create(participant=who, kind="left", detail=detail, at=timezone.now())
    export_study(small_study, tmp_path / "out")
    assert [row["outcome"] for row in table(tmp_path / "out", "participants")] == ["turned-away", "left"]


def test_sources_are_marked_everywhere_and_counted(draft_study: Study, tmp_path: Path) -> None:
    walk(draft_study, "preview")
    study = launch(draft_study, SEED)
    walk(study, "simulated")
    walk(study, "simulated", stop=at("test"))
    walk(study)
    export_study(study, tmp_path / "out")
    assert description(tmp_path / "out")["foretell"]["sources"] == {
        "recruited": 1,
        "simulated": 2,
        "preview": 1,
    }
    for name in ("participants", "trials", "responses", "ratings", "events", "allocation", "texts"):
        assert {row["source"] for row in table(tmp_path / "out", name)} == {
            "recruited",
            "simulated",
            "preview",
        }, name


def test_the_bundle_tables_stand_as_in_the_bundle(exported: Path, study_folder: Path) -> None:
    for name in ("items", "outputs", "stimuli"):
        assert table(exported, name) == table(study_folder / "bundle", name), name
    assert [row["item"] for row in table(exported, "items")] == list(ANSWERS)


def test_allocation_and_events_are_told(exported: Path, finished: Participant) -> None:
    (entry,) = table(exported, "allocation")
    assert (entry["sequence"], entry["action"], entry["place"], entry["block"]) == ("1", "assigned", "1", "1")
    assert (entry["arm"], entry["participant"]) == (finished.arm, finished.public_id)
    kinds = [row["kind"] for row in table(exported, "events")]
    assert [kind for kind in kinds if kind != "shown"] == ["arrived", "consented", "allocated", "finished"]


def test_the_description_tells_what_was_frozen_and_hashes_every_file(
    exported: Path, small_study: Study
) -> None:
    told = description(exported)
    facts = told["foretell"]
    assert (facts["schema_version"], facts["study"], facts["title"]) == (1, "small", "A small study")
    assert (facts["status"], facts["protocol_version"]) == ("open", 1)
    assert facts["bundle_sha256"] == small_study.bundle.sha256
    assert (facts["seed_sha256"], "seed" in facts) == (small_study.seed_sha256, False)
    names = {path.name for path in exported.iterdir()} - {"dataset_description.json"}
    assert facts["files"].keys() == names
    for name, sha256 in facts["files"].items():
        assert hashlib.sha256((exported / name).read_bytes()).hexdigest() == sha256
    measured = {variable["name"] for variable in told["variableMeasured"]}
    assert measured >= {column.name for door in TABLES.values() for column in door.columns} | {"stratum_pool"}


def test_the_seed_is_told_once_the_study_is_closed(finished: Participant, tmp_path: Path) -> None:
    export_study(close(finished.study), tmp_path / "out")
    facts = description(tmp_path / "out")["foretell"]
    assert (facts["status"], facts["seed"]) == ("closed", SEED)


def test_the_protocol_is_exported_as_it_was_frozen(exported: Path, small_study: Study) -> None:
    (version,) = json.loads((exported / "protocol.json").read_text())["versions"]
    assert version["sha256"] == small_study.protocol_sha256
    assert hashlib.sha256(canonical_json(version["protocol"])).hexdigest() == version["sha256"]
    assert load_resolved(version["protocol"]) == small_study.protocol


def test_previews_of_an_earlier_draft_are_left_out(
    draft_study: Study, study_folder: Path, tmp_path: Path
) -> None:
    walk(draft_study, "preview")
    edit_protocol(study_folder, ("title: A small study", "title: A smaller study"))
    study = load(study_folder)
    kept = walk(study, "preview")
    export_study(study, tmp_path / "out")
    assert [row["participant"] for row in table(tmp_path / "out", "participants")] == [kept.public_id]
    assert [
        v["number"] for v in json.loads((tmp_path / "out" / "protocol.json").read_text())["versions"]
    ] == [2]


def test_two_exports_differ_in_their_time_alone(finished: Participant, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    told = []
    for folder in folders:
        export_study(finished.study, folder)
        told.append(description(folder))
        told[-1]["foretell"].pop("exported_at")
    assert told[0] == told[1]  # with the hash of every file


def test_a_folder_that_exists_is_never_written_over(finished: Participant, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(StudyError, match=r"out exists\. An export is never written over"):
        export_study(finished.study, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_unknown_format_is_refused_before_anything_is_written(
    finished: Participant, tmp_path: Path
) -> None:
    with pytest.raises(StudyError, match=r"No export format is called 'parket'\. Known ones: csv, jsonl\."):
        export_study(finished.study, tmp_path / "out", ["csv", "parket"])
    assert not (tmp_path / "out").exists()


def test_an_export_that_fails_leaves_nothing_behind(
    finished: Participant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(services, "describe", fail)
    with pytest.raises(RuntimeError, match="killed"):
        export_study(finished.study, tmp_path / "exports" / "out")
    assert list((tmp_path / "exports").iterdir()) == []


def test_json_lines_say_the_same_as_csv(finished: Participant, tmp_path: Path) -> None:
    counts = export_study(finished.study, tmp_path / "out", ["csv", "jsonl"])
    lines = (tmp_path / "out" / "trials.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == counts["trials"] == 6
    assert rows[0].keys() == set(TABLES["trials"].header)
    for told, row in zip(table(tmp_path / "out", "trials"), rows, strict=True):
        assert (row["item"], row["response_ms"]) == (told["item"], int(told["response_ms"]))
        assert row["correct"] is (told["correct"] == "true")
        assert row["compared_model"] is None


def test_the_number_of_queries_does_not_grow_with_the_participants(
    small_study: Study, tmp_path: Path
) -> None:
    counts = []
    for number, more in enumerate((1, 5)):
        for _ in range(more):
            walk(small_study)
        with CaptureQueriesContext(connections["snapshot"]) as queries:
            export_study(small_study, tmp_path / str(number))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 25


def test_an_empty_study_has_its_tables_all_the_same(small_study: Study, tmp_path: Path) -> None:
    counts = export_study(small_study, tmp_path / "out")
    assert (counts["participants"], counts["trials"], counts["items"]) == (0, 0, len(ANSWERS))


INTERRUPTED = """
import sys, django; django.setup()
from pathlib import Path
from studyapp.export.services import export_study
from studyapp.models import Study
from tests.studyapp.walker import at, walk

study = Study.objects.get()
walk(study, stop=at("test"))

def interrupt(rows, name):
    yield from rows
    if name == "participants":
        walk(study, stop=at("test"))

export_study(study, Path(sys.argv[1]), progress=interrupt)
"""


def test_tables_agree_while_people_go_on(db: None, tmp_path: Path) -> None:
    """Someone who walks while the tables are written is not held up, and stands in none of them."""
    folder = write_study(tmp_path / "small")
    with fresh_server(tmp_path) as server:
        server.manage("load", str(folder))
        server.manage("launch", "small")
        server.run("-c", INTERRUPTED, str(tmp_path / "out"))
        server.manage("export", "small", "--out", str(tmp_path / "later"))
    people = {row["participant"] for row in table(tmp_path / "out", "participants")}
    assert len(people) == 1
    assert {row["participant"] for row in table(tmp_path / "out", "responses")} == people
    assert len(table(tmp_path / "out", "allocation")) == 1
    assert len(table(tmp_path / "later", "participants")) == 2
