"""pytest collects files of claims, and loads nothing where there are none."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

from tests.cli.running import PYTHON, ROOT, environment

TEXT = """symattn: 1
claims:
- {id: right, kind: equal, claim: 1 == 1, wrong: [1 == 2]}
- {id: wrong, kind: equal, claim: 1 == 2}
- {id: open, kind: value, claim: a, answer: 1}
- {id: unreadable, kind: equal, claim: 1 ==}
"""


def pytest_run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [PYTHON, "-m", "pytest", "-p", "symattn.pytest_plugin", "-p", "no:cacheprovider", "-q",
         "-rA", *arguments],
        cwd=folder, env=environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"), check=False,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_every_question_is_a_test(tmp_path):
    (tmp_path / "x.claims.yaml").write_text(TEXT)
    (tmp_path / "other.yaml").write_text("not ours")
    said = pytest_run(tmp_path)
    assert "2 failed, 2 passed, 1 skipped" in said, said
    assert "WRONG      wrong: refuted, expected proved" in said
    assert "unreadable unreadable: unreadable, expected proved" in said
    assert "reason: column" in said
    assert "3 failed, 2 passed" in pytest_run(tmp_path, "--symattn-undecided=fail")


def test_a_run_without_claims_loads_nothing(tmp_path):
    (tmp_path / "test_x.py").write_text(
        "import sys\ndef test():\n"
        "    loaded = {n for n in sys.modules if n.startswith('symattn')}\n"
        "    assert loaded == {'symattn', 'symattn.pytest_plugin'}, loaded\n"
        "    assert not {'yaml', 'jsonschema', 'z3', 'sympy', 'numpy'} & set(sys.modules)\n"
    )
    assert "1 passed" in pytest_run(tmp_path)


def test_the_entry_point_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"symattn": "symattn.pytest_plugin"}
