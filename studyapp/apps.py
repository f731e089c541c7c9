"""The Django app: what happens when it starts and when its tables are made."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StudyAppConfig(AppConfig):
    """Foretell's trial server."""

    name = "studyapp"
    verbose_name = "Foretell"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from studyapp import checks  # noqa: F401  (registers the system checks)
        from studyapp.models import guards

        post_migrate.connect(guards.install_after_migrate, sender=self)
