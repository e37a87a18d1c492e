"""A headless Chromium for tests, and a visit that remembers all requests and complaints."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def installed() -> str:
    """The path of a Chromium; the test is skipped, and says why, where there is none."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no Chromium on the PATH (looked for {', '.join(NAMES)})")
    return path


@contextmanager
def browser() -> Iterator[Any]:
    """A Chromium with a fresh profile."""
    path = installed()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path, args=["--headless", "--no-sandbox"]
        )
        yield started
        started.close()


class Visit:
    """One HTML text opened from a file, with everything that it did wrong."""

    def __init__(self, started: Any, folder: Path, html: str, **options: Any) -> None:
        file = folder / "page.html"
        file.write_text(html, encoding="utf-8")
        self.context = started.new_context(**options)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        self.page.goto(file.as_uri())
        self.file = file.as_uri()

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def must_be_quiet(self) -> None:
        """Raises if the page asked for anything but itself, or complained of anything."""
        asked = [url for url in self.requests if url != self.file and not url.startswith("data:")]
        if asked or self.complaints:
            raise AssertionError(f"asked for {asked}, complained of {self.complaints}")
