"""The README and docs/ say only what is so: every code block is run, every link resolves."""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path

import pytest

from docs import generate
from docs.generate import COMPUTED
from tests.docs_blocks import NotTrue, anchors, blocks, fits, links
from tests.docs_runner import ROOT, SHELL, run_page

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
# An absolute path of two or more words, which only one machine has; URLs have a colon before.
MACHINE = re.compile(r"(?<![\w.:/~)\]}*-])/[a-z]\w*/\w[\w./-]*|\b[A-Z]:\\\w+|~/\w+")


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_code_block_is_true(page: Path, tmp_path: Path) -> None:
    assert run_page(page, tmp_path) >= 0


def test_the_main_pages_have_blocks_that_are_run() -> None:
    few = {"README.md": 10, "docs/tutorial.md": 20, "docs/language.md": 10}
    for name, least in few.items():
        assert len(blocks(ROOT / name, name)) >= least, name


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_resolve(page: Path) -> None:
    check_links(page)


def check_links(page: Path) -> None:
    for link in links(page):
        if re.match(r"https?://", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link} leads nowhere"
        assert not anchor or anchor in anchors(target), f"{page.name}: {link}: no such heading"


def test_every_page_is_linked_from_another() -> None:
    reached = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in links(page)
        if not link.startswith("http") and not link.startswith("#")
    }
    lonely = [name for page, name in zip(PAGES, NAMES, strict=True) if page not in reached]
    assert lonely in ([], ["README.md"])


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_no_path_of_a_machine(page: Path) -> None:
    found = MACHINE.findall(page.read_text("utf-8"))
    assert not found, f"{page.name}: {found}"


def test_a_path_of_a_machine_would_be_seen() -> None:
    for text in ("see /srv/data/x.md", "(/opt/tool/run", "C:\\Users", "in `/mnt/a.b/c`", "~/notes"):
        assert MACHINE.search(text), text
    for text in ("https://host.org/a/b", "and/or", "docs/theory/a.md", "(i-j)/(i+1)", "1 / 2"):
        assert not MACHINE.search(text), text


@pytest.mark.parametrize("page", COMPUTED, ids=[page.name for page in COMPUTED])
def test_computed_pages_are_current(page: Path) -> None:
    current = COMPUTED[page]()
    assert page.read_text("utf-8") == current, "run: python -m docs.generate"


def test_the_tests_that_progress_names_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "progress.md").read_text())
    assert len(named) > 50
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{file}::{name}"


def test_the_readme_gives_a_reason_for_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {re.split(r"[<>=]", each)[0] for each in project["dependencies"]}
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.partition("## Dependencies")[2].partition("## ")[0]
    assert set(re.findall(r"^\| `([\w-]+)` \| \w.*\|$", section, re.MULTILINE)) == asked


def test_shell_commands_of_the_list_are_all_used() -> None:
    """The list of shell commands that are only read, not run, is no longer than it must be."""
    texts = [b.text for page, name in zip(PAGES, NAMES, strict=True) for b in blocks(page, name)]
    for pattern in SHELL:
        assert any(re.search(pattern, text) for text in texts), pattern


GOOD = """\
# A page

```console
$ symattn enumerate --n 2
q0: q0 k0^T
...
{last}
```
"""
LAST = "3 products = n(n+1)/2, 1 masked"


def page_of(folder: Path, text: str) -> Path:
    """A page in a folder that stands for the project's."""
    place = folder / "page"
    place.mkdir()
    (place / "page.md").write_text(text, "utf-8")
    return place / "page.md"


def run_text(folder: Path, text: str) -> int:
    page = page_of(folder, text)
    work = folder / "session"
    work.mkdir()
    return run_page(page, work, root=page.parent)


def test_a_true_page_passes(tmp_path: Path) -> None:
    assert run_text(tmp_path, GOOD.format(last=LAST)) == 1


