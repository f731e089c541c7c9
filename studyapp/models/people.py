"""Who takes part: persons at the recruiter, and participants in a study."""

from __future__ import annotations

import secrets

from django.db import models

from studyapp.models.study import Study


def new_token() -> str:
    """Return an unguessable personal link, 192 bits."""
    return secrets.token_urlsafe(24)


def new_public_id() -> str:
    """Return a participant's name in the export: random, so that nothing can be read from it."""
    return secrets.token_hex(8)


class Person(models.Model):
    """Who someone is at a recruiter, across studies: a keyed hash to recognise, an encrypted name to pay."""

    recruiter = models.CharField(max_length=20)
    identity_hash = models.CharField(max_length=64)
    identity_encrypted = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recruiter", "identity_hash"], name="one_person_per_identity")
        ]

    def __str__(self) -> str:
        return f"{self.recruiter} {self.identity_hash[:8]}"


class Participant(models.Model):
    """One walk through a study."""

    class Source(models.TextChoices):
        RECRUITED = "recruited", "Recruited"
        SIMULATED = "simulated", "Simulated"
        PREVIEW = "preview", "Preview"

    study = models.ForeignKey(Study, models.PROTECT, related_name="participants")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="participants")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    source = models.CharField(max_length=10, choices=Source.choices)
    recruiter_study = models.CharField(max_length=100, blank=True)
    recruiter_session = models.CharField(max_length=100, blank=True)
    version = models.PositiveIntegerField(help_text="The protocol version they walk.")
    arm = models.CharField(max_length=80, blank=True)
    place = models.PositiveIntegerField(
        null=True, help_text="Number in the allocation stream; seeds their orders."
    )
    arrived_at = models.DateTimeField(auto_now_add=True)
    consented_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    screened_out_at = models.DateTimeField(null=True)
    allocated_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "source", "person"], name="one_participant_per_person"),
            models.UniqueConstraint(fields=["study", "source", "place"], name="one_participant_per_place"),
        ]
        indexes = [models.Index(fields=["study", "source", "arm"])]

    def __str__(self) -> str:
        return self.public_id

    @property
    def outcome(self) -> str:
        """How far they came, in the words of the export."""
        for word, at in (
            ("withdrawn", self.withdrawn_at),
            ("declined", self.declined_at),
            ("screened-out", self.screened_out_at),
            ("finished", self.finished_at),
            ("left", self.left_at),
            ("allocated", self.allocated_at),
            ("consented", self.consented_at),
        ):
            if at is not None:
                return word
        return "arrived"

    @property
    def is_gone(self) -> bool:
        """No step is to be shown any more: they declined, left, withdrew or did not pass the gate."""
        return any((self.declined_at, self.left_at, self.withdrawn_at, self.screened_out_at))


class Withdrawal(models.Model):
    """Leave to erase a participant's answers: the database refuses to delete without one."""

    class Kind(models.TextChoices):
        WITHDRAWAL = "withdrawal", "Asked for by the participant"
        RETENTION = "retention", "The retention period is over"

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="withdrawal")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.kind} of {self.participant_id}"
