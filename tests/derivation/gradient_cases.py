"""What the gradient tests share: cases, and L = sum(dO * O) in SymPy, built without the gradients.

Nothing here imports `derivation`, except to ask a gradient for its values.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import mpmath
import sympy

from symattn.core.attend import attend
from symattn.core.form import Form
from symattn.core.form_text import read_form
from symattn.core.instance import Instance, instance, with_numbers
from symattn.core.meaning import Free
from symattn.core.numbers import Numbers
from symattn.core.symbolic import algebra as sympy_algebra
from symattn.deciding.sampling import filled
from symattn.derivation.gradients.gradient import Gradient, gradient
from symattn.derivation.gradients.gradient_entries import given, places, settled, values
from symattn.mechanisms.registry import named, names
from symattn.mechanisms.spec import mechanism

DIGITS = 50
CLOSE = mpmath.mpf(10) ** -40

COMPOSITIONS = (
    "causal+bias",
    "causal+alibi+softcap(30)",
    "gqa(groups=2)+causal+rope",
    "mqa+alibi+causal",
    "projected+multihead",
    "projected+rope+gqa(groups=2)",
    "shaw(clip=2)+causal+learned_sink",
    "differential+causal+alibi",
    "linear+rope+causal",
    "retention+rope+gqa(groups=2)",
    "mla_absorbed+causal",
    "qk_norm+rope+causal+log_n",
    "rope(scale=s, base=b)+causal",
    "softmax1+window(visible=3)+kerple(variant=power)",
    "sigmoid+causal+alibi",
    "(window(visible=2)|sink_tokens(1))+causal+t5(buckets=4,distance=8)",
    "fire+causal+softcap(c2)+multihead",
    "softcap(c)+temperature",
    "padding+bias+gqa(groups=2)",
)
FORMS = {
    "uniform": "support: j < i\nempty: uniform",
    "uniform sink": "support: j < i\nempty: uniform\nweights: softmax(sink=z[h])",
    "rows": "support: j < i\nscore 1: dot(q[i], k[j])\nscore 2: dot(q[i], u) + j + 1\n"
    "weights: a * softmax[1] + b[i] * linear[2]\nempty: uniform\n"
    "where: a: real, b[_]: real, u: vector d",
    "offset": "support: j <= i + n_k - n_q\noffset: n_k - n_q\nscore: dot(x[i], x[j])\nvalue: x[j]",
    "crossed": "offset: 2\nscore: dot(x[i], x[j]) + PE[i,j] * PE[j,i] + PE[i,i]\nvalue: x[j]",
    "bound twice": "score: dot(q[i], k[j]) + sum(j, 0, 3, a[j]) * j",
    "bound entry": "score: dot(q[i], k[j]) + sum(t, 0, i, a[t] * cos(t * w)) * j",
    "bound keys": "score: dot(q[i], k[j]) + sum(j2, j2 <= j, a[j2] * c[i])",
    "output": "score: dot(q[i], k[j])\nvalue: g[j] * v[j] + x[i]\n"
    "output: sigmoid(b[i]) * o[i] + x[i] @ W_o\nwhere: x[_]: vector d_v, W_o: matrix d_v d_v",
    "bilinear": "score: dot(q[i] @ A, k[j] @ B.T)\nwhere: A: matrix d d_c, B: matrix d_c d",
    "opaque": "score: f(dot(q[i], k[j]), m[h]) * (j + 1) + g(T) * j\n"
    "where: f: function, g: function",
    "choice": "score: where(i == j, T, dot(q[i], k[j]))",
    "everything": "score: dot(q[i], k[j]) ** 3 / T ** 2"
    " + j * log(1 + exp(dot(q[i], u))) * tanh(r) / sqrt(2 + cos(r) * sin(r))",
    "kinks": "score: abs(dot(q[i], k[j])) + max(m[i], b[j])",
    "feature": "score: dot(norm(q[i] + u), phi(k[j] @ W))\nwhere: W: matrix d d",
    "names": "score: alpha[i] * j + dot(q[i], k[j]) * dP + S * j",
    "heads": "heads: h // 2\nsupport: j <= i + h\nscore: dot(q[i], k[j]) * m[h // 2] + PE[i,j]",
    "quotient": "score: dot(phi(q[i]), phi(k[j])) * g ** abs(i - j)\nweights: linear\n"
    "where: g: real > 0",
}
# Lengths and widths at which every name has a gradient that is not 0.
LARGER = {
    "dilated(rate=3)": (2, 5, 2),
    "packed": (2, 5, 2),
    "padding+bias+gqa(groups=2)": (2, 4, 2),
    "softmax1+window(visible=3)+kerple(variant=power)": (3, 3, 2),
    "rope(scale=s, base=b)+causal": (2, 2, 4),
    "uniform": (3, 3, 2),
    "rows": (3, 3, 2),
}


def registered() -> list[str]:
    """Every mechanism with each of its examples, as a spec."""
    found = []
    for name in names():
        for example in named(name).examples:
            inside = ", ".join(f"{key}={value}" for key, value in example.items())
            found.append(f"{name}({inside})" if inside else name)
    return found


CASES = [*registered(), *COMPOSITIONS, *FORMS]


def form_of(case: str) -> Form:
    return read_form(FORMS[case]).called(case) if case in FORMS else mechanism(case)


def at_sizes(found: Gradient, heads: int = 2) -> Instance:
    """A small Instance in which every name has a number; lengths differ where they may."""
    n_q, n_k = (3, 3) if found.same_length else (2, 3)
    if found.heads:
        n_q = n_k = 2
    n_q, n_k, d = LARGER.get(found.form.name, (n_q, n_k, 2))
    d_v = 1 if found.heads else 2
    base = instance(found.form, n_k, n_q=n_q, d=d, d_v=d_v, heads=heads if found.heads else None)
    return filled(base, f"{found.form}/gradients")


def upstream(h: int, i: int, c: int) -> Fraction:
    drawn = Random(f"{h}/{i}/{c}")
    return Fraction(drawn.choice((-1, 1)) * drawn.randint(1, 9), drawn.randint(1, 7))


def number_of(base: Instance, name: str, index: tuple[int, ...]) -> Fraction:
    found = base.entry(name, index) if index else Fraction(base.scalars[name])
    assert found is not None
    return found


def truth(base: Instance) -> dict[tuple[str, tuple[int, ...]], Any]:
    """SymPy's derivative of L by every symbol, as a number of 50 digits."""
    whole = {p.name for p in base.form.parameters if p.kind in ("integer", "boolean")}
    kept = {name: array for name, array in base.arrays.items() if name in whole}
    singles = {name: Fraction(v) for name, v in base.scalars.items() if name in whole}
    open_base = with_numbers(base, Numbers(kept, singles, base.functions))
    symbols: dict[tuple[str, tuple[int, ...]], Any] = {}

    def entry(name: str, index: tuple[int, ...]) -> Any:
        label = "_".join([name, *(str(at).replace("-", "m") for at in index)])
        positive = {"positive": True} if number_of(base, name, index) > 0 else {"real": True}
        return symbols.setdefault((name, index), sympy.Symbol(label, **positive))

    loss = sympy.Integer(0)
    for head in range(base.sizes["H"]):
        seen = attend(open_base, sympy_algebra(), head, Free(entry))
        for r, row in enumerate(seen.output):
            for c, value in enumerate(row):
                loss += sympy.Rational(upstream(head, r + base.offset, c)) * value
    derivatives = [sympy.diff(loss, symbol) for symbol in symbols.values()]
    compute = sympy.lambdify(list(symbols.values()), derivatives, modules="mpmath", cse=True)
    with mpmath.workdps(DIGITS):
        points = [real(number_of(base, name, index)) for name, index in symbols]
        return dict(zip(symbols, compute(*points), strict=True))


