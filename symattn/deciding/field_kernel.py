"""The kernel of proofs at a size: a graph of numbers evaluated modulo primes, in plain integers.

It imports nothing of the engines. Primes are tested, w and the points are drawn again from the hash
of the graph, every node is computed again. Why agreement proves: docs/theory/fields.md, section 7.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256, shake_256
from math import gcd

from symattn.deciding.kernel import Rejected

Node = tuple[str | int, ...]  # an operation and its arguments; those that are numbers are nodes
Prime = int
WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)  # enough below 2^64 (Sorenson, Webster)
LOW, HIGH = 2**60, 2**61  # of q
LOW_R = 2**31  # of r
LARGEST_POWER, LARGEST_FACTOR = 1000, 10**6


@dataclass(frozen=True, slots=True)
class Graph:
    """Numbers, each made of earlier ones, and the pairs of them that are claimed to be equal."""

    nodes: tuple[Node, ...]
    equations: tuple[tuple[str, int, int], ...]  # a place, and the nodes of both sides there

    @property
    def lines(self) -> Iterator[str]:
        """The graph as texts."""
        yield from ("node " + " ".join(map(str, node)) for node in self.nodes)
        yield from (
            f"equal {left} {right} {place}".rstrip() for place, left, right in self.equations
        )

    @property
    def digest(self) -> str:
        """A hash of the whole graph: the seed of all that is drawn for it."""
        return sha256("\n".join(self.lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Moduli:
    """Primes p = 2 q + 1 and r, a divisor of p + 1, and w of order q modulo p."""

    p: Prime
    q: Prime
    r: Prime
    w: int


def check(graph: Graph, several: Sequence[Moduli]) -> None:
    """Accept a graph whose equations hold in all fields; anything else is Rejected."""
    if not graph.equations or not several:
        raise Rejected("nothing to compare, or no field to compare it in")
    if len({moduli.p for moduli in several}) < len(several):
        raise Rejected("a field is used twice")
    seed = graph.digest
    for moduli in several:
        _check_moduli(moduli, seed)
        values = _values(graph.nodes, moduli, seed)
        for place, left, right in graph.equations:
            if not (0 <= left < len(values) and 0 <= right < len(values)):
                raise Rejected(f"{place} compares what is no node")
            if values[left][0] != values[right][0]:
                raise Rejected(f"the sides differ modulo {moduli.p} at {place or 'their place'}")


def _check_moduli(moduli: Moduli, seed: str) -> None:
    p, q, r, w = moduli.p, moduli.q, moduli.r, moduli.w
    if not (LOW < q < HIGH and p == 2 * q + 1 and q % 4 == 3):
        raise Rejected(f"{q} and {p} are not q and p = 2 q + 1 of the right size and class")
    if not (LOW_R < r < q and r % 4 == 3 and (p + 1) % r == 0):
        raise Rejected(f"{r} is no divisor of {p} + 1 of the right size and class")
    if not (is_prime(q) and is_prime(p) and is_prime(r)):
        raise Rejected(f"{q}, {p} or {r} is not prime")
    if w != drawn_base(seed, p):
        raise Rejected(f"{w} is not the element of order q that the graph draws")


def drawn(seed: str, what: str, modulus: int) -> int:
    """A residue from a hash: uniform up to 2^-150."""
    return int.from_bytes(shake_256(f"{seed}/{what}".encode()).digest(32), "big") % modulus


def drawn_base(seed: str, p: int) -> int:
    """An element of order q modulo p = 2 q + 1: a uniform square, unless that is 0 or 1."""
    squares = (pow(drawn(seed, f"{p}/base {at}", p), 2, p) for at in range(99))
    return next(w for w in squares if w > 1)


Turn = tuple[int, int]  # cos and sin: a point of the circle modulo p


def drawn_turn(seed: str, p: int, r: int) -> Turn:
    """A point of order r: a uniform point to the power (p + 1) / r, unless that is (1, 0)."""
    for at in range(99):
        t = drawn(seed, f"{p}/turn {at}", p + 1)
        bottom = pow(1 + t * t, -1, p)  # never 0: -1 is no square, as p = 3 modulo 4
        point = (p - 1, 0) if t == p else ((1 - t * t) * bottom % p, 2 * t * bottom % p)
        found = turned(point, (p + 1) // r, p)
        if found != (1, 0):
            return found
    raise Rejected("no point of the circle was drawn")


def turned(point: Turn, times: int, p: int) -> Turn:
    """The point of the circle at so many times the angle."""
    (c, s), (a, b) = (1, 0), point
    while times:
        if times % 2:
            c, s = (c * a - s * b) % p, (c * b + s * a) % p
        a, b, times = (a * a - b * b) % p, 2 * a * b % p, times // 2
    return c, s


def is_prime(n: int) -> bool:
    """Whether an odd n < 2^64 is prime, for certain."""
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    powers = ([pow(a, odd << t, n) for t in range(twos)] for a in WITNESSES if a % n)
    return n > 2 and all(row[0] == 1 or n - 1 in row for row in powers)


# Modulo p; and modulo q r, while the number may stand in an exponent (mod q) or an angle (mod r).
Residues = tuple[int, int | None]


def _values(nodes: Sequence[Node], moduli: Moduli, seed: str) -> list[Residues]:
    found: list[Residues] = []
    z = drawn_turn(seed, moduli.p, moduli.r)
    for op, *arguments in nodes:
        if op in ("free", "number"):
            found.append(_leaf(str(op), " ".join(map(str, arguments)), moduli, seed))
        else:
            places = [int(a) for a in (arguments[:1] if op == "power" else arguments)]
            if len(arguments) != ARITY.get(str(op)):
                raise Rejected(f"{op!r} is no operation of a graph, or has other arguments")
            if not all(0 <= place < len(found) for place in places):
                raise Rejected(f"a node {op!r} whose arguments do not come before it")
            of = [found[place] for place in places]
            found.append(_computed(str(op), of, arguments, nodes, moduli, z))
    return found


def _leaf(op: str, text: str, moduli: Moduli, seed: str) -> Residues:
    p, m = moduli.p, moduli.q * moduli.r
    if op == "number":
        value = Fraction(text)
        return _rational(value, p), _rational(value, m)
    return drawn(seed, f"{p}/value {text}", p), drawn(seed, f"{p}/exponent {text}", m)


def _rational(value: Fraction, s: Prime) -> int:
    if gcd(value.denominator, s) > 1:
        raise Rejected(f"a denominator is 0 in a field of {s}")
    return value.numerator * pow(value.denominator, -1, s) % s


def _computed(
    op: str,
    of: list[Residues],
    arguments: list[str | int],
    nodes: Sequence[Node],
    moduli: Moduli,
    z: Turn,
) -> Residues:
    p, q, r = moduli.p, moduli.q, moduli.r
    m = q * r
    (a, e), (b, f) = of[0], of[-1]
    if op in ("exp", "cos", "sin"):
        if e is None:
            raise Rejected(f"{op} of a number that has no residue modulo q and r")
        return (pow(moduli.w, e, p) if op == "exp" else turned(z, e % r, p)[op == "sin"]), None
    if op == "power":
        base, exponent = nodes[int(arguments[0])], Fraction(arguments[1])
        if exponent.denominator == 1 and 0 < exponent <= LARGEST_POWER:
            times = int(exponent)
            return pow(a, times, p), None if e is None else pow(e, times, m)
        if base[0] != "number":
            raise Rejected("a root of a number that is not rational")
        value = Fraction(base[1])
        by_q, by_r = (_root(value, exponent, s) for s in (q, r))
        return _root(value, exponent, p), (by_q + q * ((by_r - by_q) * pow(q, -1, r) % r)) % m
    if op == "/":
        if b == 0:
            raise Rejected("division by a residue 0")
        inverse = pow(f, -1, m) if f is not None and gcd(f, m) == 1 else None
        return a * pow(b, -1, p) % p, None if e is None or inverse is None else e * inverse % m
    rule = RULES[op]
    return rule(a, b) % p, None if e is None or f is None else rule(e, f) % m


ARITY = {**dict.fromkeys("+-*/", 2), "power": 2, "exp": 1, "cos": 1, "sin": 1}
RULES = {"+": int.__add__, "-": int.__sub__, "*": int.__mul__}


def _root(base: Fraction, exponent: Fraction, s: Prime) -> int:
    """base ** exponent: of each prime of the base the one root that is a square modulo s."""
    if base <= 0 or abs(exponent) > LARGEST_POWER or gcd(exponent.denominator, (s - 1) // 2) != 1:
        raise Rejected("a root that does not exist in a field")
    found, order = 1, (s - 1) // 2
    times = exponent.numerator * pow(exponent.denominator, -1, order) % order
    for direction, n in ((1, base.numerator), (-1, base.denominator)):
        for l, many in prime_factors(n):
            whole = many * exponent.numerator // exponent.denominator
            if whole * exponent.denominator == many * exponent.numerator:
                found = found * pow(l, direction * whole, s) % s
            elif pow(l, order, s) != 1:
                raise Rejected(f"{l} is no square modulo {s}")
            else:
                found = found * pow(l, direction * many * times % order, s) % s
    return found


def prime_factors(n: int) -> Iterator[tuple[int, int]]:
    """The primes of n with their powers."""
    if n > LARGEST_FACTOR**2:
        raise Rejected(f"a root of {n}, which is too large to be factored")
    l = 2
    while n > 1:
        l = l if l * l <= n else n
        many = 0
        while n % l == 0:
            n, many = n // l, many + 1
        if many:
            yield l, many
        l += 1
