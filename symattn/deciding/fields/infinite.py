"""+oo, -oo and NaN as exact values, with the rules of IEEE 754.

What would need the sign of a number that has none yet is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symattn.core.errors import NotConcrete


@dataclass(frozen=True, slots=True)
class Infinite:
    """+oo (1), -oo (-1) or NaN (0); NaN equals itself, so that both sides of a claim may say it.

    >>> OO - OO, -OO * OO, NAN == NAN, OO + OO == OO
    (NaN, -oo, True, True)
    """

    sign: int

    @property
    def exact(self) -> None:
        return None

    def __neg__(self) -> Infinite:
        return Infinite(-self.sign)

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Infinite):
            return self if self.sign == other.sign else NAN
        return self

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        return NAN if self == NAN else Infinite(self.sign * _sign(other, "*"))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Infinite) or self == NAN:
            return NAN
        sign = _sign(other, "/")
        if not sign:
            raise NotConcrete("an infinite value divided by zero, whose sign is not known")
        return Infinite(self.sign * sign)

    def __rtruediv__(self, other: Any) -> Any:
        return NAN if self == NAN else other * 0

    def __pow__(self, other: Any) -> Any:
        power = getattr(other, "exact", other)
        if power is None or power.denominator != 1:
            raise NotConcrete("an infinite value to a power that is not a whole number")
        if power == 0:
            return other * 0 + 1
        if power < 0:
            return NAN if self == NAN else other * 0
        return Infinite(self.sign ** int(power))

    def __rpow__(self, other: Any) -> Any:
        raise NotConcrete("a power with an infinite exponent")

    def __abs__(self) -> Infinite:
        return Infinite(abs(self.sign))

    def __lt__(self, other: Any) -> bool:
        return self.sign < 0 and not (isinstance(other, Infinite) and other.sign <= 0)

    def __gt__(self, other: Any) -> bool:
        return self.sign > 0 and not (isinstance(other, Infinite) and other.sign >= 0)

    def __le__(self, other: Any) -> bool:
        return self < other or (self == other and self.sign != 0)

    def __ge__(self, other: Any) -> bool:
        return self > other or (self == other and self.sign != 0)

    def __repr__(self) -> str:
        return {1: "+oo", -1: "-oo", 0: "NaN"}[self.sign]


OO, NAN = Infinite(1), Infinite(0)


def _sign(value: Any, operation: str) -> int:
    """The sign of any value, if it is known."""
    sign = getattr(value, "sign", None)
    if isinstance(value, Infinite) or sign is not None:
        return int(sign)  # type: ignore[arg-type]
    if hasattr(value, "numerator"):
        return int(value > 0) - int(value < 0)
    raise NotConcrete(f"oo {operation} a number whose sign is not known")
