"""Numbers that a claim gives, and the expressions in them that it states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from symattn.claims.task import POSITIONS
from symattn.core.errors import NotConcrete, Unreadable
from symattn.core.expression import Expr, walk
from symattn.core.interpret import Environment, evaluate
from symattn.core.numbers import exact_number, read_number
from symattn.core.text import Reader, finish
from symattn.deciding.finite_values import MASKED

MINUS_INFINITY = re.compile(r"-\s*(oo|inf|infinity|∞|\\infty)", re.IGNORECASE)
BARE = r"\b([qkvxo])\b(?!\s*\[)"
LONGEST, MOST_WORDS = 2000, 400


def expression(text: str) -> Expr:
    """A number or a vector as text; `q`, `k`, `v`, `x` and `o` may stand without an index.

    >>> expression("dot(q, k) / 2")
    Expr('dot(q[0], k[0]) / 2')
    """
    if len(text) > LONGEST:
        raise Unreadable(text[:80], 0, f"an expression of over {LONGEST} characters")
    reader = Reader(re.sub(BARE, r"\1[0]", text))
    if len(reader.tokens) > MOST_WORDS:
        raise Unreadable(text[:80], 0, f"an expression of over {MOST_WORDS} words")
    found = reader.expression()
    finish(reader)
    return found


def bare(text: str, given: Mapping[str, Any]) -> None:
    """Refuse a letter without an index that stands for several vectors."""
    for name in re.findall(BARE, text):
        said = given.get(name)
        if isinstance(said, list) and any(isinstance(part, list) for part in said):
            raise Unreadable(text[:200], 0, f"{name} is a list of vectors; write {name}[0]")


def environment(given: Mapping[str, Any], base: int = 0) -> Environment:
    """Single numbers, vectors and matrices by name; positions count from 0 in what is returned."""
    scalars: dict[str, Any] = {}
    vectors: dict[str, Any] = {}
    tables: dict[str, Any] = {}
    for name, said in given.items():
        if not isinstance(said, list):
            shift = base if name in POSITIONS else 0
            scalars[name] = exact_number(said, name) - shift
            continue
        entries = [
            [exact_number(e, name) for e in p] if isinstance(p, list) else exact_number(p, name)
            for p in said
        ]
        vectors[name], tables[name] = _vector(entries), _table(entries)
    matrices = {name: _matrix(said) for name, said in given.items() if _is_matrix(said)}
    return Environment(scalars, tables, vectors, matrices)


def _is_matrix(said: Any) -> bool:
    return isinstance(said, list) and bool(said) and all(isinstance(p, list) for p in said)


def _matrix(said: list[list[Any]]) -> Any:
    rows = [[exact_number(entry) for entry in row] for row in said]
    return lambda *_: rows


def matrices_given(expr: Expr, env: Environment) -> None:
    """Refuse a matrix that has no entries."""
    for node in walk(expr):
        if node.op == "matrix" and node.name not in env.matrices:
            raise Unreadable("", 0, f"the matrix {node.name} has no entries", source="given")


def _vector(entries: list[Any]) -> Any:
    """The rows of a matrix, or one vector."""

    def vector(index: int = 0) -> list[Any]:
        if index == 0 and not any(isinstance(e, list) for e in entries):
            return list(entries)
        if not 0 <= index < len(entries) or not isinstance(entries[index], list):
            raise NotConcrete(f"there is no vector {index}")
        return list(entries[index])

    return vector


def _table(entries: list[Any]) -> Any:
    def entry(*index: int) -> Any:
        found: Any = entries
        for at in index:
            if not isinstance(found, list) or not 0 <= at < len(found):
                raise NotConcrete(f"there is no entry {list(index)}")
            found = found[at]
        if isinstance(found, list):
            raise NotConcrete(f"the entry {list(index)} is a row")
        return found

    return entry


def listed(answer: Any) -> list[Any]:
    """The entries of an answer, rows one after the other."""
    parts = answer if isinstance(answer, list) else [answer]
    return [entry for part in parts for entry in (part if isinstance(part, list) else [part])]


def claimed_entry(said: Any, env: Environment) -> Any:
    """A claimed entry: -oo, or a function from an arithmetic to the value of an expression."""
    if isinstance(said, (bool, list, dict)) or said is None:
        raise Unreadable(str(said)[:60], 0, "expected a number, an expression or -oo")
    text = str(said).strip().strip("$")
    if MINUS_INFINITY.fullmatch(text):
        return MASKED
    if text.startswith("-") and _is_number(text):
        number = read_number(text)
        return lambda algebra: algebra["number"](number)
    expr = expression(text)
    return lambda algebra: evaluate(expr, algebra, env)


def _is_number(text: str) -> bool:
    try:
        read_number(text)
    except Unreadable:
        return False
    return True


def read_tolerance(text: str) -> Any:
    """The tolerance as an exact number, if there is one."""
    if not text:
        return None
    found = read_number(text, "tolerance")
    if found < 0:
        raise Unreadable(text, 0, "a tolerance is at least 0", source="tolerance")
    return found
