import pytest

from studyapp.allocation.services import allocate
from studyapp.errors import StudyError, StudyNotOpen
from studyapp.models import Study
from studyapp.participate.services import arrive
from studyapp.studies.closing import close, pause, resume


def test_a_paused_study_lets_nobody_in_until_it_is_resumed(small_study: Study) -> None:
    paused = pause(small_study)
    with pytest.raises(StudyNotOpen):
        arrive(paused, "recruited")
    assert arrive(resume(paused), "recruited").pk


def test_someone_inside_a_paused_study_is_still_allocated(small_study: Study) -> None:
    inside = arrive(small_study, "recruited")
    pause(small_study)
    assert allocate(inside, small_study.protocol).number == 1


def test_closing_is_noted_once_and_for_good(small_study: Study) -> None:
    closed = close(small_study)
    assert closed.status == "closed"
    assert close(closed).closed_at == closed.closed_at
    for change in (pause, resume):
        with pytest.raises(StudyError, match=r"small is closed; only a study that is .* can become"):
            change(closed)


def test_nobody_is_allocated_once_the_seed_may_be_known(small_study: Study) -> None:
    inside = arrive(small_study, "recruited")
    close(small_study)
    with pytest.raises(StudyNotOpen, match="small is closed"):
        allocate(inside, small_study.protocol)


def test_whoever_was_allocated_keeps_their_place_after_closing(small_study: Study) -> None:
    inside = arrive(small_study, "recruited")
    place = allocate(inside, small_study.protocol)
    close(small_study)
    assert allocate(inside, small_study.protocol) == place


@pytest.mark.parametrize("change", [pause, resume, close])
def test_a_draft_can_only_be_launched(draft_study: Study, change) -> None:
    with pytest.raises(StudyError, match="small is draft"):
        change(draft_study)


@pytest.mark.parametrize(("change", "status"), [(pause, "paused"), (close, "closed")])
def test_a_second_time_changes_nothing(small_study: Study, change, status: str) -> None:
    change(small_study)
    assert change(small_study).status == status
