"""`Q: matrix n d`, `PE: scalar[i,j]`, `tau: positive`: what somebody says that letters mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symattn.core.errors import Unreadable
from symattn.core.expression import Expr
from symattn.core.text import read
from symattn.reading.latex.kinds import Declared

KINDS = ("scalar", "real", "number", "positive", "integer", "vector", "row", "column", "matrix",
         "function")  # fmt: skip
LINE = re.compile(
    r"\s*\\?([A-Za-z][A-Za-z_0-9]*)\s*:\s*([a-z]+)\s*(\[[^\]]*\])?\s*(.*?)\s*", re.ASCII
)


def declared(lines: Sequence[str]) -> dict[str, Declared]:
    """The declarations by name.

    >>> declared(["Q: matrix n d"])["Q"].kind
    'matrix'
    """
    found: dict[str, Declared] = {}
    for line in lines:
        for part in line.split(";"):
            name, said = _one(part)
            if name in found:
                raise Unreadable(line, 0, f"{name!r} is declared twice")
            found[name] = said
    return found


def _one(line: str) -> tuple[str, Declared]:
    match = LINE.fullmatch(line)
    if match is None or len(line) > 200:
        raise Unreadable(line[:200], 0, "expected a declaration, such as Q: matrix n d")
    name, kind, index, sizes = match.groups()
    if kind not in KINDS:
        raise Unreadable(line, match.start(2), f"{kind!r} is none of {', '.join(KINDS)}")
    indices = index.count(",") + 1 if index and index[1:-1].strip() else 0
    shape: list[Expr] = [
        read(size, "number") for size in re.split(r"\s*x\s+|\s*,\s*|\s+", sizes) if size
    ]
    if len(shape) > (2 if kind == "matrix" else 1 if kind in ("vector", "row", "column") else 0):
        raise Unreadable(line, match.start(4), f"too many sizes for a {kind}")
    plain = {"real": "scalar", "number": "scalar"}.get(kind, kind)
    return name, Declared(plain, indices, tuple(shape))
