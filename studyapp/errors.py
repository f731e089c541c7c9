"""What can go wrong in the trial server, as one small tree."""

from __future__ import annotations


class StudyError(Exception):
    """A study cannot do what was asked; the message is for its researcher."""


class StudyFull(StudyError):
    """Every arm has its quota."""


class StudyNotOpen(StudyError):
    """The study is a draft, paused or closed."""


class UnknownTask(StudyError):
    """A protocol names a task kind that is not in the catalogue."""
