"""Settings come from the environment: typed, with safe defaults, and a bad value stops the start."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """Return the environment variable `name`, or `default` when it is not set."""
    return os.environ.get(name, default)


def flag(name: str, default: bool) -> bool:
    """Return a switch: 1, true, yes, on or 0, false, no, off."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in ("1", "true", "yes", "on"):
        return True
    if value.lower() in ("0", "false", "no", "off", ""):
        return False
    raise ImproperlyConfigured(
        f"{name}={value!r} is not a switch; 1, true, yes, on, 0, false, no and off are allowed."
    )


def whole_number(name: str, default: int, minimum: int = 0) -> int:
    """Return a whole number of at least `minimum`."""
    value = os.environ.get(name)
    if value is None:
        return default
    if not value.isdecimal() or int(value) < minimum:
        raise ImproperlyConfigured(
            f"{name}={value!r} is not allowed; a whole number of at least {minimum} is."
        )
    return int(value)


def names(name: str, default: list[str]) -> list[str]:
    """Return a comma-separated list."""
    value = os.environ.get(name)
    return default if value is None else [part.strip() for part in value.split(",") if part.strip()]


def secret(name: str, *, debug: bool, throw_away: str) -> str:
    """Return a secret; in development a throw-away one, otherwise the start is refused without it."""
    if value := os.environ.get(name):
        return value
    if debug:
        return throw_away
    raise ImproperlyConfigured(
        f"{name} is not set; with DEBUG=0 Foretell does not start without it. See docs/settings.md."
    )
