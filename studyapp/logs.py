"""Logs without query strings: a recruiter's link carries who the participant is."""

from __future__ import annotations

import logging
import re

_QUERY = re.compile(r"\?[^\s\"']*")


class DropQueryStrings(logging.Filter):
    """Cut everything from a question mark to the next space or quote out of a log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _QUERY.sub("", record.getMessage())
        record.args = ()
        return True