PLANTED = {  # what is planted -> (page, what the complaint says)
    "a wrong number": (GOOD.format(last=LAST.replace("3", "4")), "3 products"),
    "a wrong first line": (GOOD.format(last=LAST).replace("q0 k0", "q0 k1"), "expected"),
    "a missing last line": (GOOD.format(last=LAST).replace("...\n", ""), "expected"),
    "a line too many": (GOOD.format(last=LAST + "\n" + LAST), "expected"),
    "another exit code": (GOOD.format(last=LAST + "\n# exit code 3"), "exit code 3"),
    "a failure that is not announced": (
        "```console\n$ symattn enumerate --n 0\nsymattn: ...\n```\n", "exit code 2",
    ),
    "no output at all": ("```console\n$ symattn enumerate --n 2\n```\n", "q1 k1"),
    "a foreign command": ("```console\n$ ls\n```\n", "cannot run 'ls'"),
    "output without a command": ("```console\nq0: q0 k0^T\n```\n", "starts with a line"),
    "a language without a runner": ("```text\nhello\n```\n", "got 'text'"),
    "a block without a language": ("```\nhello\n```\n", "no language"),
    "a block that is never closed": ("```console\n$ symattn list\n", "never closed"),
    "an indented fence": ("- item\n  ```python\n  1\n  ```\n", "must start the line"),
    "a wrong doctest": ("```python\n>>> 1 + 1\n3\n```\n", "Expected"),
    "a doctest that raises": ("```python\n>>> 1 / 0\n```\n", "ZeroDivisionError"),
    "a script that raises": ("```python\nassert 1 + 1 == 3\n```\n", "AssertionError"),
    "a script that is no Python": ("```python\n1 +\n```\n", "SyntaxError"),
    "a wrong Form": ("```form\nsupport: j <= \n```\n", "column"),
    "a notation with an unknown field": ('```toml\nbses = 1\n```\n', "bses"),
    "a number that is none": ('```json a.json\n{"Q": [["x"]]}\n```\n', "Q[0][0]"),
    "a record without a schema": ('```json\n{"count": 3}\n```\n', "schema"),
    "a record that is not of its schema": (
        '```json\n{"schema": "symattn/enumeration@1", "n": 0}\n```\n', "required",
    ),
    "JSON that is none": ("```json\n{\n```\n", "line"),
    "LaTeX that KaTeX refuses": ("```math\n\\frac{1}\n```\n", "KaTeX"),
    "a shell command that nobody tests": ("```sh\nrm -r docs\n```\n", "no test knows"),
    "a make target that is not there": ("```sh\nmake tea\n```\n", "make tea"),
    "a file that nobody uses": ("```python a.py\n1 / 0\n```\n", "no later block"),
    "a file outside": ("```python ../a.py\n1\n```\n", "not inside"),
}  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_mistake_is_seen_and_placed(planted: str, tmp_path: Path) -> None:
    text, complaint = PLANTED[planted]
    with pytest.raises(NotTrue, match=re.escape(complaint)) as caught:
        run_text(tmp_path, text)
    assert str(caught.value).startswith("page.md, line ")


def test_all_mistakes_of_a_page_are_listed(tmp_path: Path) -> None:
    text = PLANTED["a wrong doctest"][0] + PLANTED["a foreign command"][0]
    with pytest.raises(NotTrue, match=r"(?s)page\.md, line 2.*page\.md, line 6"):
        run_text(tmp_path, text)


def test_saved_files_and_names_live_through_the_page(tmp_path: Path) -> None:
    text = (
        "```form near.form\nsupport: j <= i and i - j < 2\n```\n"
        "```python\nfrom pathlib import Path\ntext = Path('near.form').read_text()\n```\n"
        "```python\n>>> text.strip()\n'support: j <= i and i - j < 2'\n```\n"
        "```console\n$ cat near.form\nsupport: j <= i and i - j < 2\n```\n"
    )
    assert run_text(tmp_path, text) == 4


def test_a_copied_package_is_used_only_by_its_page(tmp_path: Path) -> None:
    text = (
        '```python symattn/mechanisms/diagonal.py\n"""Diagonal.\n\nNobody.\n"""\n'
        "from symattn.core.statement import Mechanism, Statement\n"
        "from symattn.mechanisms.loops import attend\n\n\n"
        "def oracle(*, q, k, v, **_):\n"
        "    return attend(q, k, v, allowed=lambda i, j: i == j)\n\n\n"
        "MECHANISM = Mechanism((Statement(support='i == j'),), oracle)\n```\n"
        "```console\n$ symattn enumerate --mechanism diagonal --n 2\nq0: q0 k0^T\n...\n```\n"
    )
    assert run_text(tmp_path, text) == 2
    assert not (ROOT / "symattn" / "mechanisms" / "diagonal.py").exists()


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        (["a"], ["a"], True),
        (["a"], ["a", ""], False),
        (["..."], [], True),
        (["...", "b"], ["a", "a", "b"], True),
        (["...", "b"], ["a", "b", "c"], False),
        (["a", "...", "b", "...", "c"], ["a", "b", "b", "c"], True),
        (["a", "...", "b", "...", "c"], ["a", "c"], False),
        (["error ..., 3 cells"], ["error 1e-15, 3 cells"], True),
        (["error ..., 3 cells"], ["error 1e-15, 4 cells"], False),
        (["error ..., 3 cells"], ["error 1 or 2, 3 cells"], False),
        (["x.z"], ["xyz"], False),
    ],
)
def test_what_an_ellipsis_may_stand_for(expected: list[str], got: list[str], same: bool) -> None:
    assert fits(tuple(expected), tuple(got)) is same


def test_a_link_that_leads_nowhere_is_seen(tmp_path: Path) -> None:
    page = page_of(tmp_path, "# Title here\n\n[up](#title-here) [a](page.md) `[x](gone.md)`\n")
    check_links(page)
    for broken in ("[a](gone.md)", "[a](#no-title)", "[a](page.md#no-title)", "![a](gone.png)"):
        page.write_text(f"# Title here\n\n{broken}\n", "utf-8")
        with pytest.raises(AssertionError, match=r"page\.md"):
            check_links(page)


def test_the_examples_of_the_generator_hold() -> None:
    failed, tried = doctest.testmod(generate)
    assert tried >= 2
    assert not failed
