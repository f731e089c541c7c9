"""The console's forms."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from studyapp.models import Study


class LoginForm(AuthenticationForm):
    """Name and password, with an error that says what to do."""

    error_messages = {
        "invalid_login": (
            "This name and password do not belong together. Please check both; capital letters count."
        ),
        "inactive": "This account is switched off. Please ask whoever runs this server.",
    }


class CloseForm(forms.Form):
    """The study's name, typed, as closing cannot be undone."""

    confirm = forms.CharField(max_length=100, strip=True)

    def __init__(self, study: Study, data: dict[str, str] | None = None):
        super().__init__(data)
        self.study = study

    def clean_confirm(self) -> str:
        typed: str = self.cleaned_data["confirm"]
        if typed != self.study.slug:
            raise forms.ValidationError(
                f"“{typed}” was typed; the study's name is “{self.study.slug}”. It was not closed."
            )
        return typed
