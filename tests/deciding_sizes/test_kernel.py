"""The kernel of proofs at a size: bugs planted into fields and graphs; graphs against floats."""

import re
import subprocess
import sys
from fractions import Fraction
from itertools import combinations, product
from math import exp, sqrt
from pathlib import Path

import pytest

from symattn.deciding import field_kernel as kernel
from symattn.deciding.field_graph import Builder
from symattn.deciding.field_kernel import Graph, Moduli, check, drawn_base, is_prime, prime_factors
from symattn.deciding.field_strength import strengths
from symattn.deciding.fields import primes
from symattn.deciding.fields.primes import pairs
from symattn.deciding.kernel import Rejected

HOMOMORPHISM = Graph(
    (("free", "x"), ("free", "y"), ("+", 0, 1), ("exp", 2), ("exp", 0), ("exp", 1), ("*", 4, 5)),
    (("", 3, 6),),
)


def fields(graph: Graph, count: int = 2, seed: str = "kernel") -> list[Moduli]:
    found = pairs(seed, count, (11,))
    return [Moduli(a.p, a.q, a.r, drawn_base(graph.digest, a.p)) for a in found]


def test_exponentials_multiply():
    check(HOMOMORPHISM, fields(HOMOMORPHISM))


def refuses(graph: Graph, several: list[Moduli], why: str) -> None:
    with pytest.raises(Rejected, match=why):
        check(graph, several)


def test_bugs_in_a_field_are_named():
    good, other = fields(HOMOMORPHISM)
    refuses(HOMOMORPHISM, [], "no field")
    refuses(HOMOMORPHISM, [good, good], "twice")
    for w in (1, good.p - 1, good.w + 1, good.w * good.w % good.p, 2**52, other.w):
        refuses(HOMOMORPHISM, [Moduli(good.p, good.q, good.r, w)], "not the element of order q")
    refuses(HOMOMORPHISM, [Moduli(good.p + 2, good.q, good.r, good.w)], "p = 2 q")
    refuses(HOMOMORPHISM, [Moduli(23, 11, 3, 2)], "right size")


