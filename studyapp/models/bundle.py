"""A bundle as loaded: shared by every study that uses the same bytes."""

from __future__ import annotations

from django.db import models


class Bundle(models.Model):
    """One bundle, known by its hash. Its files lie under MEDIA_ROOT/bundles/<sha256>/."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    manifest = models.JSONField()
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:8]})"


class BundleItem(models.Model):
    """What a question is about. `strata` are without their prefix."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="items")
    number = models.PositiveIntegerField(help_text="Its row in the bundle, from 1.")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)
    parent = models.CharField(max_length=80, blank=True)
    change = models.JSONField(null=True)
    members = models.JSONField(null=True)
    truth = models.TextField(blank=True)
    strata = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bundle", "name"], name="one_item_per_name")]

    def __str__(self) -> str:
        return self.name


class BundleOutput(models.Model):
    """One model's answer to one item."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="outputs")
    item = models.CharField(max_length=80)
    model = models.CharField(max_length=80)
    output = models.TextField()
    probability = models.FloatField(null=True)
    probabilities = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "item", "model"], name="one_output_per_item_and_model")
        ]

    def __str__(self) -> str:
        return f"{self.model} says {self.output} to {self.item}"


class BundleStimulus(models.Model):
    """Something that can be shown of an item."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="stimuli")
    number = models.PositiveIntegerField(help_text="Its row in the bundle, from 1.")
    item = models.CharField(max_length=80)
    model = models.CharField(max_length=80, blank=True)
    explainer = models.CharField(max_length=80, blank=True)
    target = models.CharField(max_length=100)
    part = models.CharField(max_length=80)
    file = models.CharField(max_length=80)
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    caption = models.TextField(blank=True)
    alt = models.TextField(blank=True)
    source_item = models.CharField(max_length=80, blank=True)
    seed = models.BigIntegerField(null=True)
    checks = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bundle", "item", "model", "explainer", "target", "part"],
                name="one_stimulus_per_part",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.explainer or 'input'} {self.part}"
