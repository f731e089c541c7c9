"""The append-only log of who got which place."""

from __future__ import annotations

from django.db import models

from studyapp.models.people import Participant
from studyapp.models.study import Study


class AllocationEntry(models.Model):
    """A place given, or given back. Triggers refuse any change: see guards."""

    class Action(models.TextChoices):
        ASSIGNED = "assigned", "Assigned"
        FREED = "freed", "Freed"

    study = models.ForeignKey(Study, models.PROTECT, related_name="allocation_entries")
    source = models.CharField(max_length=10)
    stratum = models.CharField(max_length=80, blank=True)
    sequence = models.PositiveIntegerField(
        help_text="From 1, without gaps, within study, source and stratum."
    )
    action = models.CharField(max_length=10, choices=Action.choices)
    place = models.PositiveIntegerField(help_text="Number in the stream of permuted blocks, from 1.")
    block = models.PositiveIntegerField()
    arm = models.CharField(max_length=80)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="allocation_entries")
    allocator = models.CharField(max_length=40)
    reason = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "source", "stratum", "sequence"], name="one_entry_per_sequence"
            ),
            models.UniqueConstraint(
                fields=["study", "source", "stratum", "place", "action"],
                name="one_entry_per_place_and_action",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.sequence}: {self.action} {self.place}"
