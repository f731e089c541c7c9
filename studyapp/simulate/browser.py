"""A browser without a screen: it sends requests to the server inside this process, middleware and all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from studyapp.errors import StudyError


class PageFailed(StudyError):
    """The server did not answer as it should."""


@dataclass(frozen=True)
class Reply:
    """What came back."""

    path: str
    status: int
    html: str
    location: str = ""


class Browser:
    """Asks for pages and sends forms over (pretended) HTTPS, and follows redirects."""

    def __init__(self) -> None:
        self._handler = WSGIHandler()
        self._host = _host()

    def get(self, path: str) -> Reply:
        reply = self._send("GET", path)
        while reply.status in (HTTPStatus.FOUND, HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.SEE_OTHER):
            reply = self._send("GET", reply.location)
        return reply

    def post(self, path: str, fields: dict[str, str], *, swap: bool = False) -> Reply:
        """Send a form. With `swap` the reply is the next step alone, as our script asks for it."""
        body = urlencode(fields).encode()
        headers = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body))}
        if swap:
            headers["HTTP_HX_REQUEST"] = "true"
        return self._send("POST", path, body, headers)

    def _send(
        self, method: str, address: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Reply:
        path, _, query = address.partition("?")
        told: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], error: Any = None, /) -> Any:
            told["status"], told["headers"] = int(status[:3]), dict(headers)

        with _kept_connection():
            response = self._handler(
                self._environ(method, path, query, body) | (headers or {}), start_response
            )
            try:
                html = b"".join(response).decode()
            finally:
                response.close()
        return Reply(path, told["status"], html, _local(told["headers"].get("Location", "")))

    def _environ(self, method: str, path: str, query: str, body: bytes) -> dict[str, Any]:
        return {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path),
            "QUERY_STRING": query,
            "SERVER_NAME": self._host,
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": self._host,
            "HTTP_ACCEPT": "text/html",
            "HTTP_USER_AGENT": "virtual participant",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }


def _host() -> str:
    """Return a host name that the server answers to."""
    named = [host.removeprefix(".") for host in settings.ALLOWED_HOSTS if host != "*"]
    return named[0] if named else "localhost"


def _local(location: str) -> str:
    """Return a redirect's target without scheme and host."""
    parts = urlsplit(location)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def with_query(path: str, **parameters: str) -> str:
    """Return an address with parameters."""
    return f"{quote(path)}?{urlencode(parameters)}"


@contextmanager
def no_query_log() -> Iterator[None]:
    """Keep no log of queries for the time of a block, as Django does in development: it slows pages down."""
    kept = settings.DEBUG
    settings.DEBUG = False
    try:
        yield
    finally:
        settings.DEBUG = kept


@contextmanager
def _kept_connection() -> Iterator[None]:
    """Let no request close the database connection at its start or end: the caller may be in a transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)
