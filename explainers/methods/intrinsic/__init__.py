"""Models that are simple enough to be shown as they are."""
