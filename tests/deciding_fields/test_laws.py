"""The laws hold at many points, and each planted bug breaks one."""

import pytest

from symattn.core.errors import NotConcrete
from symattn.deciding.fields import arithmetic, element, functions, unknowns
from symattn.deciding.fields.field import Field, Modulus
from symattn.deciding.fields.primes import pairs
from tests.deciding_fields.laws import LAWS


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_law_holds(law, count):
    for seed in range(3):
        law(Field(pairs(f"claim {seed}", count), f"point {seed}"))


def broken_laws(here) -> list[str]:
    found = []
    for law in LAWS:
        try:
            law(here)
        except (AssertionError, NotConcrete):
            found.append(law.__name__)
    return found


class SmallBase(Field):
    """w = 2**52 in every field, as a float would have it: exp(1) is rational."""

    def _exponential(self, exponent):
        return self.values.joined([pow(2**52, exponent % a.q, a.p) for a in self.pairs])


class WrongOrder(Field):
    """Exponents reduced modulo p - 1, as if w had that order (and they were known there)."""

    def _exponential(self, exponent):
        return self.values.joined([pow(a.w, exponent % (a.q - 1), a.p) for a in self.pairs])


class WrongTurn(Field):
    """The angle turns the wrong way in sums of sines."""

    def _turn(self, angle):
        cos, sin = super()._turn(angle)
        return sin, cos


class NoAnglesInExponents(Field):
    """cos has a random residue mod q."""

    def _turn(self, angle):
        (cos, _), (sin, _) = super()._turn(angle)
        return (cos, angle * angle + 5), (sin, angle + 3)


class OneNumberForAll(Field):
    """The index of a free quantity is forgotten."""

    def drawn(self, what):
        return super().drawn(what.rsplit(" ", 1)[0] if what.startswith("free") else what)


class OtherRoot(Modulus):
    """The root that is no square."""

    def root(self, value, top, bottom):
        found = super().root(value, top, bottom)
        return None if found is None else -found % self.whole


class RootedField(Field):
    def __init__(self, pairs, seed):
        super().__init__(pairs, seed)
        self.values = OtherRoot(self.values.whole, self.values.primes, self.values.parts)


PLANTED = [WrongOrder, WrongTurn, NoAnglesInExponents, OneNumberForAll, RootedField]


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.__name__)
def test_a_planted_field_is_seen(planted):
    assert not broken_laws(Field(pairs("claim"), "point"))
    assert broken_laws(planted(pairs("claim"), "point"))


def test_the_small_base_is_why_w_is_drawn():
    """With w = 2**52 all laws of exponentials hold, and exp(1) = 2**52 'holds' as well."""
    here = SmallBase(pairs("claim"), "point")
    one = element.number(here, 1)
    assert functions.exp(one) == element.number(here, 2**52)
    right = Field(pairs("claim"), "point")
    one = element.number(right, 1)
    for k in range(-70, 71):
        assert functions.exp(one) != element.number(right, 2) ** k


def forgets_exponents(a, b):
    found = arithmetic_product(a, b)
    if found.exact is None and found.exponent is not None:
        found.exponent = found.value
    return found


def adds_taints_wrongly(a, b, factor):
    found = arithmetic_sum(a, b, factor)
    if found.exact is None:
        found.taint = a.taint & b.taint
    return found


def divides_by_the_wrong_side(a, b):
    return arithmetic_quotient(b, a)


def keyed_by_order(field, members, taint):
    value, exponent = field.drawn(f"max {next(iter(members))} {len(field.members)}")
    field.members[value] = frozenset(members)
    return element.Element(field, value, exponent, taint | arithmetic.UNKNOWN)


arithmetic_product, arithmetic_sum = arithmetic.product_of, arithmetic.sum_of
arithmetic_quotient = arithmetic.quotient_of
PATCHES = [
    (element, "product_of", forgets_exponents),
    (element, "sum_of", adds_taints_wrongly),
    (element, "quotient_of", divides_by_the_wrong_side),
    (unknowns, "_unknown", keyed_by_order),
]


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch[2].__name__)
def test_a_planted_operation_is_seen(patch, monkeypatch):
    monkeypatch.setattr(*patch)
    assert broken_laws(Field(pairs("claim"), "point"))


def test_numbers_of_different_points_never_meet():
    here, there = Field(pairs("claim"), "a"), Field(pairs("claim"), "b")
    x, y = element.free(here, "x"), element.free(there, "x")
    assert x.value != y.value
    for meeting in (
        lambda: element.compare(x, y),
        lambda: x == y,
        lambda: x + y,
        lambda: x - y,
        lambda: x * y,
        lambda: x / y,
        lambda: x + element.number(there, 0),
        lambda: x**y,
    ):
        with pytest.raises(ValueError, match="different points"):
            meeting()


def test_a_point_that_is_made_again_is_the_same():
    """Fields are kept for a while only; numbers of one point may know two objects of it."""
    one, again = Field(pairs("claim"), "a"), Field(pairs("claim"), "a")
    x, y = element.free(one, "x"), element.free(again, "x")
    assert element.compare(x, y) == "equal"
    assert functions.exp(x) / functions.exp(y) == element.number(one, 1)
    assert unknowns.maximum(x, element.free(one, "z")) == unknowns.maximum(
        element.free(again, "z"), y
    )
