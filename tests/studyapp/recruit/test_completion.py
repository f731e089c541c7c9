"""The end of the road: where participants go, with which code."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocol.reading import read_protocol
from protocol.schema import Protocol
from studyapp.recruit.completion import completion_url
from tests.studyapp.small_study import write_study

CODES = "completion: {code: DONE42, screened_out_code: SORRY7}"
PROLIFIC = "https://app.prolific.com/submissions/complete"  # as Prolific's help centre gives it


def protocol_with(folder: Path, completion: str) -> Protocol:
    return read_protocol(write_study(folder / "small", (CODES, completion)) / "protocol.yaml")


def test_prolific_participants_go_back_with_the_code(tmp_path: Path) -> None:
    protocol = protocol_with(
        tmp_path, "completion: {recruiter: prolific, code: DONE42, screened_out_code: SORRY7}"
    )
    assert completion_url(protocol) == f"{PROLIFIC}?cc=DONE42"


def test_the_screened_out_go_back_with_their_own_code(tmp_path: Path) -> None:
    protocol = protocol_with(
        tmp_path, "completion: {recruiter: prolific, code: DONE42, screened_out_code: SORRY7}"
    )
    assert completion_url(protocol, screened_out=True) == f"{PROLIFIC}?cc=SORRY7"


def test_the_screened_out_without_a_code_go_nowhere_and_never_with_the_others_code(tmp_path: Path) -> None:
    protocol = protocol_with(tmp_path, "completion: {recruiter: prolific, code: DONE42}")
    assert completion_url(protocol, screened_out=True) == ""


def test_a_code_cannot_break_out_of_the_address(tmp_path: Path) -> None:
    protocol = protocol_with(tmp_path, 'completion: {recruiter: prolific, code: "A&B=C"}')
    assert completion_url(protocol) == f"{PROLIFIC}?cc=A%26B%3DC"


@pytest.mark.parametrize("screened_out", [False, True])
def test_without_a_recruiter_the_code_is_handed_in_by_hand(tmp_path: Path, screened_out: bool) -> None:
    assert completion_url(protocol_with(tmp_path, CODES), screened_out=screened_out) == ""
