"""Who someone is at a recruiter: recognised by a keyed hash, kept readable only in encrypted form, to pay them."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

from studyapp.models import Person


def find_or_add_person(recruiter: str, identity: str) -> Person:
    """Return the person known to `recruiter` as `identity`, new if need be."""
    person, _ = Person.objects.get_or_create(
        recruiter=recruiter,
        identity_hash=hashed(recruiter, identity),
        defaults={"identity_encrypted": _cipher().encrypt(identity.encode())},
    )
    return person


def hashed(recruiter: str, identity: str) -> str:
    """Return the keyed hash (64 hex digits) an identity is recognised by."""
    message = f"{recruiter}|{identity}".encode()
    return hmac.new(settings.IDENTITY_PEPPER.encode(), message, hashlib.sha256).hexdigest()


def reveal(person: Person) -> str:
    """Return the identity in the clear, for payment."""
    return _cipher().decrypt(bytes(person.identity_encrypted)).decode()


def _cipher() -> MultiFernet:
    """The first key encrypts; all of them decrypt, so that keys can be changed."""
    return MultiFernet([Fernet(key) for key in settings.IDENTITY_KEYS])
