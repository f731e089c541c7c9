from collections import Counter
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from django.utils import timezone

from studyapp.allocation.services import allocate, free_place, is_full, places_taken, stream_of
from studyapp.errors import StudyFull
from studyapp.models import AllocationEntry, Event, Participant, Study, guards
from studyapp.studies.launching import launch
from studyapp.studies.loading import load
from tests.studyapp.small_study import SEED, write_study


def study_with(tmp_path: Path, *edits: tuple[str, str]) -> Study:
    return launch(load(write_study(tmp_path / "small", *edits)), SEED)


def newcomer(study: Study, source: str = "recruited") -> Participant:
    return Participant.objects.create(study=study, source=source, version=study.version)


def let_in(study: Study, count: int, source: str = "recruited") -> list[Participant]:
    people = [newcomer(study, source) for _ in range(count)]
    for person in people:
        allocate(person, study.protocol)
    return people


def age(*people: Participant) -> None:
    """Let the places of these people be given long ago."""
    with guards.lifted():
        AllocationEntry.objects.filter(participant__in=people).update(at=timezone.now() - timedelta(hours=2))


def test_places_are_given_in_the_order_of_the_stream(small_study: Study) -> None:
    let_in(small_study, 12)
    given = list(AllocationEntry.objects.order_by("sequence").values_list("place", "block", "arm"))
    stream = stream_of(small_study, small_study.protocol, "recruited")
    assert given == [(place.number, place.block, place.arm) for place in islice(stream.places(), 12)]
    assert list(AllocationEntry.objects.order_by("sequence").values_list("sequence", flat=True)) == list(
        range(1, 13)
    )


def test_whoever_has_a_place_keeps_it(small_study: Study) -> None:
    person = newcomer(small_study)
    assert allocate(person, small_study.protocol) == allocate(person, small_study.protocol)
    assert AllocationEntry.objects.count() == 1


def test_each_source_counts_for_itself(small_study: Study) -> None:
    let_in(small_study, 4, "simulated")
    let_in(small_study, 2, "preview")
    let_in(small_study, 3)
    last = {
        source: places_taken(small_study, source).total() for source in ("recruited", "simulated", "preview")
    }
    assert last == {"recruited": 3, "simulated": 4, "preview": 2}
    assert AllocationEntry.objects.filter(sequence=1).count() == 3


def test_quotas_follow_the_weights_and_then_the_study_is_full(db: None, tmp_path: Path) -> None:
    heavier = ("{name: control, label: No explanation}", "{name: control, label: No explanation, weight: 2}")
    study = study_with(tmp_path, heavier, ("target_n_per_arm: 40", "target_n_per_arm: 3"))
    assert not is_full(study, study.protocol, "recruited")
    let_in(study, 12)
    assert places_taken(study, "recruited") == Counter(control=6, map=3, placebo=3)
    assert is_full(study, study.protocol, "recruited")
    with pytest.raises(StudyFull, match="every arm of small has its quota"):
        allocate(newcomer(study), study.protocol)
    assert AllocationEntry.objects.count() == 12


def test_virtual_participants_and_previews_have_no_quota(db: None, tmp_path: Path) -> None:
    study = study_with(tmp_path, ("target_n_per_arm: 40", "target_n_per_arm: 2"))
    let_in(study, 10, "simulated")
    assert not is_full(study, study.protocol, "simulated")


def test_a_closed_arm_is_skipped(db: None, tmp_path: Path) -> None:
    study = study_with(tmp_path, ("  free_after_minutes: 60", "  free_after_minutes: 60\n  quotas: {map: 0}"))
    let_in(study, 10)
    assert places_taken(study, "recruited")["map"] == 0
    assert places_taken(study, "recruited").total() == 10


def test_full_arms_are_skipped_until_the_others_are_full(db: None, tmp_path: Path) -> None:
    study = study_with(
        tmp_path,
        ("  free_after_minutes: 60", "  free_after_minutes: 60\n  quotas: {map: 1, placebo: 1, control: 4}"),
    )
    let_in(study, 6)
    assert places_taken(study, "recruited") == Counter(control=4, map=1, placebo=1)
    with pytest.raises(StudyFull):
        allocate(newcomer(study), study.protocol)


def test_a_freed_place_is_filled_by_someone_new_in_the_same_arm(db: None, tmp_path: Path) -> None:
    study = study_with(tmp_path, ("target_n_per_arm: 40", "target_n_per_arm: 2"))
    people = let_in(study, 6)
    arm = AllocationEntry.objects.get(participant=people[2]).arm
    free_place(people[2], "left")
    free_place(people[2], "left")  # a second time changes nothing
    assert allocate(newcomer(study), study.protocol).arm == arm
    entries = AllocationEntry.objects.order_by("sequence")
    assert list(entries.values_list("action", flat=True)) == ["assigned"] * 6 + ["freed", "assigned"]
    assert entries[6].reason == "left"
    assert is_full(study, study.protocol, "recruited")


def test_silent_places_are_freed_only_when_nothing_else_is_left(db: None, tmp_path: Path) -> None:
    study = study_with(tmp_path, ("target_n_per_arm: 40", "target_n_per_arm: 2"))
    silent, *_ = let_in(study, 5)
    age(silent)
    let_in(study, 1)
    assert not AllocationEntry.objects.filter(action="freed").exists()
    assert not is_full(study, study.protocol, "recruited")
    arm = AllocationEntry.objects.get(participant=silent).arm
    assert allocate(newcomer(study), study.protocol).arm == arm
    freed = AllocationEntry.objects.get(action="freed")
    assert (freed.participant, freed.reason) == (silent, "silent")
    assert is_full(study, study.protocol, "recruited")


def test_whoever_finished_is_never_silent(db: None, tmp_path: Path) -> None:
    study = study_with(tmp_path, ("target_n_per_arm: 40", "target_n_per_arm: 2"))
    people = let_in(study, 6)
    age(*people)
    Participant.objects.update(finished_at=timezone.now())
    assert is_full(study, study.protocol, "recruited")


def test_what_happened_is_logged_as_events(small_study: Study) -> None:
    (person,) = let_in(small_study, 1)
    free_place(person, "left")
    events = list(Event.objects.order_by("pk").values_list("kind", "detail"))
    assert events == [("allocated", {"place": 1}), ("place-freed", {"place": 1, "reason": "left"})]