def real(value: int | Fraction) -> Any:
    return mpmath.mpf(value.numerator) / value.denominator


def elu1(x: Any) -> Any:
    return x + 1 if x > 0 else mpmath.exp(x)


REALS = {
    "number": real,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "neg": lambda a: -a,
    "sqrt": mpmath.sqrt,
    "exp": mpmath.exp,
    "log": mpmath.log,
    "tanh": mpmath.tanh,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "cos": mpmath.cos,
    "sin": mpmath.sin,
    "abs": abs,
    "min": min,
    "max": max,
    "elu1": elu1,
}
# The derivatives of x/2 - x**2/5 + y/3 - y**2/6, as `deciding.sampling` fills opaque functions.
PRIMES = {
    "f_prime": lambda x: real(Fraction(1, 2)) - 2 * x / 5,
    "f_prime1": lambda x, _: real(Fraction(1, 2)) - 2 * x / 5,
    "f_prime2": lambda _, y: real(Fraction(1, 3)) - y / 3,
    "g_prime": lambda x: real(Fraction(1, 2)) - 2 * x / 5,
}


def ours(found: Gradient, base: Instance) -> dict[tuple[str, tuple[int, ...]], Any]:
    """Every entry of every gradient, by the name and index of what it is the gradient of."""
    from dataclasses import replace

    n_q, n_k = base.sizes["n_q"], base.sizes["n_k"]
    with mpmath.workdps(DIGITS):
        env = given(found, base, REALS, upstream)
        env = replace(env, functions={**env.functions, **PRIMES})
        value = values(found, n_q, n_k, env, REALS)
        known = settled(found, n_q, n_k, env)
        return {
            (formula.of, index): entry
            for formula in found.entrywise
            if formula.of
            for place in places(formula, found, known)
            for index, entry in flat(value(formula.name, *place), place)
        }


def flat(value: Any, index: tuple[Any, ...]) -> list[tuple[tuple[int, ...], Any]]:
    if not isinstance(value, list):
        return [(index, value)]
    return [pair for at, inner in enumerate(value) for pair in flat(inner, (*index, at))]


def assert_same(got: dict[Any, Any], expected: dict[Any, Any]) -> None:
    """Raise unless every entry is there and agrees to 40 digits; what nobody reads must be 0."""
    assert expected, "nothing to compare with"
    for name in {name for name, _ in expected}:
        largest = max(abs(entry) for (own, _), entry in expected.items() if own == name)
        assert largest > CLOSE, f"the gradient of {name} is 0: a bug in it would not be seen"
    for key in got.keys() | expected.keys():
        one, other = got.get(key, 0), expected.get(key, 0)
        assert mpmath.isfinite(one), f"{key}: {one}"
        assert mpmath.isfinite(other), f"{key}: {other}"
        gap = abs(one - other)
        assert gap <= CLOSE * (1 + abs(other)), f"{key}: got {one}, expected {other}"


def compare(found: Gradient, base: Instance) -> None:
    assert_same(ours(found, base), truth(base))


def of(case: str) -> Gradient:
    return gradient(form_of(case))
