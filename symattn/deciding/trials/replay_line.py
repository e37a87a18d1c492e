"""The line that lets a reader see a counterexample: both sides, computed by plain Python.

Floats where they show the gap, balls of python-flint where they cannot. Scores, weights and outputs
are functions `s`, `w`, `o` of positions, written from the formula; see `replay_code`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite, log
from typing import Any

from symattn.core.term_claim import TermClaim
from symattn.deciding.answer import Number, Point
from symattn.deciding.trials.replay_code import Code
from symattn.deciding.trials.replay_words import fresh

VISIBLE = 1e-6  # the relative gap that is left to floats
FLOAT_FUNCTIONS = ("exp", "sqrt", "log", "tanh", "cos", "sin", "inf", "nan", "floor")
FLINT = {
    "exp": "exp = lambda x: arb(x).exp()", "sqrt": "sqrt = lambda x: arb(x).sqrt()",
    "log": "log = lambda x: arb(x).log()", "tanh": "tanh = lambda x: arb(x).tanh()",
    "cos": "cos = lambda x: arb(x).cos()", "sin": "sin = lambda x: arb(x).sin()",
    "inf": "inf = arb('inf')", "nan": "nan = arb('nan')", "floor": "floor = lambda x: int(x // 1)",
}  # fmt: skip
WORDS = {  # helpers that a line defines if it uses them
    "sigmoid": "sigmoid = lambda x: 1 / (1 + exp(-x))",
    "dot": "dot = lambda a, b: sum(x * y for x, y in zip(a, b))",
    "plus": "plus = lambda a, b: [x + y for x, y in zip(a, b)]",
    "minus": "minus = lambda a, b: [x - y for x, y in zip(a, b)]",
    "times": "times = lambda c, a: [c * x for x in a]",
    "mult": "mult = lambda a, m: [dot(a, column) for column in zip(*m)]",
    "norm": "norm = lambda a: times(1 / sqrt(dot(a, a) / NUMBER(len(a))), a)",
    "floor_log": "floor_log = lambda x, b, c: "
    "next(k for k in range(-99, 999) if b ** (k + 1) > x ** c)",
    "phi": "phi = lambda a: [x + 1 if x > 0 else exp(x) for x in a]",
    "rope": "rope = lambda a, p, base, pair, m: (lambda f, c: "
    "[a[t] * cos(f[c[t][0]]) + c[t][2] * a[c[t][1]] * sin(f[c[t][0]]) if t < m else a[t] "
    "for t in range(len(a))])([p * NUMBER(base) ** (NUMBER(-2 * t) / m) for t in range(m // 2)], "
    "[(t % (m // 2), t + m // 2, -1) if t < m // 2 else (t - m // 2, t - m // 2, 1) "
    "for t in range(m)] if pair == 'half' else "
    "[(t // 2, t + 1, -1) if t % 2 == 0 else (t // 2, t - 1, 1) for t in range(m)])",
}
NEEDS = {
    "sigmoid": ("exp",), "norm": ("times", "dot", "sqrt"), "phi": ("exp",), "mult": ("dot",),
    "rope": ("cos", "sin"),
}  # fmt: skip


def line(claim: TermClaim, point: Point, left: Any, right: Any) -> str:
    """A line to paste into a shell that prints both sides.

    >>> from fractions import Fraction
    >>> from symattn.core.expression import lift
    >>> claim = TermClaim(lift("a + 1"), "==", lift("a"))
    >>> line(claim, Point({"a": Fraction(1, 2)}), Fraction(3, 2), Fraction(1, 2))
    'python -c "a = 1/2; print(a + 1, a)"'
    """
    floats = shows_in_floats(left, right)
    code = Code(claim, exact=not floats)
    sides = [code.text(side) for side in (claim.left, claim.right)]
    functions = code.definitions(point)
    given = _values(code, point) + _entries(code, point)
    body = [*given, *functions]
    if floats:
        shown = f"print({sides[0]}, {sides[1]})"
    else:
        shown = f"print({_wide(left, sides[0])}, {_wide(right, sides[1])})"
    start = _start(code, floats, "; ".join((*body, shown)), _digits(left, right))
    return f'python -c "{"; ".join((*start, *body, shown))}"'


def shows_in_floats(left: Any, right: Any) -> bool:
    """Whether floats show the gap, as far as the sizes of the sides say."""
    if isinstance(left, (int, Fraction)) and left == right:
        return True  # no gap is to be seen
    pairs = zip(left, right, strict=True) if isinstance(left, list) else [(left, right)]
    return any(_gap(a, b) for a, b in pairs)


def _gap(a: Any, b: Any) -> bool:
    try:
        x, y = (float(v) for v in (a, b))
    except (ValueError, OverflowError):
        return False
    if x != x or y != y:  # which Python's floats refuse to compute
        return False
    size = max(abs(x), abs(y))
    return isfinite(size) and size > 1e-100 and abs(x - y) > VISIBLE * size


def _digits(left: Any, right: Any) -> int:
    """Bits of precision at which the gap is plain."""
    from flint import arb, ctx

    from symattn.deciding.trials.replay_numbers import ball

    pairs = zip(left, right, strict=True) if isinstance(left, list) else [(left, right)]
    best = 200
    for a, b in pairs:
        a, b = ball(a), ball(b)
        if not isinstance(a, arb) or not isinstance(b, arb) or a.overlaps(b):
            continue
        size = max(abs(a).upper(), abs(b).upper())
        needed = int(float((size / abs(a - b).lower()).log()) / log(2)) + 100
        best = max(best, min(needed, 40 * ctx.prec))
    return best


def _wide(value: Any, text: str) -> str:
    """The text of a side as a ball, entry by entry for a vector."""
    return f"[arb(x) for x in {text}]" if isinstance(value, list) else f"arb({text})"


def _start(code: Code, floats: bool, body: str, bits: int) -> list[str]:
    """Imports and the helpers that the rest uses."""
    used = [word for word in WORDS if f"{word}(" in body and word in code.used]
    for word in list(used):
        used += [w for w in NEEDS.get(word, ()) if w in WORDS and w not in used]
    needed = {f for f in FLOAT_FUNCTIONS if f in code.used}
    needed |= {w for word in used for w in NEEDS.get(word, ()) if w in FLOAT_FUNCTIONS}
    used.sort(key=list(WORDS).index)
    number = "" if floats else "arb"
    words = [WORDS[word].replace("NUMBER", number) for word in used]
    if floats:
        names = ", ".join(f for f in FLOAT_FUNCTIONS if f in needed)
        return [*([f"from math import {names}"] if names else []), *words]
    start = ["from flint import arb, ctx, fmpq" if "fmpq" in body else "from flint import arb, ctx"]
    start += [f"ctx.prec = {bits}"]
    return [*start, *(FLINT[f] for f in FLOAT_FUNCTIONS if f in needed), *words]


def _values(code: Code, point: Point) -> list[str]:
    """`n, i, j = 2, 1, 0`."""
    values = dict(point.values)
    lengths = {e.name for e in code.read() if e.op == "symbol"} & {"n_q", "n_k", "n"}
    for name in sorted(lengths - set(values)):
        values[name] = values["n"] if "n" in values else values["n_k"]
    values = {name: v for name, v in values.items() if name in code.named()}
    if not values:
        return []
    names = ", ".join(map(fresh, values))
    return [f"{names} = {', '.join(code.number(n) for n in values.values())}"]


def _entries(code: Code, point: Point) -> list[str]:
    """Vectors and matrices as lists where they can be, tables by their indices."""
    kinds = {p.name: len(p.shape) for p in code.claim.parameters}
    kinds |= dict.fromkeys("qkv", 1)
    rows: dict[str, dict[tuple[int, ...], Number]] = {}
    for (name, index), n in point.entries.items():
        rows.setdefault(name, {})[index] = n
    return [f"{fresh(name)} = {_nested(code, found, kinds.get(name, 0))}"
            for name, found in rows.items()]  # fmt: skip


def _nested(code: Code, found: Mapping[tuple[int, ...], Number], widths: int) -> str:
    if not widths:
        items = {_key(index): code.number(n) for index, n in found.items()}
        return _listed(items)
    inner: dict[tuple[int, ...], dict[int, Number]] = {}
    if widths == 1:
        for index, n in found.items():
            inner.setdefault(index[:-1], {})[index[-1]] = n
        rows = {index: _row(code, row) for index, row in inner.items()}
    else:
        matrices: dict[tuple[int, ...], dict[tuple[int, ...], Number]] = {}
        for index, n in found.items():
            matrices.setdefault(index[:-2], {})[index[-2:]] = n
        rows = {index: _nested(code, matrix, 1) for index, matrix in matrices.items()}
    if () in rows:
        return rows[()]
    return _listed({_key(index): row for index, row in rows.items()})


def _row(code: Code, row: Mapping[int, Number]) -> str:
    return f"[{', '.join(code.number(row[t]) for t in sorted(row))}]"


def _key(index: tuple[int, ...]) -> str:
    return str(index[0]) if len(index) == 1 else str(index)


def _listed(items: Mapping[str, str]) -> str:
    """A list if the keys are 0, 1, ..., and else a dictionary."""
    if list(items) == [str(at) for at in range(len(items))]:
        if len(items) > 8 and len(set(items.values())) == 1:
            return f"[{items['0']}] * {len(items)}"
        return f"[{', '.join(items.values())}]"
    return f"{{{', '.join(f'{key}: {value}' for key, value in items.items())}}}"
