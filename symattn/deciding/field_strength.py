"""What a graph of numbers is worth as a proof: its growth, its roots and its denominators."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from symattn.core.errors import NotConcrete
from symattn.deciding.field_kernel import LOW, LOW_R, Graph, Node, prime_factors
from symattn.deciding.fields import bounds
from symattn.deciding.fields.bounds import Strength, strength
from symattn.deciding.fields.growth import Growth, free, number
from symattn.deciding.fields.infinite import Infinite
from symattn.deciding.kernel import Rejected

MOST_BITS = 100_000
LONGEST, MOST_TOLD = 60, 3  # of denominators that are listed


def strengths(graph: Graph) -> frozenset[Strength] | str:
    """How much equal residues are worth, over all equations; or why nothing is proved.

    >>> graph = Graph((("free", "x"), ("exp", 0), ("*", 1, 1)), (("", 1, 2),))
    >>> strengths(graph)
    frozenset({Strength(size=4, lost=0, alone=False, turns=0)})
    """
    try:
        grown = growths(graph)
        found = set()
        for left, right in {(left, right) for _, left, right in graph.equations}:
            if isinstance(grown[left], Infinite) or isinstance(grown[right], Infinite):
                return "a division by zero"
            known = strength(grown[left], grown[right], (LOW, LOW_R))
            if known is None:
                reason = grown[left].refused or grown[right].refused
                return reason or "exponents that are not known to be independent"
            found.add(known)
    except NotConcrete as reason:
        return str(reason)
    return frozenset(found)


def growths(graph: Graph) -> list[Growth]:
    """The growth of every node, in the algebra of `fields.growth`."""
    algebra = bounds.algebra()
    found: list[Any] = []
    for op, *arguments in graph.nodes:
        if op == "number":
            found.append(number(Fraction(arguments[0])))
        elif op == "free":
            found.append(free(str(arguments[0])))
        elif op == "power":
            base, exponent = found[int(arguments[0])], Fraction(arguments[1])
            _bounded(base, abs(int(exponent)) + 1)
            found.append(algebra["**"](base, number(exponent)))
        else:
            found.append(algebra[str(op)](*(found[int(a)] for a in arguments)))
        _bounded(found[-1], 1)
    return found


def _bounded(of: Any, times: int) -> None:
    """Refuse coefficients that no number of fields can be sure of, before they fill the memory."""
    if isinstance(of, Growth) and of.top.norm.bit_length() * times > MOST_BITS:
        raise NotConcrete(f"coefficients of over {MOST_BITS} bits")


def root_primes(graph: Graph) -> tuple[int, ...]:
    """The primes under the roots of a graph: they must be squares in all fields."""
    found: set[int] = set()
    for node in graph.nodes:
        if node[0] == "power" and Fraction(node[2]).denominator > 1:
            base = graph.nodes[int(node[1])]
            if base[0] != "number":
                raise Rejected("a root of a number that is not rational")
            for n in Fraction(base[1]).as_integer_ratio():
                found |= {l for l, _ in prime_factors(n)}
    return tuple(sorted(found))


def denominators(graph: Graph) -> Iterator[str]:
    """That denominators do not vanish, where this is not sure from how they are made."""
    positive = list(_positive(graph.nodes))
    bottoms = dict.fromkeys(int(node[2]) for node in graph.nodes if node[0] == "/")
    told = [_text(graph.nodes, at) for at in bottoms if not positive[at]]
    if len(told) > MOST_TOLD or any(len(text) > LONGEST for text in told):
        yield "no denominator is 0"
    else:
        yield from (f"{text} != 0" for text in told)


def _positive(nodes: tuple[Node, ...]) -> Iterator[bool]:
    """For each node whether it is surely positive."""
    found: list[bool] = []
    for op, *arguments in nodes:
        if op == "number":
            found.append(Fraction(arguments[0]) > 0)
        elif op in ("exp", "free", "cos", "sin"):
            found.append(op == "exp")
        else:
            of = arguments[:1] if op == "power" else arguments
            found.append(op != "-" and all(found[int(a)] for a in of))
        yield found[-1]


def _text(nodes: tuple[Node, ...], at: int, budget: int = LONGEST) -> str:
    """A number as text, of which a long one is cut."""
    op, *arguments = nodes[at]
    if op == "number":
        return str(arguments[0])
    if op == "free":
        name, *index = str(arguments[0]).split(" ")
        return f"{name}[{', '.join(index)}]" if index else name
    if budget <= 0:
        return " " * (LONGEST + 1)
    if op == "power":
        return f"{_inside(nodes, int(arguments[0]), budget)} ** {arguments[1]}"
    if op in ("exp", "cos", "sin"):
        return f"{op}({_text(nodes, int(arguments[0]), budget - 5)})"
    left, right = (_inside(nodes, int(a), budget // 2) for a in arguments)
    return f"{left} {op} {right}"


def _inside(nodes: tuple[Node, ...], at: int, budget: int) -> str:
    text = _text(nodes, at, budget - 3)
    plain = nodes[at][0] in ("free", "exp") or text.isdigit()
    return text if plain else f"({text})"
