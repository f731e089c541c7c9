"""What a study is: its written plan, read, checked, resolved and frozen. Imports no other room."""

from protocol.amending import may_amend
from protocol.checking import BundleFacts, check_against_bundle, ready_to_launch
from protocol.errors import Problem, ProtocolError
from protocol.freezing import canonical_json, fingerprint
from protocol.library import get_instrument
from protocol.lines import Lines
from protocol.reading import read_and_check, read_protocol, read_with_lines
from protocol.resolving import load_resolved, resolve
from protocol.schema import Protocol
from protocol.scoring import score, subscale_scores

__all__ = [
    "BundleFacts",
    "Lines",
    "Problem",
    "Protocol",
    "ProtocolError",
    "canonical_json",
    "check_against_bundle",
    "fingerprint",
    "get_instrument",
    "load_resolved",
    "may_amend",
    "read_and_check",
    "read_protocol",
    "read_with_lines",
    "ready_to_launch",
    "resolve",
    "score",
    "subscale_scores",
]
