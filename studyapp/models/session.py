"""A session: its planned steps, the responses to them, and what else happened."""

from __future__ import annotations

from typing import Any

from django.db import models

from studyapp.models.people import Participant


class StepQuerySet(models.QuerySet["Step"]):
    """Questions about planned steps."""

    def unanswered(self) -> StepQuerySet:
        """Steps that lack a response, in the order of the session: the first is the next step."""
        return self.filter(responses=None).order_by("position")

    def of(self, token: str) -> StepQuerySet:
        """The steps of the participant with this personal link, with participant and study."""
        return self.filter(participant__token=token).select_related("participant__study")


class Step(models.Model):
    """One page of a session in its order. A trial is a step with an item."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField(help_text="From 1 over the whole session.")
    phase = models.CharField(max_length=20)
    phase_number = models.PositiveSmallIntegerField(
        help_text="Its place in the protocol's list of phases, from 0."
    )
    kind = models.CharField(max_length=20, help_text="Which page it is: see participate/pages.")
    task = models.CharField(max_length=80, blank=True)
    item = models.CharField(max_length=80, blank=True)
    model = models.CharField(max_length=80, blank=True)
    compared_model = models.CharField(max_length=80, blank=True)
    target = models.CharField(max_length=100, blank=True)
    condition = models.CharField(max_length=80, blank=True)
    number = models.PositiveSmallIntegerField(
        default=0, help_text="Of the trial in its phase, from 1; 0 for other steps."
    )
    detail: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    questions: models.JSONField[list[list[str]]] = models.JSONField(
        help_text="[name, role] of each question it asks."
    )

    objects = StepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "position"], name="one_step_per_position")
        ]

    def __str__(self) -> str:
        return f"step {self.position} ({self.phase})"


class Response(models.Model):
    """The answer to one question of one step, written once. Triggers refuse any change: see guards."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="responses")
    question = models.CharField(max_length=80)
    role = models.CharField(max_length=20)
    answer = models.TextField(blank=True)
    onset_at = models.DateTimeField(null=True)
    response_ms = models.PositiveIntegerField(null=True)
    hidden_ms = models.PositiveIntegerField(null=True)
    timing = models.CharField(max_length=10, help_text="`script` where the browser measured, else `none`.")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "question"], name="one_response_per_question")]

    def __str__(self) -> str:
        return f"{self.question} of step {self.step_id}"


class Event(models.Model):
    """Anything else that happened. Append-only, as responses are."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="events")
    position = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=20)
    detail: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} of {self.participant_id}"
