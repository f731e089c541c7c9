"""What can go wrong in an analysis, as one small tree of exceptions."""

from __future__ import annotations


class AnalysisError(Exception):
    """Something that whoever asked for the analysis can mend; the message says what and where."""


class ExportError(AnalysisError):
    """An export cannot be read: the message names file, row and column."""


class MappingError(AnalysisError):
    """A mapping does not fit its table, or says something that is not allowed."""


class MissingColumns(AnalysisError):
    """A table lacks columns that are needed."""


class UnknownName(AnalysisError):
    """A metric, filter, option, arm or source of that name does not exist."""


class ReportError(AnalysisError):
    """A report cannot be written where it was asked for."""


class ModelError(AnalysisError):
    """A statistical model cannot be fitted to this table: the message names the column and what is in it."""


class ReplicationError(AnalysisError):
    """A published study cannot be compared: its data are not there, or a target does not fit."""
