"""Writes the parts of docs/ that are computed; a test fails when they are not current.

    python -m docs.generate             mechanisms.md, the map of atlas.md, lists of style.md
    python -m docs.generate --outputs   also what stands below the commands of every page

Outputs are written as they come: read the difference before you commit it.
"""

from __future__ import annotations

import ast
import doctest
import re
import sys
from collections.abc import Iterator
from contextlib import chdir
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from symattn.core.form import Form
from symattn.core.form_text import show_form
from symattn.core.relations import RelationMap
from symattn.core.statement import Mechanism, Statement
from symattn.mechanisms.registry import ALIASES, named, names
from symattn.mechanisms.spec import mechanism
from symattn.relating.relate import related
from symattn.rendering.atlas_svg import draw as draw_map
from symattn.rendering.atlas_text import markdown as map_table
from symattn.rendering.formulas import form_lines
from symattn.rendering.notation import notation
from tests.docs_blocks import Block, blocks, commands, fits
from tests.docs_runner import Session, output_of, parsed, run_block

ROOT = Path(__file__).parent.parent
MECHANISMS, STYLE = ROOT / "docs" / "mechanisms.md", ROOT / "docs" / "style.md"
ATLAS, PICTURE = ROOT / "docs" / "atlas.md", ROOT / "docs" / "atlas.svg"
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
ROUNDING = r"(largest difference|off by at most) \d\S*?(?=[,;\s]|$)"  # differs between machines
BEGIN, END = "<!-- begin computed -->", "<!-- end computed -->"
INTRODUCTION = """\
# Mechanisms

*This page is computed from the registry (`python -m docs.generate`); do not edit it.*

{count} mechanisms, each one small file in `symattn/mechanisms/` with its citation, its Form and an
oracle written as loops. Each entry gives the ways to call it, its Form in the
[language](language.md), and the formulas that differ from those of full attention
([`full`](#full)). An argument that is left out stays a symbol, and what is derived then holds for
every value of it. On the command line: `symattn list NAME`, and `symattn list --json` for programs.
"""


def mechanisms_page() -> str:
    """The page docs/mechanisms.md.

    >>> "## causal" in mechanisms_page()
    True
    """
    return INTRODUCTION.format(count=len(names())) + "".join(entry(named(n)) for n in names())


def entry(found: Mechanism) -> str:
    """One mechanism: title, citation, calls, and its Forms with their formulas."""
    alias = "".join(f" (short: `{a}`)" for a, name in ALIASES.items() if name == found.name)
    lines = [f"\n## {found.name}\n", f"{found.title}{alias}.\n", f"{found.citation}\n"]
    for statement in found.statements:
        form = mechanism(call(found, statement))
        lines += [f"`{call(found, statement, shown=True)}`\n", f"```form\n{show_form(form)}\n```\n"]
        lines += [f"```math\n{latex}\n```\n" for latex in [formulas(form)] if latex]
    return "\n".join(lines)


def call(found: Mechanism, statement: Statement, *, shown: bool = False) -> str:
    """The call that chooses a statement; `shown` marks what the reader fills in.

    >>> [call(named("window"), s, shown=True) for s in named("window").statements][:2]
    ['window(visible=...)', 'window(lookback=...)']
    """
    inside = [f"{option}={word}" for option, word in statement.choice.items()]
    for name, text in statement.arguments.items():
        inside.append(f"{name}={'...' if shown and name == text else text}")
    return f"{found.name}({', '.join(inside)})" if inside else found.name


def formulas(form: Form) -> str:
    """The formulas of a Form that full attention does not have, one below the other."""
    look = notation("vaswani")
    usual = () if form.name == "full" else form_lines(mechanism("full"), look)
    known = {line.latex for line in usual}
    lines = [line.latex for line in form_lines(form, look) if line.latex not in known]
    if not lines:
        return ""
    return "\\begin{gathered}\n" + " \\\\[6pt]\n".join(lines) + "\n\\end{gathered}"


def violations() -> Iterator[str]:
    """Every file and function of ours that is longer than our rules allow."""
    for path in sorted(p for room in ("symattn", "tests", "docs", "bench") for p in python(room)):
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text("utf-8")
        if len(text.splitlines()) > LONGEST_FILE:
            yield f"- `{name}`"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                size = (node.end_lineno or 0) - node.lineno + 1
                if size > LONGEST_FUNCTION:
                    yield f"- `{name}`: `{node.name}`"


