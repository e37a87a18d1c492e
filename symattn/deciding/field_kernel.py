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
        yield from (f"equal {left} {right} {place}" for place, left, right in self.equations)

    @property
    def digest(self) -> str:
        """A hash of the whole graph: the seed of all that is drawn for it."""
        return sha256("\n".join(self.lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Moduli:
    """p = 2 q + 1, and w of order q modulo p."""

    p: Prime
    q: Prime
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
    p, q, w = moduli.p, moduli.q, moduli.w
    if not (LOW < q < HIGH and p == 2 * q + 1 and q % 4 == 3):
        raise Rejected(f"{q} and {p} are not q and p = 2 q + 1 of the right size and class")
    if not (is_prime(q) and is_prime(p)):
        raise Rejected(f"{q} or {p} is not prime")
    if w != drawn_base(seed, p):
        raise Rejected(f"{w} is not the element of order q that the graph draws")


def drawn(seed: str, what: str, modulus: int) -> int:
    """A residue from a hash: uniform up to 2^-130."""
    return int.from_bytes(shake_256(f"{seed}/{what}".encode()).digest(24), "big") % modulus


def drawn_base(seed: str, p: int) -> int:
    """An element of order q modulo p = 2 q + 1: a uniform square, unless that is 0 or 1."""
    squares = (pow(drawn(seed, f"{p}/base {at}", p), 2, p) for at in range(99))
    return next(w for w in squares if w > 1)


def is_prime(n: int) -> bool:
    """Whether an odd n < 2^64 is prime, for certain."""
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    powers = ([pow(a, odd << t, n) for t in range(twos)] for a in WITNESSES if a % n)
    return n > 2 and all(row[0] == 1 or n - 1 in row for row in powers)


Residues = tuple[int, int | None]  # modulo p; modulo q while the number may stand in an exponent


def _values(nodes: Sequence[Node], moduli: Moduli, seed: str) -> list[Residues]:
    found: list[Residues] = []
    for op, *arguments in nodes:
        if op in ("free", "number"):
            found.append(_leaf(str(op), " ".join(map(str, arguments)), moduli, seed))
        else:
            places = [int(a) for a in (arguments[:1] if op == "power" else arguments)]
            if not places or not all(0 <= place < len(found) for place in places):
                raise Rejected(f"a node {op!r} whose arguments do not come before it")
            of = [found[place] for place in places]
            found.append(_computed(str(op), of, arguments, nodes, moduli))
    return found


def _leaf(op: str, text: str, moduli: Moduli, seed: str) -> Residues:
    if op == "number":
        value = Fraction(text)
        return _rational(value, moduli.p), _rational(value, moduli.q)
    p, q = moduli.p, moduli.q
    return drawn(seed, f"{p}/value {text}", p), drawn(seed, f"{p}/exponent {text}", q)


def _rational(value: Fraction, s: Prime) -> int:
    if value.denominator % s == 0:
        raise Rejected(f"a denominator is 0 modulo {s}")
    return value.numerator * pow(value.denominator, -1, s) % s


def _computed(
    op: str, of: list[Residues], arguments: list[str | int], nodes: Sequence[Node], moduli: Moduli
) -> Residues:
    p, q = moduli.p, moduli.q
    (a, e), (b, f) = of[0], of[-1]
    if op == "exp":
        if e is None:
            raise Rejected("an exponential of a number that has no residue modulo q")
        return pow(moduli.w, e, p), None
    if op == "power":
        base, exponent = nodes[int(arguments[0])], Fraction(arguments[1])
        if exponent.denominator == 1 and 0 < exponent <= LARGEST_POWER:
            times = int(exponent)
            return pow(a, times, p), None if e is None else pow(e, times, q)
        if base[0] != "number":
            raise Rejected("a root of a number that is not rational")
        value = Fraction(base[1])
        return _root(value, exponent, p), _root(value, exponent, q)
    if op == "/":
        if b == 0:
            raise Rejected("division by a residue 0")
        inverse = pow(f, -1, q) if f and e is not None else None
        return a * pow(b, -1, p) % p, None if e is None or inverse is None else e * inverse % q
    rule = RULES.get(op)
    if rule is None or len(of) != 2:
        raise Rejected(f"{op!r} is no operation of a graph")
    return rule(a, b) % p, None if e is None or f is None else rule(e, f) % q


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
