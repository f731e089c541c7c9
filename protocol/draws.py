"""Randomness as a pure function of seed, purpose and number: any draw can be replayed, by any program."""

from __future__ import annotations

import hashlib


def draw(seed: int | str, purpose: str, n: int | str) -> int:
    """Return a whole number of 256 bits, uniform: SHA-256 of `seed|purpose|n` (UTF-8, decimal numbers)."""
    return int.from_bytes(hashlib.sha256(f"{seed}|{purpose}|{n}".encode()).digest(), "big")
