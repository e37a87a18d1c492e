"""What the wheel and the source distribution hold."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import symattn
from tests.cli.running import ROOT

MUST_SHIP = (
    "symattn/py.typed",
    "symattn/rendering/katex/katex.min.js",
    "symattn/rendering/katex/LICENSE",
    "symattn/rendering/web/page.css",
    "symattn/schemas/enumeration@1.json",
    "symattn/schemas/quiz@1.json",
    "symattn/claims/banks/foundations/patterns.claims.yaml",
    "symattn/samples/notebook.ipynb",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with the wheel and the source distribution of this checkout."""
    pytest.importorskip("hatchling", reason="hatchling, which builds the wheel, is not installed")
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return folder


def source_files() -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for path in (ROOT / "symattn").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_is_the_package_and_nothing_else(built):
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == source_files()
    assert names >= set(MUST_SHIP)


def test_the_source_distribution_builds_and_tests(built):
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= source_files()
    assert names >= {"pyproject.toml", "Makefile", "cli.py", "README.md", "LICENSE", "CITATION.cff"}
    assert any(name.startswith("tests/cli/") for name in names)
    assert not any(part in name for name in names for part in (".venv", "__pycache__", ".git/"))


def test_one_version_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    citation = (ROOT / "CITATION.cff").read_text()
    assert project["version"] == symattn.__version__
    assert f"\nversion: {symattn.__version__}\n" in citation
