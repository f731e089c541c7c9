"""A study and the versions of its protocol."""

from __future__ import annotations

import functools
import secrets
from typing import Any

from django.db import models

from protocol.resolving import load_resolved
from protocol.schema import Protocol
from studyapp.models.bundle import Bundle


def new_key() -> str:
    """Return a secret of 128 bits as 32 hex digits."""
    return secrets.token_hex(16)


class Study(models.Model):
    """One randomized trial."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        PAUSED = "paused", "Paused"
        CLOSED = "closed", "Closed"

    slug = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="studies")
    version = models.PositiveIntegerField(default=1, help_text="Number of the protocol version in force.")
    key = models.CharField(
        max_length=32, default=new_key, help_text="Makes stimulus addresses and step tokens unguessable."
    )
    seed = models.CharField(
        max_length=32, blank=True, help_text="Drawn at launch; secret until the study is closed."
    )
    seed_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    launched_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "studies"

    def __str__(self) -> str:
        return self.slug

    @property
    def protocol(self) -> Protocol:
        """The resolved protocol in force."""
        return protocol_version(self.pk, self.version).protocol

    @property
    def protocol_sha256(self) -> str:
        return protocol_version(self.pk, self.version).sha256

    def seed_for(self, source: str) -> str:
        """The seed of a source's draws: previews work before launch, so they have their own."""
        return self.key if source == "preview" else self.seed


class ProtocolVersion(models.Model):
    """One numbered version of a study's resolved protocol; never changed once the study is launched."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    resolved = models.JSONField()
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="one_protocol_per_number")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.study_id} version {self.number}"

    @property
    def protocol(self) -> Protocol:
        """The version as an object; read once per process and hash."""
        return _parsed(self.sha256, _Raw(self.resolved))


class _Raw:
    """A wrapper that lets the cache below key on the hash alone."""

    def __init__(self, data: dict[str, Any]):
        self.data = data

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Raw)


@functools.lru_cache(maxsize=64)
def _parsed(sha256: str, raw: _Raw) -> Protocol:
    return load_resolved(raw.data)


@functools.lru_cache(maxsize=64)
def _stored_version(study_id: int, number: int) -> ProtocolVersion:
    return ProtocolVersion.objects.get(study_id=study_id, number=number)


def protocol_version(study_id: int, number: int) -> ProtocolVersion:
    """Return a study's protocol version, kept in memory: a version in use is never changed."""
    return _stored_version(study_id, number)


def forget_protocols() -> None:
    """Empty the cache, after a draft was loaded again."""
    _stored_version.cache_clear()
