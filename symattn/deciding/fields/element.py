"""`Element`: a number as residues in all pairs of fields, and what is known of it besides.

Functions stand in `functions.py`. What "equal", "different" and "open" mean, and the proofs:
docs/theory/fields.md.
"""

from __future__ import annotations

from fractions import Fraction
from numbers import Integral
from typing import Any, Literal

from symattn.core.errors import NotConcrete
from symattn.deciding.fields.arithmetic import (
    ANGLE,
    OPEN,
    Factor,
    check_points,
    product_of,
    quotient_of,
    sum_of,
)
from symattn.deciding.fields.field import Field
from symattn.deciding.fields.infinite import NAN, Infinite

LITERAL_BITS = 56  # of the odd part of a numerator: literals near p or q are refused
DENOMINATOR_BITS = 4096
EXACT_BITS = 2048  # rational numbers above are residues only
Likeness = Literal["equal", "different", "open"]
Number = int | Fraction


class Element:
    """A number at one point; `==` says that all residues agree.

    >>> from symattn.deciding.fields.field import field
    >>> from symattn.deciding.fields.primes import pairs
    >>> here = field(pairs("a claim"), "point 1")
    >>> x, y = free(here, "x"), free(here, "y", (3,))
    >>> (x + y) ** 2 == x * x + 2 * x * y + y * y, compare(x * y, x + y)
    (True, 'different')
    """

    # Not a frozen dataclass: those take three times as long to make, and this is the inner loop.
    __slots__ = (
        "exact",
        "exponent",
        "factor",
        "field",
        "power",
        "rooted",
        "sign",
        "taint",
        "value",
    )
    __array_ufunc__ = None  # arrays of NumPy leave operators to the element

    def __init__(
        self,
        field: Field,
        value: int,
        exponent: int | None = None,
        taint: int = 0,
        sign: int | None = None,
        exact: Fraction | None = None,
    ) -> None:
        self.field, self.value, self.exponent = field, value, exponent
        self.taint, self.sign, self.exact = taint, sign, exact
        self.rooted = False  # positive, and all residues are squares: rational powers exist
        self.power: Element | None = None  # y, for a number that is exp(y)
        self.factor: Factor | None = None  # for sums with logarithms

    def of(self, value: Number) -> Element:
        """A rational number at the same point."""
        return number(self.field, value)

    def __add__(self, other: Any) -> Any:
        if other.__class__ is not Element:
            other = lifted(self.field, other)
            if other.__class__ is not Element:
                return NotImplemented
        if self.exact is not None and other.exact is not None:
            return self.of(self.exact + other.exact)
        return sum_of(self, other, 1)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if other.__class__ is not Element:
            other = lifted(self.field, other)
            if other.__class__ is not Element:
                return NotImplemented
        if self.exact is not None and other.exact is not None:
            return self.of(self.exact - other.exact)
        return sum_of(self, other, -1)

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __neg__(self) -> Element:
        return self.of(-self.exact) if self.exact is not None else sum_of(self.of(0), self, -1)

    def __pos__(self) -> Element:
        return self

    def __mul__(self, other: Any) -> Any:
        if other.__class__ is not Element:
            other = lifted(self.field, other)
            if other.__class__ is not Element:
                return NotImplemented
        return product_of(self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if other.__class__ is not Element:
            other = lifted(self.field, other)
            if other.__class__ is not Element:
                return NotImplemented
        return quotient_of(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return lifted(self.field, other) / self

    def __pow__(self, other: Any) -> Any:
        from symattn.deciding.fields.functions import power

        return power(self, lifted(self.field, other))

    def __rpow__(self, other: Any) -> Any:
        return lifted(self.field, other) ** self

    def __eq__(self, other: object) -> bool:
        other = lifted(self.field, other)
        if other.__class__ is not Element:
            return False if isinstance(other, Infinite) else NotImplemented
        return _agree(self, other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __abs__(self) -> Element:
        if self.sign is None:
            raise NotConcrete("abs of a number whose sign is not known")
        return -self if self.sign < 0 else self

    def __lt__(self, other: Any) -> Any:
        return _order(self, other, "<", lambda sign: sign < 0)

    def __le__(self, other: Any) -> Any:
        return _order(self, other, "<=", lambda sign: sign <= 0)

    def __gt__(self, other: Any) -> Any:
        return _order(self, other, ">", lambda sign: sign > 0)

    def __ge__(self, other: Any) -> Any:
        return _order(self, other, ">=", lambda sign: sign >= 0)

    def __bool__(self) -> bool:
        if self.sign is None:
            raise NotConcrete("the truth of a number that may be zero")
        return self.sign != 0

    def __float__(self) -> float:
        if self.exact is None:
            raise NotConcrete("float() of a number that is not rational")
        return float(self.exact)

    def __repr__(self) -> str:
        return f"{self.exact}" if self.exact is not None else f"residue {self.value}"


def compare(left: Any, right: Any) -> Likeness:
    """Whether two numbers are equal at this point, different as functions, or open.

    "different" is certain; "open" means that residues differ where an opaque function or a maximum
    was met; "equal" is evidence, and how strong it is `growth.bound` knows.
    """
    if isinstance(left, Infinite) or isinstance(right, Infinite):
        return "equal" if left == right else "different"
    if _agree(left, right):
        return "equal"
    return "open" if (left.taint | right.taint) & OPEN else "different"


def _agree(left: Element, right: Element) -> bool:
    check_points(left, right)
    if left.value != right.value:
        return False
    if left.exponent is None or right.exponent is None or left.exponent == right.exponent:
        return True
    gap = left.exponent - right.exponent
    angle = (left.taint | right.taint) & ANGLE
    return bool(angle) and all(gap % pair.q == 0 for pair in left.field.pairs)


def number(field: Field, value: Number) -> Element:
    """A rational number.

    >>> from symattn.deciding.fields.field import field
    >>> from symattn.deciding.fields.primes import pairs
    >>> number(field(pairs("a claim"), "point 1"), Fraction(1, 3)) * 3 == 1
    True
    """
    found = field.numbers.get(value)
    if found is None:
        if not isinstance(value, (int, Fraction)):
            raise NotConcrete(f"expected a rational number, got {value!r}")
        found = field.numbers[value] = _number(field, Fraction(value))
    return found


def _number(field: Field, value: Fraction) -> Element:
    top, bottom = value.as_integer_ratio()
    residues = []
    for modulus in (field.P, field.M):
        try:
            residues.append(top * pow(bottom, -1, modulus) % modulus)
        except ValueError:
            raise NotConcrete(f"the denominator of {value} is 0 in a field") from None
    small = max(top.bit_length(), bottom.bit_length()) <= EXACT_BITS
    sign = (top > 0) - (top < 0)
    return Element(field, residues[0], residues[1], 0, sign, value if small else None)


def literal(field: Field, value: Number) -> Element:
    """A rational number that somebody wrote; one whose size is near that of the primes is refused.

    Powers of two do not count, so that every float is a literal.
    """
    top, bottom = Fraction(value).as_integer_ratio()
    odd = top // (top & -top) if top else 0
    if odd.bit_length() > LITERAL_BITS or bottom.bit_length() > DENOMINATOR_BITS:
        raise NotConcrete(f"the number {_short(value)} is too large for exact evaluation in fields")
    return number(field, value)


def _short(value: Number) -> str:
    text = str(value) if Fraction(value).numerator.bit_length() < 400 else "of over 400 bits"
    return text if len(text) <= 60 else text[:57] + "..."


def lifted(field: Field, value: Any) -> Any:
    """An operand as an element; what is no number stays as it is."""
    if isinstance(value, float):
        return _of_float(field, value)
    if isinstance(value, int | Fraction):
        return value if isinstance(value, bool) else literal(field, value)
    return literal(field, int(value)) if isinstance(value, Integral) else value  # of NumPy


def _of_float(field: Field, value: float) -> Any:
    if value != value:
        return NAN
    if value in (float("inf"), float("-inf")):
        return Infinite(1 if value > 0 else -1)
    return literal(field, Fraction(value))


def free(field: Field, name: str, index: tuple[int, ...] = (), positive: bool = False) -> Element:
    """A free quantity: residues from a hash of seed, name and index.

    A positive one is drawn as a square, so that its rational powers exist.
    """
    value, exponent = field.drawn(f"free {name} {','.join(map(str, index))}")
    if not positive:
        return Element(field, value, exponent)
    found = Element(field, value * value % field.P, exponent * exponent % field.M, 0, 1)
    found.rooted = True
    return found


def _order(left: Element, right: Any, operation: str, rule: Any) -> Any:
    """A comparison that the known signs decide; every other is a branch on data, and refused."""
    right = lifted(left.field, right)
    if right.__class__ is not Element:
        return NotImplemented
    gap = left - right
    if gap.sign is None:
        raise NotConcrete(f"the comparison {operation} of two numbers that are not rational")
    return rule(gap.sign)
