"""What was drawn is replayed; each kind of tampering, with the guards lifted, is found."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F
from django.utils import timezone

from studyapp.catalog import bundle_folder
from studyapp.models import (
    AllocationEntry,
    Bundle,
    BundleItem,
    BundleOutput,
    BundleStimulus,
    Participant,
    ProtocolVersion,
    Response,
    Step,
    Study,
    guards,
)
from studyapp.participate.services import arrive, leave, withdraw
from studyapp.studies.closing import close
from studyapp.studies.launching import launch
from studyapp.studies.loading import load
from studyapp.studies.verifying import verify
from tests.studyapp.small_study import SEED, edit_protocol, write_study
from tests.studyapp.walker import at, walk


@pytest.fixture
def walked_study(small_study: Study) -> Study:
    """The small study with seven people, of whom two are through."""
    for source in ("recruited", "simulated"):
        walk(small_study, source)
    for stop in (at("tutorial"), at("test"), at("gate"), at("consent"), at("debrief")):
        walk(small_study, stop=stop)
    return small_study


def test_everything_is_as_planned_when_nothing_was_changed(walked_study: Study) -> None:
    found = verify(walked_study)
    assert found.discrepancies == []
    assert (found.allocations, found.allocations_as_planned) == (5, 5)
    assert (found.sessions, found.sessions_as_planned) == (7, 7)
    assert found.responses == Response.objects.count()
    assert found.describe().startswith("5 of 5 allocations and 7 of 7 sessions as planned, with ")


def test_freed_places_second_attempts_and_withdrawals_are_as_planned(db: None, tmp_path: Path) -> None:
    folder = write_study(tmp_path / "small", ("target_n_per_arm: 40", "target_n_per_arm: 2"))
    study = launch(load(folder), SEED)
    walk(study, stop=lambda step: step.detail.get("attempt") == 2, often="yes")
    people = [walk(study, stop=at("tutorial")) for _ in range(6)]
    leave(people[1])
    withdraw(people[4])
    with guards.lifted():
        long_ago = timezone.now() - timedelta(hours=3)
        silent = {"participant": people[0]}
        AllocationEntry.objects.filter(**silent).update(at=long_ago)
        Response.objects.filter(step__participant=people[0]).update(answered_at=long_ago)
    for _ in range(3):
        walk(study, stop=at("learning"))
    found = verify(study)
    assert found.discrepancies == []
    assert found.allocations == 9
    freed = AllocationEntry.objects.filter(action="freed").order_by("sequence")
    assert list(freed.values_list("reason", flat=True)) == ["left", "withdrawn", "silent"]


def test_a_closed_study_is_verified_as_well(walked_study: Study) -> None:
    assert verify(close(walked_study)).is_clean


def test_previews_are_replayed_with_their_own_seed(draft_study: Study) -> None:
    walk(draft_study, "preview")
    found = verify(launch(draft_study))
    assert (found.allocations, found.sessions, found.discrepancies) == (1, 1, [])


def test_previews_of_an_earlier_draft_are_left_out(draft_study: Study, study_folder: Path) -> None:
    walk(draft_study, "preview")
    edit_protocol(
        study_folder, ("{name: map, label: Map", "{name: map, label: The map"), ("count: 3}", "count: 2}")
    )
    study = launch(load(study_folder))
    walk(study, "preview")
    found = verify(study)
    assert (found.allocations, found.sessions, found.discrepancies) == (1, 1, [])


def tamper_with_the_arm() -> None:
    entry = AllocationEntry.objects.filter(source="recruited").order_by("sequence")[1]
    AllocationEntry.objects.filter(pk=entry.pk).update(arm="map" if entry.arm != "map" else "control")


def take_an_entry_out() -> None:
    AllocationEntry.objects.filter(source="recruited", sequence=2).delete()


def move_a_participant() -> None:
    person = Participant.objects.filter(source="simulated").get()
    Participant.objects.filter(pk=person.pk).update(arm="map" if person.arm != "map" else "control")


def change_the_seed() -> None:
    Study.objects.update(seed="f" * 32)


def swap_two_items() -> None:
    first, second = Step.objects.filter(participant__source="simulated", phase="test", kind="trial").order_by(
        "position"
    )[:2]
    Step.objects.filter(pk=first.pk).update(item=second.item)


def lose_a_step() -> None:
    Step.objects.filter(participant__source="recruited", phase="debrief").order_by("pk")[0].delete()


def forge_an_allocator() -> None:
    AllocationEntry.objects.filter(source="recruited", sequence=3).update(allocator="by hand")


def lose_an_answer() -> None:
    Response.objects.filter(step__phase="test", question="confidence", role="confidence").order_by("pk")[
        0
    ].delete()


def lose_a_whole_step_of_answers() -> None:
    step = Step.objects.filter(phase="learning", kind="learning", responses__isnull=False).order_by("pk")[0]
    Response.objects.filter(step=step).delete()


def rewrite_the_protocol() -> None:
    version = ProtocolVersion.objects.get()
    version.resolved["reminder"] = "Say what the *human* would say."
    version.save()


def swap_an_output() -> None:
    BundleOutput.objects.filter(item="test-3").update(output="box")


def lose_a_stimulus() -> None:
    BundleStimulus.objects.filter(item="test-4", explainer="map").delete()


def rename_an_item() -> None:
    BundleItem.objects.filter(name="tutorial-1").update(truth="dot")


def rewrite_the_manifest() -> None:
    bundle = Bundle.objects.get()
    bundle.manifest["labels"] = ["dot", "bar"]
    bundle.save()


def damage_a_file() -> None:
    path = next((bundle_folder(Bundle.objects.get().sha256) / "stimuli").iterdir())
    path.write_bytes(b"something else")


def free_a_place_that_was_not_theirs() -> None:
    AllocationEntry.objects.filter(source="recruited", sequence=4).update(
        action="freed", place=F("place") - 1
    )


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        (
            tamper_with_the_arm,
            r"recruited, entry 2: place 2 \(block 1, \w+\) was assigned; the seed says place 2",
        ),
        (take_an_entry_out, r"recruited, entry 3: expected sequence number 2"),
        (move_a_participant, r"simulated, entry 1: participant \w+ stands in arm"),
        (change_the_seed, r"the seed is not the one whose hash was published"),
        (swap_two_items, r"participant \w+: step \d+ has item 'test-\d'; planned is 'test-\d'"),
        (lose_a_step, r"participant \w+: \d+ steps; planned are \d+"),
        (forge_an_allocator, r"entry 3: allocator by hand is unknown"),
        (lose_an_answer, r"participant \w+: step \d+ was answered with .*; it asks"),
        (
            lose_a_whole_step_of_answers,
            r"participant \w+: step \d+ has no response, although a later one has",
        ),
        (rewrite_the_protocol, r"protocol version 1 is not the one whose hash was frozen"),
        (swap_an_output, r"stored output \d+ \(tiny says box to test-3\) is not the one in its files"),
        (lose_a_stimulus, r"stored stimulus \d+ \(.*\) is not the one in its files"),
        (rename_an_item, r"stored item 1 \(tutorial-1\) is not the one in its files"),
        (rewrite_the_manifest, r"the stored manifest is not the one in its files"),
        (damage_a_file, r"The files of a loaded bundle are damaged"),
        (free_a_place_that_was_not_theirs, r"entry 4: place \d was freed for \w+, who was not assigned it"),
    ],
)
def test_tampering_is_found(walked_study: Study, tamper, message: str) -> None:
    with guards.lifted():
        tamper()
    found = verify(Study.objects.get())
    assert not found.is_clean
    text = "\n".join(found.discrepancies)
    assert re.search(message, text), text


def test_an_answer_to_a_question_that_was_not_asked_is_found(small_study: Study) -> None:
    participant = walk(small_study, stop=at("instructions"))
    step = participant.steps.get(position=1)
    Response.objects.create(
        step=step, question="extra", role="seen", timing="none", answered_at=timezone.now()
    )
    found = verify(small_study)
    assert "was answered with" in found.discrepancies[0]
    assert (found.sessions, found.sessions_as_planned) == (1, 0)


def test_someone_before_allocation_has_the_common_steps_only(small_study: Study) -> None:
    arrive(small_study, "recruited")
    assert verify(small_study).is_clean
