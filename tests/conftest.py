"""Verdicts that tests remember stay among themselves."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The cache of `symattn verify` is a folder of this session."""
    before = os.environ.get("SYMATTN_CACHE")
    os.environ["SYMATTN_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["SYMATTN_CACHE"]
    else:
        os.environ["SYMATTN_CACHE"] = before
