"""The one form of a protocol that is hashed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from protocol.schema import Protocol


def canonical_json(value: Any) -> bytes:
    """Return `value` as JSON in one form: sorted keys, no spaces, UTF-8 without escapes, no newline at the end."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def fingerprint(protocol: Protocol) -> str:
    """Return the SHA-256 (64 hex digits) of a resolved protocol."""
    return hashlib.sha256(canonical_json(protocol.model_dump(mode="json"))).hexdigest()