def python(room: str) -> Iterator[Path]:
    return (ROOT / room).rglob("*.py")


def style_page() -> str:
    """docs/style.md with the list of violations as it is now."""
    return with_computed(STYLE, list(violations()) or ["None."])


def with_computed(page: Path, lines: list[str]) -> str:
    """The page with these lines between its marks."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after


@cache
def whole_map() -> RelationMap:
    """The registered mechanisms in the order of their supports, and their special cases."""
    return related(relations=("subset", "special case"))


def atlas_page() -> str:
    """docs/atlas.md with the map as it is now."""
    return with_computed(ATLAS, map_table(whole_map()).splitlines())


def picture() -> str:
    """docs/atlas.svg, the picture of the same map."""
    return draw_map(whole_map())


COMPUTED = {
    MECHANISMS: mechanisms_page,
    STYLE: style_page,
    ATLAS: atlas_page,
    PICTURE: picture,
}


Corrections = dict[int, tuple[int, list[str]]]  # first line -> (how many lines, new lines)


def with_outputs(page: Path) -> str:
    """The page with the true output below each of its commands and doctests."""
    lines = page.read_text("utf-8").splitlines()
    corrected: Corrections = {}
    with TemporaryDirectory() as folder:
        session = Session(Path(folder))
        for block in blocks(page, page.relative_to(ROOT).as_posix()):
            if block.language == "console":
                corrected.update(below_commands(block, session))
            elif block.language == "python" and not block.file and ">>>" in block.text:
                corrected.update(below_prompts(block, session))
            else:
                run_block(block, session)
    for first, (count, new) in sorted(corrected.items(), reverse=True):
        lines[first : first + count] = new
    return "\n".join(lines) + "\n"


def below_commands(block: Block, session: Session) -> Corrections:
    """What to put below the commands of a block whose output is not what stands there."""
    found: Corrections = {}
    for command in commands(block):
        code, got = output_of(command, block, session)
        if fits(command.expected, got) and code == command.exit_code:
            continue
        here = re.escape(str(session.folder.resolve())) + r"\S*"
        new = [re.sub(here, "...", re.sub(ROUNDING, r"\1 ...", line)) for line in got]
        kept = command.expected.index("...") if "..." in command.expected else None
        if kept is not None:
            tail = len(command.expected) - kept - 1
            new = [*new[:kept], "...", *(new[-tail:] if tail else [])]
        if code:
            new.append(f"# exit code {code}")
        first = block.line - 1 + command.first
        found[first] = (command.end - command.first, new)
        print(f"{block.page}, line {block.line}: $ {command.words}", file=sys.stderr)
    return found


class Collector(doctest.DocTestRunner):
    """Runs a doctest and keeps what came where something else was expected."""

    def __init__(self) -> None:
        super().__init__(optionflags=doctest.ELLIPSIS, verbose=False)
        self.found: list[tuple[doctest.Example, str]] = []

    def report_failure(self, *seen: Any) -> None:
        _, _, example, got = seen
        self.found.append((example, got))

    def report_unexpected_exception(self, *seen: Any) -> None:
        _, _, example, (kind, reason, _) = seen
        name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
        text = f"Traceback (most recent call last):\n    ...\n{name}: {reason}\n"
        self.found.append((example, text))


def below_prompts(block: Block, session: Session) -> Corrections:
    """The same for the prompts of a doctest."""
    test = parsed(block, session)
    runner = Collector()
    with chdir(session.folder):
        runner.run(test, out=lambda _: None, clear_globs=False)
    session.names.update(test.globs)
    found: Corrections = {}
    for example, got in runner.found:
        first = block.line - 1 + example.lineno + len(example.source.splitlines())
        new = [line or "<BLANKLINE>" for line in got.splitlines()]
        found[first] = (len(example.want.splitlines()), new)
        print(f"{block.page}, line {first}: {example.source.strip()}", file=sys.stderr)
    return found


def main(arguments: list[str]) -> None:
    """Write the computed pages, and with --outputs those with commands."""
    for page, compute in COMPUTED.items():
        page.write_text(compute(), "utf-8")
    if "--outputs" in arguments:
        for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
            page.write_text(with_outputs(page), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
