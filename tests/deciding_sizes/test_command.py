"""`symattn prove --certificate` and `symattn recheck` for proofs at a size, as a user runs them."""

import json
import re

import pytest

from symattn.commands.recheck import checked
from symattn.core.verdict import Certificate
from symattn.rendering.verdict import unlisted
from tests.cli.running import inside
from tests.deciding_sizes.claims import TRUE
from tests.katex_tool import render

CLAIM = list(TRUE)[6]  # a weight of two keys


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("proof")
    done = inside("prove", CLAIM, "--certificate", str(found / "proof.json"),
                  "--latex", str(found / "proof.tex"))  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "PROVED for n = 2, d = 3"
    assert done.stdout.splitlines()[-1] == "error: below 2^-113"
    return found


def test_the_file_is_accepted(folder):
    done = inside("recheck", str(folder / "proof.json"))
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == (
        "re-checked: the graph holds in 2 pairs of fields, error below 2^-113"
    )
    record = json.loads(inside("recheck", str(folder / "proof.json"), "--json").stdout)
    assert (record["accepted"], record["scope"]) == (True, "n = 2, d = 3")


@pytest.mark.parametrize("field", ["claim", "scope", "rule", "assumptions", "hints"])
def test_every_field_that_is_changed_is_rejected(folder, field, tmp_path):
    record = json.loads((folder / "proof.json").read_text("utf-8"))
    value = record[field]
    if isinstance(value, list):
        changes = [value[:at] + value[at + 1 :] for at in range(len(value))] + [[*value, "a"]]
    elif field == "rule":
        changes = ["normal form", "pairs", "Field", ""]
    else:
        changes = [value.replace("3", "4"), value.replace("2", "3"), value[:-1]]
    for changed in changes:
        file = tmp_path / "changed.json"
        file.write_text(json.dumps({**record, field: changed}), "utf-8")
        done = inside("recheck", str(file))
        assert done.returncode in (3, 4), changed
        assert not done.stdout.startswith("PROVED")


def test_the_latex_is_typeset_and_says_the_fields(folder):
    text = (folder / "proof.tex").read_text("utf-8")
    for formula in re.findall(r"\\begin\{gather\*\}\n.*?\\end\{gather\*\}", text, re.DOTALL):
        render(formula)
    hints = json.loads((folder / "proof.json").read_text("utf-8"))["hints"]
    pair = next(hint for hint in hints if hint.startswith("pair"))
    assert pair in text
    assert "node" not in text


def test_a_graph_that_is_not_kept_is_said_to_be_unchecked():
    hints = ("pair 1 2 3 4", "error 2^-101", "not kernel-checked: 100001 nodes, ...")
    assert checked(Certificate("field", hints, ())) == (
        "not kernel-checked: the graph is not kept; it holds in 1 pairs of fields, "
        "error below 2^-101"
    )
    assert list(unlisted(Certificate("field", hints, ()))) == [hints[-1]]
    assert list(unlisted(Certificate("field", hints[:2], ()))) == []
