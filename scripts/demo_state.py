"""Print, as JSON, where the demo's study stands and its addresses; make the console's login if it is absent.

python scripts/demo_state.py STUDY LOGIN_FILE
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studyapp.settings")

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.urls import reverse  # noqa: E402

from studyapp.models import Study  # noqa: E402

USER = "demo"


def status_of(slug: str) -> str | None:
    """Return the study's status, or None where it was not loaded."""
    return Study.objects.filter(slug=slug).values_list("status", flat=True).first()


def ensure_login(file: Path) -> None:
    """Make the login with a random password and write it down, unless both exist."""
    users = get_user_model().objects
    if file.exists() and users.filter(username=USER).exists():
        return
    password = secrets.token_urlsafe(12)
    user, _ = users.get_or_create(username=USER, defaults={"is_staff": True, "is_superuser": True})
    user.set_password(password)
    user.save()
    file.touch(mode=0o600)
    file.write_text(f"login {USER}\npassword {password}\n")


if __name__ == "__main__":
    slug = sys.argv[1]
    ensure_login(Path(sys.argv[2]))
    state = {
        "status": status_of(slug),
        "participate": reverse("arrive", args=[slug]),
        "console": reverse("console"),
        "report": reverse("report", args=[slug]),
    }
    print(json.dumps(state))
