"""What is stored."""

from studyapp.models.allocation import AllocationEntry
from studyapp.models.bundle import Bundle, BundleItem, BundleOutput, BundleStimulus
from studyapp.models.people import Participant, Person, Withdrawal
from studyapp.models.session import Event, Response, Step
from studyapp.models.study import ProtocolVersion, Study

__all__ = [
    "AllocationEntry",
    "Bundle",
    "BundleItem",
    "BundleOutput",
    "BundleStimulus",
    "Event",
    "Participant",
    "Person",
    "ProtocolVersion",
    "Response",
    "Step",
    "Study",
    "Withdrawal",
]
