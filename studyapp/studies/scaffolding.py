"""A new study from a ready one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from protocol.schema.base import PATTERNS, SLUG
from studyapp.errors import StudyError

_STUDY = re.compile(r"^study:.*$", re.MULTILINE)


def new_study(target: Path, template: Path) -> Path:
    """Copy the study folder `template` to `target` and give its protocol the folder's name.

    Raises StudyError where the target exists, its name cannot be a study's, or the template is no study.
    """
    if not re.fullmatch(SLUG, target.name):
        raise StudyError(f"{target.name!r} cannot be a study's name; it must be {PATTERNS[SLUG]}.")
    if target.exists():
        raise StudyError(f"{target} exists. Choose another name or remove it.")
    text = _protocol_text(template)
    try:
        shutil.copytree(template, target)
        (target / "protocol.yaml").write_text(
            _STUDY.sub(f"study: {target.name}", text, count=1), encoding="utf-8"
        )
    except OSError as error:
        shutil.rmtree(target, ignore_errors=True)
        raise StudyError(f"{target} cannot be written: {error.strerror}.") from error
    return target


def find_template(name: str, templates: Path) -> Path:
    """Return the folder of a template: one of those in `templates`, or a path to any study folder."""
    for folder in (templates / name, Path(name)):
        if (folder / "protocol.yaml").is_file():
            return folder
    known = ", ".join(sorted(path.parent.name for path in templates.glob("*/protocol.yaml"))) or "none"
    raise StudyError(
        f"No template is called {name!r}. Known ones: {known}; a path to a study folder is allowed too."
    )


def _protocol_text(template: Path) -> str:
    text = (template / "protocol.yaml").read_text(encoding="utf-8")
    if not _STUDY.search(text):
        raise StudyError(f"{template / 'protocol.yaml'} has no line that begins with `study:`.")
    return text
