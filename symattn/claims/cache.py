"""Verdicts that are known already, by the content of the question and by what decided it.

A file of SQLite that several runs may use at once. It is an aid, never a source of errors: what
cannot be read or written is decided anew.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

from symattn.claims.judging import cacheable
from symattn.claims.task import Task

Record = dict[str, Any]
TABLE = "CREATE TABLE IF NOT EXISTS verdicts (key TEXT PRIMARY KEY, record TEXT NOT NULL)"
WAIT = 10.0  # seconds for other runs that write
MANY = 64  # verdicts written at once
LARGEST = 2**20  # characters of a record that is kept


def folder() -> Path:
    """Where the cache lies: SYMATTN_CACHE, or where the platform wants caches."""
    if named := os.environ.get("SYMATTN_CACHE"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "symattn" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "symattn"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "symattn"


@cache
def versions() -> str:
    """Everything that a verdict rests on: versions of libraries, and our own files as they are."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    root = Path(__file__).parent.parent
    found = []
    for path in sorted(root.rglob("*.py")):
        stat = path.stat()
        found.append(f"{path.relative_to(root)} {stat.st_size} {stat.st_mtime_ns}")
    for name in ("z3-solver", "python-flint", "numpy", "sympy"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} ?")
    text = "\n".join([platform.python_version(), *found])
    return sha256(text.encode()).hexdigest()


class Cache:
    """Verdicts by task; everything that goes wrong with the file turns it off."""

    def __init__(self, place: Path | None = None) -> None:
        self.waiting: list[tuple[str, str]] = []
        self.base: sqlite3.Connection | None = None
        try:
            place = folder() if place is None else place
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.base = sqlite3.connect(place / "verdicts.sqlite", timeout=WAIT)
            self.base.execute(TABLE)
            self.base.commit()
        except (OSError, sqlite3.Error):
            self.close()

    def get(self, task: Task) -> Record | None:
        """The record of a task, if it is known."""
        if self.base is None:
            return None
        try:
            asked = self.base.execute(
                "SELECT record FROM verdicts WHERE key = ?", (task.key(versions()),)
            )
            row = asked.fetchone()
            found = None if row is None else json.loads(row[0])
        except (sqlite3.Error, ValueError, TypeError):
            self.close()
            return None
        return found if isinstance(found, dict) and "verdict" in found else None

    def put(self, task: Task, record: Record) -> None:
        """Keep the record of a task, unless it may come out differently next time."""
        text = json.dumps(record)
        if self.base is not None and cacheable(record) and len(text) <= LARGEST:
            self.waiting.append((task.key(versions()), text))
            if len(self.waiting) >= MANY:
                self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self.base is None or not self.waiting:
            return
        try:
            with self.base:
                self.base.executemany("INSERT OR REPLACE INTO verdicts VALUES (?, ?)", self.waiting)
            self.waiting.clear()
        except sqlite3.Error:
            self.close()

    def close(self) -> None:
        base, self.base = self.base, None
        if base is not None:
            base.close()

    def __enter__(self) -> Cache:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.flush()
        self.close()
