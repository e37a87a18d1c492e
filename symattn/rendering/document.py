r"""Equations in their environments, and whole files that pdflatex compiles.

An equation may mark its first relation with `&` (as in `a &= b`); equations without a mark are
aligned there as well. Long equations come in several rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from symattn.core.errors import Usage, did_you_mean
from symattn.rendering.breaking import rows
from symattn.rendering.escaping import escape, label_name
from symattn.rendering.line import RELATIONS, TOKEN, Line

LONGEST_TO_BREAK = 100_000  # characters; beyond that lines are not fitted to a page
ENVIRONMENTS = ("align", "equation", "gather")
Block = str | Line | Sequence[str | Line] | tuple[str, Sequence[str | Line]]
PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{textcomp}
\usepackage{lmodern}
\usepackage[margin=20mm]{geometry}
\usepackage{amsmath,amssymb}
\allowdisplaybreaks
\setcounter{MaxMatrixCols}{64}
\setlength{\parindent}{0pt}
"""


def preamble() -> str:
    """What must stand above `\\begin{document}`: the packages that our formulas need."""
    return PREAMBLE


def environment(env: str) -> str:
    """The name of an environment that we write."""
    if env not in ENVIRONMENTS:
        hint = did_you_mean(env, ENVIRONMENTS)
        known = f"environments are {', '.join(ENVIRONMENTS)}"
        raise Usage(f"no environment {env!r}; {hint + ' ' if hint else ''}{known}")
    return env


def wrapped(lines: Iterable[str | Line], env: str = "align", label: str | None = None) -> str:
    r"""The equations in one environment (`equation`: one for each), with labels if wanted.

    One equation gets the label itself; of several, the first is label:1.

    >>> print(wrapped([r"s &= q k^\top", "o = s v"], label="eq:s"), end="")
    \begin{align}
    s &= q k^\top \label{eq:s:1} \\
    o &= s v \label{eq:s:2}
    \end{align}
    """
    env = environment(env)
    equations = [line.latex if isinstance(line, Line) else line for line in lines]
    if not equations:
        raise Usage("there is no equation to write")
    names = _labels(label, len(equations))
    fitted = sum(map(len, equations)) <= LONGEST_TO_BREAK
    if env == "equation":
        return "".join(
            f"\\begin{{equation}}{_mark(name)}\n{_single(latex, fitted)}\n\\end{{equation}}\n"
            for latex, name in zip(equations, names, strict=True)
        )
    written = _aligned if env == "align" else _single
    body = " \\\\\n".join(
        written(latex, fitted) + (f" {_mark(name)}" if name else "")
        for latex, name in zip(equations, names, strict=True)
    )
    return f"\\begin{{{env}}}\n{body}\n\\end{{{env}}}\n"


def _labels(label: str | None, count: int) -> list[str]:
    if label is None:
        return [""] * count
    name = label_name(label)
    return [name] if count == 1 else [f"{name}:{at}" for at in range(1, count + 1)]


def _mark(name: str) -> str:
    return rf"\label{{{name}}}" if name else ""


def _aligned(latex: str, fitted: bool) -> str:
    """An equation for `align`, later rows indented, its fractions in full size."""
    if not fitted:
        return latex if _marked(latex) else Line("", latex).aligned
    first, *rest = rows(full_size(_unmarked(latex)))
    lines = [Line("", first).aligned, *(rf"&\qquad {row}" for row in rest)]
    return " \\notag \\\\\n".join(lines)


def _single(latex: str, fitted: bool) -> str:
    """An equation for `equation` or `gather`; if it is long, with rows of its own."""
    plain = _unmarked(latex)
    found = rows(full_size(plain)) if fitted else [plain]
    if len(found) == 1:
        return found[0]
    first, *rest = found
    body = " \\\\\n".join([Line("", first).aligned, *(rf"&\qquad {row}" for row in rest)])
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _unmarked(latex: str) -> str:
    return latex.replace("&", "", 1) if _marked(latex) else latex


def _marked(latex: str) -> bool:
    """Whether an & stands before the first relation outside brackets; nothing after it is read."""
    depth = 0
    for match in TOKEN.finditer(latex):
        word = match[0]
        depth += word in ("{", r"\begin", r"\left")
        depth -= word in ("}", r"\end", r"\right")
        if depth == 0 and (word == "&" or word in RELATIONS):
            return word == "&"
    return False


CELL = re.compile(r"\\\\(?!\[)")


def full_size(latex: str) -> str:
    r"""The formula with room inside matrices: \dfrac in the cells, \\[6pt] between the rows.

    >>> full_size(r"\begin{pmatrix} \frac{1}{2} \\ 1 \end{pmatrix}")
    '\\begin{pmatrix} \\dfrac{1}{2} \\\\[6pt] 1 \\end{pmatrix}'
    """

    def roomy(match: re.Match[str]) -> str:
        inside = match[2]
        if r"\frac" not in inside:
            return match[0]
        return match[1] + CELL.sub(r"\\\\[6pt]", inside).replace(r"\frac", r"\dfrac") + match[3]

    pattern = r"(\\begin\{[pbv]?matrix\})(.*?)(\\end\{[pbv]?matrix\})"
    return re.sub(pattern, roomy, latex, flags=re.DOTALL)


def document(
    blocks: Iterable[Block], env: str = "align", label: str | None = None, title: str = ""
) -> str:
    """A whole LaTeX file; a block is an equation, several equations, or a title with equations.

    Equations that stand alone share one environment.

    >>> print(document(["a &= b"]).splitlines()[-4])
    \\begin{align}
    """
    parts: list[str] = [rf"\section*{{{escape(title)}}}"] if title else []
    loose: list[str | Line] = []
    groups: list[tuple[str, Sequence[str | Line]]] = []
    for block in blocks:
        if isinstance(block, (str, Line)):
            loose.append(block)
        elif (
            len(block) == 2 and isinstance(block[0], str) and not isinstance(block[1], (str, Line))
        ):
            groups.append((block[0], block[1]))
        else:
            groups.append(("", [line for line in block if isinstance(line, (str, Line))]))
    if loose:
        groups.insert(0, ("", loose))
    for at, (heading, lines) in enumerate(groups, 1):
        if heading:
            parts.append(rf"\subsection*{{{escape(heading)}}}")
        name = label if label is None or len(groups) == 1 else f"{label}:{at}"
        parts.append(wrapped(lines, env, name).rstrip("\n"))
    body = "\n\n".join(parts)
    return f"{PREAMBLE}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
