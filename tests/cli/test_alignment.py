"""`--align` decides where queries stand, over the Form's own offset and before tables are read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import done, inside

LATE = "support: j <= i\noffset: n_k - n_q"


@pytest.mark.parametrize(("align", "count"), [([], 12), (["top-left"], 6), (["bottom-right"], 12)])
def test_align_overrides_the_offset_of_the_form(align: list[str], count: int) -> None:
    option = ["--align", *align] if align else []
    sizes = ["--n", "5", "--n-q", "3", "--json"]
    found = json.loads(done(inside("enumerate", "-m", LATE, *sizes, *option)))
    assert found["count"] == len(found["pairs"]) == count


def test_tables_by_query_follow_the_alignment(tmp_path: Path) -> None:
    file = tmp_path / "positions.json"
    file.write_text('{"pos_q": [0, 0, 5, 0], "pos_k": [1, 2]}')
    command = ["enumerate", "-m", "support: pos_k[j] <= pos_q[i]", "--n", "2", "--n-q", "4",
               "--align", "bottom-right", "--with", str(file)]  # fmt: skip
    assert done(inside(*command)).splitlines()[2] == "q0: q0 k0^T, q0 k1^T"
    assert done(inside(*command, "--row", "0")).startswith("q0: q0 k0^T, q0 k1^T\n")
