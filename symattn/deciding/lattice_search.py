"""Engine B on claims about supports: every small case is tried, in order of size.

It knows the words of the language by `core.interpret` and shares no code with engine A. It says no
with a point, or says what it looked at; it never proves anything about all n.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from itertools import product

from symattn.core.claim import Problem, Unknown, at_most, below
from symattn.core.errors import NotConcrete
from symattn.core.expression import ZERO, Expr, I, J, free_names, symbol, walk
from symattn.core.form import SIZES
from symattn.core.interpret import Environment, exact, holds
from symattn.core.text import show
from symattn.deciding.answer import Answer, Entry, No, Number, Point, Unsure, Yes

LARGEST = 6  # every length up to here
MOST_STEPS = 60_000  # nodes of expressions that are evaluated, or about that
DRAWS = 12  # contents of tables that are too large to be enumerated
MOST_CONTENTS = 64
LAYERS = 4  # stacked layers, at least
REALS = (Fraction(0), Fraction(1), Fraction(-1), Fraction(1, 2), Fraction(5, 2))


@dataclass(slots=True)
class Search:
    """A problem with what the search has seen so far."""

    problem: Problem
    width: int  # values that are tried for each parameter
    cases: int = 0
    drawn: bool = False
    seen: dict[Entry, Number] = field(default_factory=dict)


def answer_small(problem: Problem) -> Answer:
    """No at the first small case that breaks the claim, or Yes to what was tried."""
    search = Search(problem, _width(problem))
    try:
        for values in _parameters(search):
            for contents in _contents(search, values):
                found = _broken(search, values, contents)
                if found is not None:
                    return No(found, smallest=_complete(problem))
    except NotConcrete as reason:
        return Unsure(f"cannot evaluate: {reason}")
    if not search.cases:
        return Unsure("no small case satisfies the conditions", known="")
    known = f"every {' and '.join(_lengths(problem))} <= {LARGEST}"
    if any(_is_parameter(u) for u in problem.unknowns):
        known += f" with {search.width} values for each parameter"
    if problem.tables:
        known += ", tables sampled" if search.drawn else ", every table of small entries"
    return Yes(known=f"{known} ({search.cases} cases)")


def tried(problem: Problem, point: Point) -> bool:
    """Whether the search looks at this point (one with tables is never said to be looked at)."""
    search = Search(problem, _width(problem))
    positions = ("i", "j", "h")
    others = [u for u in problem.unknowns if u.name not in positions]
    return not problem.tables and all(point.values[u.name] in _values(search, u) for u in others)


def covers(problem: Problem) -> bool:
    """Whether the search tries every case of a problem: all numbers are capped by conditions."""
    search = Search(problem, _width(problem))
    others = [u for u in problem.unknowns if u.name not in ("i", "j", "h")]
    return not problem.tables and all(
        u.least is not None and u.kind == "integer" and _cap(problem, u) in _values(search, u)
        for u in others
    )


def _cap(problem: Problem, unknown: Unknown) -> Number | None:
    """The largest value that the conditions plainly leave to a number."""
    bounds = [
        c.parts[1].args[0]
        for c in problem.given
        if c.op in ("==", "<=") and c.parts[0] == symbol(unknown.name) and c.parts[1].op == "number"
    ]
    return min((b for b in bounds if isinstance(b, int)), default=None)


def _lengths(problem: Problem) -> list[str]:
    return list(dict.fromkeys((problem.queries, problem.keys)))


def _complete(problem: Problem) -> bool:
    """Whether nothing smaller was left out: only lengths and positions are open."""
    return not problem.tables and all(
        u.name in (*_lengths(problem), "i", "j") for u in problem.unknowns
    )


def _is_parameter(unknown: Unknown) -> bool:
    return unknown.name not in (*SIZES, "i", "j", "h")


def _width(problem: Problem) -> int:
    """How many values of each parameter fit the budget; the same for the same problem."""
    free = sum(_is_parameter(u) for u in problem.unknowns)
    free += sum(u.name in SIZES and u.name not in _lengths(problem) for u in problem.unknowns)
    pairs = 91 if len(_lengths(problem)) == 1 else 441
    pairs *= sum(1 for side in (problem.left, problem.right) for _ in walk(side))
    draws = DRAWS if problem.tables else 1
    return max(
        2, max((w for w in range(2, 10) if w**free * pairs * draws <= MOST_STEPS), default=2)
    )


def _values(search: Search, unknown: Unknown) -> list[Number]:
    if unknown.name in _lengths(search.problem):
        return list(range(1, LARGEST + 1))
    if unknown.kind == "real":
        return list(REALS[: search.width])
    if unknown.least is None:
        return sorted(range(-search.width // 2, search.width - 1), key=lambda x: (abs(x), x < 0))
    layers = unknown.name == show(search.problem.layers)
    width = max(search.width, LAYERS) if layers else search.width
    return list(range(unknown.least, unknown.least + width))


def _parameters(search: Search) -> Iterator[dict[str, Number]]:
    """Lengths and parameters in lexicographic order, as far as the conditions allow them."""
    unknowns = [u for u in search.problem.unknowns if u.name not in ("i", "j", "h")]
    names = {u.name for u in unknowns}
    plain = [c for c in search.problem.given if free_names(c) <= names and not _reads_tables(c)]
    for numbers in product(*(_values(search, u) for u in unknowns)):
        values = {u.name: value for u, value in zip(unknowns, numbers, strict=True)}
        env = Environment(values)
        if all(holds(condition, env) for condition in plain):
            yield values


def _reads_tables(expr: Expr) -> bool:
    return any(node.op == "table" for node in walk(expr))


@dataclass(frozen=True, slots=True)
class Contents:
    """Contents for all tables: listed entries, and a rule for all others."""

    listed: dict[Entry, Number]
    seed: int
    kinds: dict[str, str]

    def read(self, name: str, index: tuple[int, ...]) -> Number:
        if (name, index) in self.listed:
            return self.listed[name, index]
        if self.seed < 2:
            return self.seed
        if self.seed == 2 and self.kinds[name] != "boolean":
            return index[0]
        code = sha256(f"{self.seed}|{name}|{index}".encode()).digest()[0]
        return code % (2 if self.kinds[name] == "boolean" else 3)


def _contents(search: Search, values: dict[str, Number]) -> Iterator[Contents]:
    """All contents of the tables if they are few, a fixed choice of them otherwise."""
    tables = search.problem.tables
    kinds = {t.name: t.kind for t in tables}
    if not tables:
        yield Contents({}, 0, kinds)
        return
    size = int(max(values[name] for name in _lengths(search.problem)))
    places = [(t.name, at) for t in tables for at in product(range(size), repeat=t.indices)]
    options = [range(2) if kinds[name] == "boolean" else range(3) for name, _ in places]
    count = 1
    for option in options:
        count = min(count * len(option), MOST_CONTENTS + 1)
    if count <= MOST_CONTENTS:
        for numbers in product(*options):
            yield Contents(dict(zip(places, numbers, strict=True)), 0, kinds)
        return
    search.drawn = True
    for seed in range(DRAWS):
        yield Contents({}, seed, kinds)


def _broken(search: Search, values: dict[str, Number], contents: Contents) -> Point | None:
    """The first place at which the claim fails for these numbers."""
    asked = search.problem
    seen: dict[Entry, Number] = {}

    def reading(name: str) -> object:
        def read(*index: int) -> Number:
            seen[name, index] = contents.read(name, index)
            return seen[name, index]

        return read

    tables = {t.name: reading(t.name) for t in asked.tables}
    env = Environment(values, tables)  # type: ignore[arg-type]
    ranges = [at_most(ZERO, I), below(I, symbol(asked.queries))]
    ranges += [at_most(ZERO, J), below(J, symbol(asked.keys))]
    known = set(values)  # conditions on these alone were asked before
    given = [c for c in asked.given if c not in ranges and not free_names(c) <= known]
    for place in _places(asked, env):
        seen.clear()
        at = env.at(**place)
        if not all(holds(condition, at) for condition in given):
            continue
        search.cases += 1
        if not CHECKS[asked.relation](asked, at):
            return Point({**values, **place}, dict(sorted(seen.items())))
    return None


def _places(asked: Problem, env: Environment) -> Iterator[dict[str, int]]:
    """The positions h, i, j as far as the problem has them."""
    own = [u.name for u in asked.unknowns if u.name in ("h", "i", "j")]
    first = int(exact(asked.first, env))
    ranges = {
        "h": range(int(env.scalars.get("H", 1))),
        "i": range(first, first + int(env.scalars[asked.queries])),
        "j": range(int(env.scalars[asked.keys])),
    }
    for numbers in product(*(ranges[name] for name in own)):
        yield dict(zip(own, numbers, strict=True))


def _row(asked: Problem, at: Environment) -> int:
    keys = range(int(at.scalars[asked.keys]))
    return sum(holds(asked.left, at.at(j=j)) for j in keys)


def _total(asked: Problem, at: Environment) -> int:
    first = int(exact(asked.first, at))
    rows = range(first, first + int(at.scalars[asked.queries]))
    return sum(_row(asked, at.at(i=i)) for i in rows)


def _far(asked: Problem, at: Environment) -> int:
    """How far the layers reach back: what is seen by what was seen so far, layer by layer."""
    n = int(at.scalars["n"])
    seen = [{j for j in range(n) if holds(asked.left, at.at(i=i, j=j)) or j == i} for i in range(n)]
    known = [{i} for i in range(n)]
    for _ in range(min(n, int(exact(asked.layers, at)))):  # after n layers nothing is new
        known = [set().union(*(known[k] for k in row)) for row in seen]
    return max(i - min(row) for i, row in enumerate(known))


CHECKS = {
    "==": lambda asked, at: holds(asked.left, at) == holds(asked.right, at),
    "<=": lambda asked, at: not holds(asked.left, at) or holds(asked.right, at),
    "nonempty": lambda asked, at: _row(asked, at) > 0,
    "row_count": lambda asked, at: _row(asked, at) == exact(asked.right, at),
    "count": lambda asked, at: _total(asked, at) == exact(asked.right, at),
    "reach": lambda asked, at: _far(asked, at) == exact(asked.right, at),
}
