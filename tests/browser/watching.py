"""Watching a browser window for what nobody sees: errors in its console, breaches of the CSP, other hosts."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Request

_STATUS = "Failed to load resource"  # Chromium says this of every 4xx and 5xx, also where the page handles it


@dataclass
class Watch:
    """Everything noticed in one window."""

    base: str
    complaints: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", self._request)

    def forget(self) -> None:
        """Forget what the browser and htmx say about a failure that the test itself made."""
        self.complaints.clear()

    def posts(self) -> list[Request]:
        return [request for request in self.requests if request.method == "POST"]

    def pictures(self) -> list[str]:
        return [request.url for request in self.requests if "/i/" in request.url]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_STATUS):
            self.complaints.append(message.text)

    def _request(self, request: Request) -> None:
        self.requests.append(request)
        if not request.url.startswith((self.base, "data:")):
            self.complaints.append(f"asked another host: {request.url}")
