"""Identities: recognised by a keyed hash in every study, readable only with a key that can be changed."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.fernet import Fernet, InvalidToken
from pytest_django import Settings

from studyapp.models import Participant, Person, Study
from studyapp.recruit.identities import find_or_add_person, hashed, reveal
from studyapp.studies.launching import launch
from studyapp.studies.loading import load
from tests.studyapp.small_study import SEED, write_study
from tests.studyapp.visitor import Visitor

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
WHO = ("prolific", "5f4c0000a")


def test_the_hash_is_hmac_sha256_of_recruiter_and_identity(settings: Settings) -> None:
    settings.IDENTITY_PEPPER = "pepper"
    assert hashed(*WHO) == hmac.new(b"pepper", b"prolific|5f4c0000a", hashlib.sha256).hexdigest()


def test_another_pepper_recruiter_or_identity_gives_another_hash(settings: Settings) -> None:
    settings.IDENTITY_PEPPER = "one"
    found = {hashed(*WHO), hashed("sona", "5f4c0000a"), hashed("prolific", "5f4c0000b")}
    settings.IDENTITY_PEPPER = "other"
    assert len(found | {hashed(*WHO)}) == 4


def test_a_person_is_found_again_and_not_added_twice(db: None) -> None:
    assert find_or_add_person(*WHO) == find_or_add_person(*WHO)
    assert Person.objects.count() == 1


def test_the_same_person_in_two_studies_is_one_person_and_two_participants(
    small_study: Study, tmp_path
) -> None:
    other = launch(load(write_study(tmp_path / "other")), SEED)
    for study in (small_study, other):
        Visitor(study).arrive(PROLIFIC_PID="5f4c0000a")
    person = Person.objects.get()
    assert person.identity_hash == hashed(*WHO)
    assert set(person.participants.values_list("study__slug", flat=True)) == {"small", "other"}
    assert len(set(Participant.objects.values_list("token", flat=True))) == 2


def test_after_a_change_of_keys_the_old_one_still_decrypts(db: None, settings: Settings) -> None:
    settings.IDENTITY_KEYS = [OLD]
    person = find_or_add_person(*WHO)
    settings.IDENTITY_KEYS = [NEW, OLD]
    assert reveal(person) == "5f4c0000a"
    assert find_or_add_person(*WHO) == person


def test_the_first_key_encrypts(db: None, settings: Settings) -> None:
    settings.IDENTITY_KEYS = [NEW, OLD]
    person = Person.objects.get(pk=find_or_add_person(*WHO).pk)  # as the database gives it back
    assert Fernet(NEW).decrypt(bytes(person.identity_encrypted)) == b"5f4c0000a"
    with pytest.raises(InvalidToken):
        Fernet(OLD).decrypt(bytes(person.identity_encrypted))


def test_without_its_key_nobody_reads_an_identity(db: None, settings: Settings) -> None:
    settings.IDENTITY_KEYS = [OLD]
    person = find_or_add_person(*WHO)
    settings.IDENTITY_KEYS = [NEW]
    with pytest.raises(InvalidToken):
        reveal(person)
