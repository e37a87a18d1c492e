"""Runs the code blocks of the README and of docs/, and raises where a page is not true.

A page is a session: its blocks share one empty folder and one Python namespace, in the order in
which a reader meets them. What each language means:

    console   `$ symattn ...` is run; its output (stderr included) is what stands below it
    python    with `>>>` a doctest, else a script; with a file name it is saved
    form, toml, json   read by our own readers, and saved under the file name, if there is one
    yaml, symattn   claims: read, and without a file name every verdict is the expected one
    math      typeset by KaTeX
    sh        commands for a shell: only those that `SHELL` knows, and Makefile targets that exist

A block saved under `symattn/...` goes into a copy of the package, and the rest of the page uses
that copy.
"""

from __future__ import annotations

import doctest
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.docs_blocks import Block, Command, NotTrue, blocks, commands, fits
from tests.katex_tool import BadLatex, render

ROOT = Path(__file__).parent.parent
SHELL = (  # what a sh block may say besides make; the install commands need a network
    r"python3 -m venv \.venv",
    r"\.venv/bin/pip install -e \.",
    r"pip install \.",
    r"pipx install \.",
    r"uv run symattn enumerate --n 7",
    r"uv tool install \.",
    r"\.venv/bin/pip install -e '\.\[dev\]'",
    r"\.venv/bin/symattn enumerate --n 7",
    r"\.venv/bin/python -m pytest -q",
    r"python cli\.py enumerate --n 7",
    r"python -m docs\.generate( --outputs)?",
)


@dataclass
class Session:
    """What the blocks of one page share."""

    folder: Path
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})
    copied: bool = False  # whether commands run in a copy of the package
    saved: set[str] = field(default_factory=set)


def run_page(page: Path, folder: Path, root: Path = ROOT) -> int:
    """The number of blocks of a page, all of which are true; else `NotTrue` lists the others."""
    session, wrong = Session(folder), []
    found = blocks(page, page.relative_to(root).as_posix())
    for at, block in enumerate(found):
        try:
            run_block(block, session)
            check_used(block, found[at + 1 :])
        except NotTrue as error:
            wrong.append(str(error))
    if wrong:
        raise NotTrue("\n\n".join(wrong))
    return len(found)


def run_block(block: Block, session: Session) -> None:
    """Run one block; `NotTrue` if it fails or is written in a language without a runner."""
    if block.language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise block.wrong(f"a block is one of {known}; got {block.language or 'no language'!r}")
    if block.file:
        save(block, session)
    LANGUAGES[block.language](block, session)


def save(block: Block, session: Session) -> None:
    """Put the block where its name says, inside the folder of the session."""
    target = (session.folder / block.file).resolve()
    if not target.is_relative_to(session.folder.resolve()):
        raise block.wrong(f"{block.file} is not inside the folder of the page")
    if block.file.startswith("symattn/") and not session.copied:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "symattn", session.folder / "symattn", ignore=ignored)
        session.copied = True
    if target.exists() and block.file not in session.saved:
        raise block.wrong(f"{block.file} exists already")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(block.text, "utf-8")
    session.saved.add(block.file)


def check_used(block: Block, later: list[Block]) -> None:
    """A saved file is used further down; otherwise saving it would be a way not to run it."""
    name = Path(block.file).stem if block.file.startswith("symattn/") else block.file
    if block.file and not any(name in other.text for other in later):
        raise block.wrong(f"{block.file} is saved, and no later block uses it")


def console(block: Block, session: Session) -> None:
    for command in commands(block):
        code, got = output_of(command, block, session)
        if not fits(command.expected, got) or code != command.exit_code:
            raise block.wrong(told(command, code, got))


def told(command: Command, code: int, got: tuple[str, ...]) -> str:
    """What was expected and what came."""
    lines = [f"$ {command.words}", f"expected (exit code {command.exit_code}):"]
    lines += [f"  {line}" for line in command.expected]
    return "\n".join([*lines, f"got (exit code {code}):", *(f"  {line}" for line in got)])


def output_of(command: Command, block: Block, session: Session) -> tuple[int, tuple[str, ...]]:
    """Exit code and lines of a command; only `symattn`, `python FILE` and `cat FILE` are run."""
    try:
        program, *arguments = shlex.split(command.words)
    except ValueError as error:
        raise block.wrong(f"{command.words}: {error}") from None
    if program == "symattn":
        run = in_copy if session.copied else in_process
        code, text = run(arguments, session.folder)
    elif program == "python" and len(arguments) == 1 and arguments[0] in session.saved:
        code, text = as_process([sys.executable, arguments[0]], session.folder)
    elif program == "cat" and len(arguments) == 1 and ".." not in arguments[0]:
        code, text = 0, (session.folder / arguments[0]).read_text("utf-8")
    else:
        raise block.wrong(f"a console block cannot run {command.words!r}")
    return code, tuple(text.splitlines())


SETTING = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb", "PYTHONWARNINGS": "error"}


