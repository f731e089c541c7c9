"""A study's life: loaded as a draft, launched, paused, closed, verified."""
