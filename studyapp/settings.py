"""Django settings: the environment in, safe defaults, nothing else. Every variable is listed in docs/settings.md."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from studyapp import environment

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = environment.flag("DEBUG", default=True)
SECRET_KEY = environment.secret("SECRET_KEY", debug=DEBUG, throw_away="development-only-" + "k" * 48)
IDENTITY_KEYS = environment.names(
    "IDENTITY_KEYS", ["ZGV2ZWxvcG1lbnQtb25seS1rZXktb2YtMzItYnl0ZXM="] if DEBUG else []
)
IDENTITY_PEPPER = environment.secret("IDENTITY_PEPPER", debug=DEBUG, throw_away="development-only-pepper")
if not IDENTITY_KEYS:
    raise ImproperlyConfigured(
        "IDENTITY_KEYS is not set; with DEBUG=0 Foretell does not start without it. See docs/settings.md."
    )
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = environment.names("CSRF_TRUSTED_ORIGINS", [])
PUBLIC_URL = environment.text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "studyapp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]
ROOT_URLCONF = "studyapp.urls"
WSGI_APPLICATION = "studyapp.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": sorted(
            (BASE_DIR / "studyapp" / "tasks").glob("*/templates")
        ),  # each task kind brings its page
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

_SQLITE = {
    "transaction_mode": "IMMEDIATE",  # a deferred one that turns into a writer fails at once when another writes
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}
_database_url = environment.text("DATABASE_URL", f"sqlite:///{BASE_DIR / 'data' / 'foretell.sqlite3'}")
_database: dict[str, Any] = dict(
    dj_database_url.parse(_database_url, conn_max_age=environment.whole_number("CONN_MAX_AGE", 600))
)
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = dict(_SQLITE)
    if ":memory:" not in str(_database["NAME"]):
        Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    # A long export reads one consistent state through its own connection and never holds the write lock.
    _snapshot = _database | {
        "OPTIONS": _SQLITE | {"transaction_mode": "DEFERRED"},
        "TEST": {"MIRROR": "default"},
    }
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _snapshot = _database | {"TEST": {"MIRROR": "default"}}
else:
    raise ImproperlyConfigured(
        f"DATABASE_URL={_database_url.split('@')[-1]!r}: sqlite:///FILE and postgres://… are allowed."
    )
DATABASES = {"default": _database, "snapshot": _snapshot}
DATABASE_ROUTERS: list[str] = []

MEDIA_ROOT = Path(environment.text("MEDIA_ROOT", str(BASE_DIR / "data" / "media")))
STATIC_URL = "static/"
STATIC_ROOT = Path(environment.text("STATIC_ROOT", str(BASE_DIR / "data" / "static")))
STATICFILES_DIRS = [("stimuli", BASE_DIR / "explainers" / "bundle" / "static")]  # beside the markup it is for
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
if DEBUG:  # nothing is collected in development
    warnings.filterwarnings("ignore", "No directory at", UserWarning)

LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True
LOGIN_URL = "console-login"
LOGIN_REDIRECT_URL = "console"
LOGOUT_REDIRECT_URL = "console-login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]

_HTTPS = PUBLIC_URL.startswith("https://")
SECURE_SSL_REDIRECT = environment.flag("SECURE_SSL_REDIRECT", default=_HTTPS)
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("BEHIND_PROXY", default=False) else None
)
SECURE_HSTS_SECONDS = environment.whole_number("SECURE_HSTS_SECONDS", 31_536_000 if _HTTPS else 0)
# Sibling hosts of a university must not be locked out of http by one study server: only on request.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = environment.flag(
    "SECURE_HSTS_SUBDOMAINS", default=False
)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # both ask for what the line above decides
SECURE_REFERRER_POLICY = "no-referrer"  # the personal link must not travel
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_query": {"()": "studyapp.logs.DropQueryStrings"}},
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["no_query"]}
    },
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "WARNING")},
    "loggers": {"django.server": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}
