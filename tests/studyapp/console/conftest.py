"""A researcher who is signed in."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client


@pytest.fixture
def researcher(db: None) -> Client:
    """The browser of someone who is signed in."""
    client = Client()
    client.force_login(User.objects.create_user("ada", password="a good long one"))
    return client
