"""A protocol with nothing left to look up: what is frozen at launch."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from protocol.errors import ProtocolError
from protocol.library import get_instrument
from protocol.lines import Lines
from protocol.schema import Protocol
from protocol.schema.phases import InstrumentUse, Learning, Phase, Practice, Ratings, Test
from protocol.wording import tell


def resolve(protocol: Protocol) -> Protocol:
    """Return the protocol with defaults and questionnaire texts filled in. A resolved one stays as it is."""
    allocation = protocol.allocation.model_copy(
        update={"block_sizes": protocol.block_sizes, "quota_per_arm": protocol.quota_per_arm}
    )
    phases = [_resolved(phase, protocol) for phase in protocol.phases]
    return protocol.model_copy(update={"allocation": allocation, "phases": phases})


def load_resolved(data: dict[str, Any]) -> Protocol:
    """Return the protocol that was stored as JSON; ProtocolError where it is none."""
    try:
        return Protocol.model_validate(data)
    except ValidationError as error:
        raise ProtocolError(tell(error, data, Protocol, Lines("the stored protocol"))) from error


def _resolved(phase: Phase, protocol: Protocol) -> Phase:
    if isinstance(phase, Ratings):
        return phase.model_copy(update={"instruments": [_filled(use, protocol) for use in phase.instruments]})
    if isinstance(phase, Learning):
        return phase.model_copy(update={"model": phase.model or protocol.model})
    if isinstance(phase, (Practice, Test)):
        task = phase.task.model_copy(update={"model": phase.task.model or protocol.model})
        return phase.model_copy(update={"task": task})
    return phase


def _filled(use: InstrumentUse, protocol: Protocol) -> InstrumentUse:
    """Return the use of a scale with its text, and the arms that see it by name."""
    instrument = use.instrument or get_instrument(use.name)
    return use.model_copy(update={"instrument": instrument, "arms": use.arms or protocol.arm_names})
