"""Signing in and out."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_who_signs_in_comes_to_the_page_they_wanted(client: Client) -> None:
    User.objects.create_user("ada", password="a good long one")
    wanted = reverse("console")
    response = client.get(wanted)
    assert response.url == f"{reverse('console-login')}?next={wanted}"
    data = {"username": "ada", "password": "a good long one", "next": wanted}
    assert client.post(reverse("console-login"), data).url == wanted
    assert client.get(wanted).status_code == 200


def test_a_wrong_password_is_told_kindly_and_the_name_kept(client: Client) -> None:
    page = client.post(reverse("console-login"), {"username": "<ada>", "password": "x"}).content.decode()
    assert "do not belong together" in page
    assert 'value="&lt;ada&gt;"' in page
    assert "<ada>" not in page


def test_nobody_is_sent_to_another_host(client: Client) -> None:
    User.objects.create_user("ada", password="a good long one")
    data = {"username": "ada", "password": "a good long one", "next": "https://elsewhere.example/"}
    assert client.post(reverse("console-login"), data).url == reverse("console")


def test_signing_out_is_a_post(researcher: Client) -> None:
    assert researcher.get(reverse("console-logout")).status_code == 405
    assert researcher.post(reverse("console-logout")).url == reverse("console-login")
    assert researcher.get(reverse("console")).status_code == 302


def test_forms_of_the_console_tell_where_they_come_from(client: Client) -> None:
    """With the server's no-referrer a browser sends `Origin: null`, and the CSRF check refuses the form."""
    page = client.get(reverse("console-login")).content.decode()
    assert '<meta name="referrer" content="same-origin">' in page


def test_a_form_without_its_token_is_refused(researcher: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = researcher.cookies
    assert strict.post(reverse("console-logout")).status_code == 403
    assert researcher.get(reverse("console")).status_code == 200
