"""What a protocol may say, as pydantic models."""

from protocol.schema.study import SCHEMA_VERSION, Protocol

__all__ = ["SCHEMA_VERSION", "Protocol"]
