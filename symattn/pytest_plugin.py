"""pytest collects `*.claims.yaml`: every question is a test. Nothing is loaded until one is found.

pip install symattn && pytest chapters/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = (".claims.yaml", ".claims.yml", ".claims.json")


def pytest_addoption(parser: Any) -> None:
    group = parser.getgroup("symattn")
    group.addoption(
        "--symattn-undecided",
        choices=("fail", "skip"),
        default="skip",
        help="what an undecided claim of a *.claims.yaml file is (default: skip)",
    )


def pytest_collect_file(file_path: Path, parent: Any) -> Any:
    """A file of claims, if the name says that it is one."""
    if file_path.name.endswith(NAMES):
        return ClaimFile.from_parent(parent, path=file_path)
    return None


class ClaimFile(pytest.File):
    """The questions of a file."""

    def collect(self) -> Iterator[Any]:
        from symattn.claims.reading import read_claims
        from symattn.claims.running import asked

        for task in asked(read_claims([self.path])):
            yield ClaimItem.from_parent(self, name=task.id, task=task)


class ClaimItem(pytest.Item):
    """One question: passed if the verdict is the expected one."""

    def __init__(self, *, task: Any, **options: Any) -> None:
        super().__init__(**options)
        self.task = task

    def runtest(self) -> None:
        from symattn.claims.running import in_turn, result_of
        from symattn.core.report import MET, OPEN

        ((task, record, _),) = in_turn([self.task])
        found = result_of(task, record, False)
        if found.state == MET:
            return
        if found.state == OPEN and self.config.getoption("--symattn-undecided") == "skip":
            pytest.skip(f"undecided: {record.get('reason', '')}")
        raise Unexpected(found)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        if not isinstance(excinfo.value, Unexpected):
            return super().repr_failure(excinfo, style)
        from symattn.rendering.report_text import result_text

        return "\n".join(result_text(excinfo.value.result))

    def reportinfo(self) -> tuple[Any, int, str]:
        return self.path, self.task.place.line - 1, self.name


class Unexpected(Exception):
    """A verdict that is not the expected one."""

    def __init__(self, result: Any) -> None:
        super().__init__(result.id)
        self.result = result
