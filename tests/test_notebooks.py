"""The shipped notebook, marimo page and script run, and every result shows itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from symattn.commands.example import sample
from tests.cli.running import ROOT, environment
from tests.katex_tool import render

RUN_NOTEBOOK = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[1])
"""
RUN_PAGE = """
import json, runpy, sys
import marimo
outputs, _ = runpy.run_path(sys.argv[1])["app"].run()
shown = [(type(o).__name__, marimo.as_html(o).text) for o in outputs if o is not None]
print(json.dumps(shown))
"""


def python(*arguments: str, cwd: Path) -> str:
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment(PYTHONPATH=str(ROOT), JUPYTER_PREFER_ENV_PATH="1"),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=180,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout


def written(name: str, folder: Path) -> str:
    found = sample(name)
    (folder / found.file).write_text(found.text(), encoding="utf-8")
    return found.file


def typeset(latex: str) -> None:
    """Raise unless the display mathematics is typeset by KaTeX."""
    match = re.fullmatch(r"\$\$(.+)\$\$", latex, re.DOTALL)
    assert match is not None, latex[:80]
    render(match[1])


def drawn(svg: str) -> None:
    """Raise unless the text is an SVG picture with something in it."""
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(list(root.iter())) > 50


@pytest.fixture(scope="module")
def cells(tmp_path_factory) -> dict[str, list[dict]]:
    """The outputs of the notebook's cells, by source."""
    folder = tmp_path_factory.mktemp("notebook")
    file = written("notebook", folder)
    python("-c", RUN_NOTEBOOK, file, cwd=folder)
    executed = json.loads((folder / file).read_text("utf-8"))["cells"]
    code = [cell for cell in executed if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code)
    return {"".join(cell["source"]): cell["outputs"] for cell in code}


def test_the_notebook_shows_every_result(cells):
    silent = [source for source, outputs in cells.items() if not outputs]
    assert silent == ["from symattn import cost, derive, enumerate_products, mechanism, show"]
    for source, outputs in cells.items():
        kinds = {output["output_type"] for output in outputs}
        assert kinds <= {"execute_result", "stream"}, (source, outputs)
        assert all(output.get("name") != "stderr" for output in outputs), outputs


def test_the_notebook_is_typeset(cells):
    rich = {}
    for source, outputs in cells.items():
        for output in outputs:
            data = output.get("data", {})
            rich[source] = sorted(set(data) - {"text/plain"})
            if "text/latex" in data:
                typeset("".join(data["text/latex"]))
            if "image/svg+xml" in data:
                drawn("".join(data["image/svg+xml"]))
    plain = {source.splitlines()[-1] for source, kinds in rich.items() if not kinds}
    assert plain == {"print(banded)", "enumerate_products(banded, n=7).keys(5)"}
    assert rich["show(banded, n=7)"] == ["image/svg+xml"]
    assert rich["derive(causal, steps=True)"] == ["text/latex"]


def test_the_notebook_says_what_is_true(cells):
    (keys,) = cells["enumerate_products(banded, n=7).keys(5)"]
    assert keys["data"]["text/plain"] == ["(3, 4, 5)"]
    (products,) = cells["enumerate_products(causal, n=7)"]
    assert "".join(products["data"]["text/latex"]).count("k_{") == 28


def test_the_shipped_notebook_is_clean():
    notebook = json.loads(sample("notebook").text())
    for cell in notebook["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_the_marimo_page_runs_as_a_script(tmp_path):
    python(written("marimo", tmp_path), cwd=tmp_path)


def test_the_marimo_page_shows_every_result(tmp_path):
    shown = json.loads(python("-c", RUN_PAGE, written("marimo", tmp_path), cwd=tmp_path))
    kinds = [kind for kind, _ in shown]
    assert kinds[1:6] == ["Attention", "Products", "Derived", "Derived", "Heatmap"]
    assert len(kinds) == 7
    for kind, html in shown:
        if kind == "Heatmap":
            drawn(html)
        for formula in re.findall(r"<marimo-tex[^>]*>\|\|\[(.*?)\|\|\]", html, re.DOTALL):
            render(unescape(formula))
        if kind in ("Attention", "Products", "Derived"):
            assert "<marimo-tex" in html, kind


def test_the_script_says_what_is_true(tmp_path):
    lines = python(written("library", tmp_path), cwd=tmp_path).splitlines()
    assert lines[-2:] == ["query 5 meets the keys 0, 3, 4, 5", "18 products"]