def test_a_composite_prime_is_seen():
    """Products of two primes, of every class that q and p may have, and a strong pseudoprime."""
    q = next(
        n for a in range(2**30 + 1, 2**30 + 40_000, 2) for b in (a + 2, a + 4)
        if (n := a * b) % 4 == 3 and (n + 1) % 16 == 4 and is_prime(a) and is_prime(b)
    )  # fmt: skip
    refuses(HOMOMORPHISM, [Moduli(2 * q + 1, q, _large_factor(q + 1), 4)], "is not prime")
    half = next(q for q in range(2**60 + 3, 2**61, 4) if is_prime(q) and not is_prime(2 * q + 1))
    refuses(HOMOMORPHISM, [Moduli(2 * half + 1, half, _large_factor(half + 1), 4)], "is not prime")
    good = fields(HOMOMORPHISM)[0]
    for r in (good.q, good.r + 4, good.r + 2, 3, 7, (good.p + 1) // 8):
        refuses(HOMOMORPHISM, [Moduli(good.p, good.q, r, good.w)], "no divisor of")
    many = next(k for k in range(1, 10**6) if (good.p + 1) % k == 0 and good.r * k % 4 == 3
                and k > 1)  # fmt: skip
    refuses(HOMOMORPHISM, [Moduli(good.p, good.q, good.r * many, good.w)], "is not prime")
    assert not is_prime(3215031751)
    assert not is_prime(3825123056546413051)


def _large_factor(n: int) -> int:
    """A divisor of the size and class that r needs, prime or not."""
    return next(n // k for k in range(2, 2**20) if n % k == 0 and n // k % 4 == 3)


def test_primality_agrees_with_the_other_test_for_odd_numbers():
    for n in [*range(3, 2000, 2), *range(2**61 - 401, 2**61 + 400, 2)]:
        assert is_prime(n) == primes.is_prime(n), n


def test_factors_multiply_to_the_number():
    for n in range(1, 500):
        found, product_ = list(prime_factors(n)), 1
        for l, many in found:
            assert primes.is_prime(l)
            product_ *= l**many
        assert product_ == n


def test_bugs_in_a_graph_are_named():
    x = ("free", "x")
    bad = {
        "do not come before": [("+", 0, 1), ("+", -1, 0), ("exp", 5)],
        "no operation": [
            *(("%", 0, 0), ("log", 0), ("+", 0, 0, 0), ("system", 0), ("exp", 0, 0), ("/", 0)),
            *(("power", 0), ("power", 0, "2", "2"), ("neg", 0), ("+", 0)),
        ],
        "not rational": [("power", 0, "1/2")],
        "residue modulo q": [],
    }
    for why, nodes in bad.items():
        for node in nodes:
            graph = Graph((x, node), (("", 1, 1),))
            refuses(graph, fields(graph), why)
    nested = Graph((x, ("exp", 0), ("exp", 1)), (("", 2, 2),))
    refuses(nested, fields(nested), "no residue modulo q and r")
    zero = Graph((x, ("-", 0, 0), ("/", 0, 1)), (("", 2, 2),))
    refuses(zero, fields(zero), "division by a residue 0")
    for place in (-1, 2):
        graph = Graph((x,), (("here", 0, place),))
        refuses(graph, fields(graph), "here compares what is no node")
    refuses(Graph((x,), ()), fields(Graph((x,), ())), "nothing to compare")


def test_roots_are_multiplicative_and_a_square_root_of_a_square_is_rational():
    builder = Builder()
    half, root = builder.number(Fraction(1, 2)), {}
    for n in (2, 3, 6, 9, 11, 99, Fraction(1, 11), Fraction(4, 3)):
        root[n] = builder.power(builder.number(n), half)
    cube = builder.power(builder.number(11), builder.number(Fraction(-3, 2)))
    third = builder.power(builder.number(2), builder.number(Fraction(2, 3)))
    equal = [
        (builder.times(root[2], root[3]), root[6]),
        (root[9], builder.number(3)),
        (builder.times(root[9], root[11]), root[99]),
        (builder.times(root[11], root[Fraction(1, 11)]), builder.number(1)),
        (builder.times(cube, builder.power(root[11], builder.number(3))), builder.number(1)),
        (builder.times(root[Fraction(4, 3)], root[3]), builder.number(2)),
        (builder.power(third, builder.number(3)), builder.number(4)),
    ]
    graph = Graph(tuple(builder.nodes), tuple(("", a.at, b.at) for a, b in equal))
    check(graph, fields(graph))
    for a, b in combinations(root.values(), 2):
        wrong = Graph(graph.nodes, (("", a.at, b.at),))
        refuses(wrong, fields(wrong), "differ modulo")
    nonsquare = Graph((("number", "1000003"), ("power", 0, "1/2")), (("", 1, 1),))
    seed = next(f"seed {at}" for at in range(50) if not _is_square(1000003, f"seed {at}"))
    refuses(nonsquare, fields(nonsquare, 1, seed), "no square")


def _is_square(l: int, seed: str) -> bool:
    """Whether a prime is a square in the first pair of a seed: so it is in one of two."""
    (pair,) = pairs(seed, 1, (11,))
    return all(pow(l, (s - 1) // 2, s) == 1 for s in (pair.p, pair.q))


def test_points_of_the_circle_add_angles():
    (moduli,) = fields(HOMOMORPHISM, 1)
    p, r = moduli.p, moduli.r
    z = kernel.drawn_turn("seed", p, r)
    assert (z[0] ** 2 + z[1] ** 2) % p == 1
    assert kernel.turned(z, r, p) == (1, 0) != z
    assert kernel.turned((3, 4), 2, 10**9 + 7) == ((9 - 16) % (10**9 + 7), 24)
    for a, b in ((3, 5), (r - 1, 7), (12345, 98765)):
        (c, s), (e, f) = kernel.turned(z, a, p), kernel.turned(z, b, p)
        assert kernel.turned(z, a + b, p) == ((c * e - s * f) % p, (c * f + s * e) % p)
    assert kernel.drawn_turn("another", p, r) != z


SMALL = ((227, 113, 19), (563, 281, 47), (1283, 641, 107), (719, 359, 5))  # p = 2 q + 1, r | p + 1


def _product(builder: Builder, what: str) -> tuple[object, object]:
    """Products with as many roots as their degree, so that accidents are as frequent as can be."""
    x, found = builder.free("x", ()), builder.number(1)
    for k in range(1, 4):
        at = builder.number(k)
        if what == "mixed":
            parts = builder.turned("cos", x), builder.times(builder.exp(x), builder.exp(at))
        else:
            parts = builder.turned(what, x), builder.turned(what, at)
        found = builder.times(found, builder.minus(*parts))
    return found, builder.number(0)


@pytest.mark.parametrize("what", ["cos", "sin", "mixed"])
@pytest.mark.parametrize("primes_", SMALL, ids=str)
def test_accidents_with_angles_are_no_more_frequent_than_the_bound(what, primes_):
    p, q, r = primes_
    builder = Builder()
    left, right = _product(builder, what)
    graph = Graph(tuple(builder.nodes), (("", left.at, right.at),))
    (strength,) = strengths(graph)
    most = min(strength.size / (q - 1) + strength.turns / (r - 1), 1)
    met = tries = 0
    for seed in range(1500):
        w = drawn_base(f"{seed}", p)
        values = kernel._values(graph.nodes, Moduli(p, q, r, w), f"{seed}")
        tries += 1
        met += values[left.at][0] == values[right.at][0]
    assert met / tries <= most + 4 * sqrt(most * (1 - most) / tries) + 1e-9, (met, tries, most)
    if what == "cos" and r > 40:
        assert met / tries > most / 8  # an undercounted degree would be seen


def terms() -> list[kernel.Node]:
    """All terms of two levels of + - * / over x, y, 1, 2 and their exponentials."""
    leaves: list[kernel.Node] = [("free", "x"), ("free", "y"), ("number", "1"), ("number", "2")]
    nodes = leaves + [("exp", at) for at in range(4)]
    nodes += [(op, a, b) for op in "+-*/" for a, b in product(range(6), repeat=2)]
    first = len(nodes)
    return nodes + [(op, a, b) for op in "+-*/" for a, b in product(range(0, first, 2), repeat=2)]


POINTS = ((0.37, 1.21), (2.03, -0.71), (-1.17, 0.59))


def float_values(nodes: list[kernel.Node], x: float, y: float) -> list[float | None]:
    found: list[float | None] = []
    rules = {"+": float.__add__, "-": float.__sub__, "*": float.__mul__, "/": float.__truediv__}
    for op, *arguments in nodes:
        if op == "free":
            found.append(x if arguments == ["x"] else y)
        elif op == "number":
            found.append(float(arguments[0]))
        else:
            of = [found[a] for a in arguments]
            if None in of or (op == "/" and abs(of[1]) < 1e-9):
                found.append(None)
            else:
                found.append(exp(of[0]) if op == "exp" else rules[op](*of))
    return found


def test_equal_residues_are_equal_functions_over_all_small_terms():
    """Terms fall into the same classes by residues as by floats at three points."""
    nodes = terms()
    floats = list(zip(*(float_values(nodes, x, y) for x, y in POINTS), strict=True))
    kept: list[int] = [at for at, row in enumerate(floats) if None not in row]
    place = {at: new for new, at in enumerate(kept)}
    graph_nodes = tuple(
        (op, *a) if op in ("free", "number") else (op, *(place[b] for b in a))
        for op, *a in (nodes[at] for at in kept)
    )
    classes: dict[tuple[float, ...], list[int]] = {}
    for new, at in enumerate(kept):
        classes.setdefault(tuple(round(v, 7) + 0.0 for v in floats[at]), []).append(new)
    assert 2000 < len(classes) < len(kept)
    same = [("", row[0], other) for row in classes.values() for other in row[1:]]
    graph = Graph(graph_nodes, tuple(same))
    several = fields(graph)
    check(graph, several)
    for moduli in several:
        values = [v for v, _ in kernel._values(graph.nodes, moduli, graph.digest)]
        firsts = [values[row[0]] for row in classes.values()]
        assert len(set(firsts)) == len(firsts)


def test_every_small_change_of_a_graph_is_seen():
    """Another operation, argument, number or name at any node of a true equation."""
    nodes = HOMOMORPHISM.nodes
    rules = {"+": "-*/", "*": "+-/", "exp": ()}
    seen = 0
    for at, (op, *arguments) in enumerate(nodes):
        changed = [(other, *arguments) for other in rules.get(op, ())]
        if op == "free":
            changed += [("free", "z"), ("number", "1")]
            changed += [("free", "y" if arguments == ["x"] else "x")]
        else:
            changed += [
                (op, *arguments[:k], new, *arguments[k + 1 :])
                for k in range(len(arguments)) for new in range(at) if new != arguments[k]
            ]  # fmt: skip
        for node in changed:
            graph = Graph((*nodes[:at], node, *nodes[at + 1 :]), HOMOMORPHISM.equations)
            if _still_true(graph):
                check(graph, fields(graph))
                continue
            with pytest.raises(Rejected):
                check(graph, fields(graph))
            seen += 1
    assert seen > 20


def _still_true(graph: Graph) -> bool:
    names = {"x": 0.37, "y": 1.21, "z": -0.4}
    found: list[float] = []
    rules = {"+": float.__add__, "-": float.__sub__, "*": float.__mul__, "/": float.__truediv__}
    for op, *arguments in graph.nodes:
        if op in ("free", "number"):
            found.append(names.get(arguments[0], 1.0))
        else:
            of = [found[a] for a in arguments]
            found.append(exp(of[0]) if op == "exp" else rules[op](*of))
    return all(abs(found[a] - found[b]) < 1e-9 for _, a, b in graph.equations)


def test_the_kernel_is_small_and_knows_no_engine():
    source = Path(kernel.__file__).read_text("utf-8")
    assert len(source.splitlines()) < 300
    lines = [line for line in source.splitlines() if re.match(r"\s*(from|import)\s", line)]
    own = [line for line in lines if "symattn" in line]
    assert own == ["from symattn.deciding.kernel import Rejected"]
    seen = "import sys, symattn.deciding.field_kernel; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", seen], capture_output=True, text=True, check=True
    )
    for engine in ("fields", "trials", "terms", "field_proof", "field_statement"):
        assert f"symattn.deciding.{engine}" not in loaded.stdout
    for heavy in ("sympy", "numpy", "z3", "flint"):
        assert heavy not in loaded.stdout.split()
