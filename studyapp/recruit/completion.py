"""Where participants go at the end."""

from __future__ import annotations

from urllib.parse import urlencode

from protocol.schema import Protocol

_PROLIFIC = "https://app.prolific.com/submissions/complete"


def completion_url(protocol: Protocol, *, screened_out: bool = False) -> str:
    """Return the recruiter's address that confirms the completion; empty where the code is handed in by hand."""
    code = protocol.completion.screened_out_code if screened_out else protocol.completion.code
    if protocol.completion.recruiter != "prolific" or not code:
        return ""
    return f"{_PROLIFIC}?{urlencode({'cc': code})}"
