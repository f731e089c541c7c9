"""What this server or a task does not do yet is refused with its line, not run as something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.studies.checking import StudyFaults, read_folder
from tests.studyapp.small_study import write_study


def line_of(folder: Path, text: str) -> int:
    """Return the first line of the protocol that holds a text."""
    lines = (folder / "protocol.yaml").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


@pytest.mark.parametrize(
    ("edit", "at", "message"),
    [
        (
            ("bundle: bundle", "bundle: bundle\nexplanation_at_test: original_only"),
            "explanation_at_test",
            'explanation_at_test is "original_only", which is not served so far. Served: none, shown.',
        ),
        (
            (
                "      confidence: {scale",
                "      options: {choices: [dot, bar, box]}\n      confidence: {scale",
            ),
            "options:",
            'task forward-simulation takes no option "choices". Its options: none.',
        ),
        (
            ("      confidence: {scale", "      compared_model: tiny\n      confidence: {scale"),
            "compared_model",
            'task forward-simulation compares no models; remove "compared_model: tiny".',
        ),
    ],
)
def test_what_is_not_done_is_refused(tmp_path: Path, edit: tuple[str, str], at: str, message: str) -> None:
    folder = write_study(tmp_path / "small", edit)
    with pytest.raises(StudyFaults) as caught:
        read_folder(folder)
    told = f"{folder / 'protocol.yaml'}, line {line_of(folder, at)}: {message}"
    assert set(caught.value.faults) == {told}  # practice and test share the task


def test_an_explanation_that_is_shown_at_test_is_served(tmp_path: Path) -> None:
    edit = ("bundle: bundle", "bundle: bundle\nexplanation_at_test: shown")
    assert read_folder(write_study(tmp_path / "small", edit)).protocol.explanation_at_test == "shown"