def in_process(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Exit code and output of `symattn`, stderr included, without a process of its own."""
    from symattn.cli import main

    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n", write_through=True)
    with ExitStack() as stack:
        for change in (
            redirect_stdout(out),
            redirect_stderr(out),
            chdir(folder),
            patch.object(sys, "argv", ["symattn", *arguments]),
            patch.object(sys, "stdin", io.StringIO()),
            patch.dict(os.environ, SETTING),
        ):
            stack.enter_context(change)
        code: Any = 0
        try:
            main()
        except SystemExit as left:
            code = left.code or 0
    raw = out.buffer
    assert isinstance(raw, io.BytesIO)
    return int(code), raw.getvalue().decode("utf-8")


def in_copy(arguments: list[str], folder: Path) -> tuple[int, str]:
    """The same in a process of its own that sees the copied package."""
    return as_process([sys.executable, "-m", "symattn", *arguments], folder)


def as_process(words: list[str], folder: Path) -> tuple[int, str]:
    path = {"PYTHONPATH": str(folder)} if (folder / "symattn").is_dir() else {}
    done = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, **SETTING, **path, "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8")


def python(block: Block, session: Session) -> None:
    """A doctest where there is a prompt, else a script; a saved file only has to compile."""
    code = f"{block.page}, line {block.line}"
    if block.file:
        compile(block.text, code, "exec")
        return
    with chdir(session.folder), patch.dict(os.environ, SETTING):
        if ">>>" in block.text:
            said: list[str] = []
            test = parsed(block, session)
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
            runner.run(test, out=said.append, clear_globs=False)
            session.names.update(test.globs)
            if said:
                raise block.wrong("".join(said))
            return
        try:
            exec(compile(block.text, code, "exec"), session.names)
        except Exception as error:
            raise block.wrong(f"{type(error).__name__}: {error}") from error


def parsed(block: Block, session: Session) -> doctest.DocTest:
    names, page = session.names, block.page
    return doctest.DocTestParser().get_doctest(block.text, names, page, page, block.line - 1)


def form(block: Block, _: Session) -> None:
    from symattn.core.errors import SymattnError
    from symattn.core.form_text import read_form, show_form

    try:
        read = read_form(block.text)
    except SymattnError as error:
        raise block.wrong(str(error)) from error
    if read_form(show_form(read)) != read:
        raise block.wrong("the text of this Form is not read back as the same Form")


def toml(block: Block, _: Session) -> None:
    from symattn.core.errors import SymattnError
    from symattn.rendering.notation import from_toml

    try:
        from_toml(block.text)
    except SymattnError as error:
        raise block.wrong(str(error)) from error


def json_block(block: Block, session: Session) -> None:
    """Numbers, when saved under a name; else a record of ours, which names its schema."""
    from jsonschema import ValidationError, validate

    from symattn.core.errors import SymattnError
    from symattn.reading.numbers import read_numbers

    try:
        record = json.loads(block.text)
        if block.file:
            read_numbers(session.folder / block.file)
            return
        schema = ROOT / "symattn" / "schemas" / f"{Path(record.get('schema', '')).name}.json"
        if not schema.is_file():
            raise block.wrong("a record without a file name must name its schema")
        validate(record, json.loads(schema.read_text("utf-8")))
    except (ValueError, SymattnError, ValidationError) as error:
        raise block.wrong(str(error)) from error


def claims(block: Block, session: Session) -> None:
    """Claims: a saved file can be read; in a block without a name every verdict is the expected."""
    from symattn.claims.running import verify
    from symattn.reading.claim_file import Entry, entries
    from symattn.reading.claim_page import read_claim_page
    from symattn.reading.yaml_nodes import yaml_parts

    if block.language == "symattn":
        page = session.folder / "page.md"
        page.write_text(f"```symattn\n{block.text}```\n", "utf-8")
        found = list(read_claim_page(page))
    else:
        found = list(entries(yaml_parts(block.text), block.page))
    for one in found:
        if not isinstance(one, Entry):
            raise block.wrong(str(one))
    for result in [] if block.file else verify(found):
        if not result.ok:
            raise block.wrong(f"{result.id} is {result.verdict}, expected {result.expect}")


def mathematics(block: Block, _: Session) -> None:
    try:
        render(block.text)
    except BadLatex as error:
        raise block.wrong(str(error)) from error


def shell(block: Block, _: Session) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for line in plain_lines(block.text):
        made = re.fullmatch(r"make ([a-z]+)", line)
        if not (made and made[1] in targets) and not any(re.fullmatch(s, line) for s in SHELL):
            raise block.wrong(f"no test knows the shell command {line!r}")


def plain_lines(text: str) -> Iterator[str]:
    """Lines without their comments."""
    for line in text.splitlines():
        words = re.sub(r"(^|\s)#.*", "", line).strip()
        if words:
            yield words


LANGUAGES: dict[str, Callable[[Block, Session], None]] = {
    "console": console,
    "python": python,
    "form": form,
    "toml": toml,
    "json": json_block,
    "yaml": claims,
    "symattn": claims,
    "math": mathematics,
    "sh": shell,
}
