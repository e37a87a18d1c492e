"""Cross-check: the closed form against computations that know nothing of it.

One side is Form -> SymPy -> numbers; the other is NumPy on whole arrays and, for a mechanism by
itself, the loop oracle written from its paper. They share the Form and the numbers alone. A
difference is a bug of ours: `cross_check` raises `Disagreement` and never merely reports it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import product
from math import inf, isnan
from typing import TYPE_CHECKING, Any

from symattn.core.errors import Usage
from symattn.core.expression import walk
from symattn.core.form import Form
from symattn.core.instance import Instance, instance
from symattn.core.interpret import Number
from symattn.core.layout import entries, layouts
from symattn.deciding.balls import error_in_ulps
from symattn.deciding.sampling import filled
from symattn.derivation.closed_numbers import closed_forms, decimals, enclosures
from symattn.derivation.witness import Witness, loops, whole_arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOLERANCE = 1e-9  # relative; both sides round at 1e-16
SMALLEST = 1e-6  # below this size a difference is absolute
LARGEST = 10**100  # of a given number: a product of three is still a float
HEADS = (3, 4, 6, 2, 8, 5, 1)


class Disagreement(Exception):
    """Two computations of ours differ: a bug of ours, whose record is `check`."""

    def __init__(self, check: CrossCheck) -> None:
        self.check = check
        super().__init__(check.sentence())


@dataclass(frozen=True, slots=True)
class Difference:
    """The place where two computations differ most."""

    size: float
    quantity: str  # "weights" or "output"
    place: tuple[int, ...]  # head, query row, key or channel
    left: float
    right: float
    witness: str  # what the closed form was compared with


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """What was compared, on which numbers, and the largest difference."""

    form: str
    sizes: Mapping[str, int]
    seed: str
    witnesses: tuple[str, ...]
    entries: int  # compared entries, those of all witnesses together
    largest: Difference
    ulps: float | None = None  # proven: no NumPy entry is off by more ulps; None: not asked
    ulps_place: str = ""

    @property
    def agrees(self) -> bool:
        """Whether every difference is rounding."""
        return self.largest.size <= TOLERANCE

    def sentence(self) -> str:
        """One line for people."""
        at = self.largest
        sizes = ", ".join(f"{name} = {size}" for name, size in sorted(self.sizes.items()))
        if not self.agrees:
            return (
                f"{self.form}: closed form and {at.witness} differ: {at.quantity}"
                f"{list(at.place)} is {at.left!r} and {at.right!r} ({sizes}, seed {self.seed})"
            )
        bound = "" if self.ulps is None else f"; NumPy is off by at most {self.ulps:.3g} ulps"
        others = " and ".join(self.witnesses)
        return (
            f"closed form = {others} on {self.entries} entries ({sizes}),"
            f" largest difference {at.size:.1e}{bound}"
        )


def cross_check(
    form: Form,
    n: int = 4,
    *,
    d: int | None = None,
    heads: int | None = None,
    seed: str | None = None,
    rigorous: bool = False,
    sizes: Mapping[str, int] | None = None,
) -> CrossCheck:
    """The record of a comparison on small random rationals, if everything agrees.

    The sizes hide as little as they can: n + 1 keys for n queries, d_v != d, several heads.

    >>> from symattn.core.form_text import form
    >>> cross_check(form(support="j <= i"), n=2).agrees
    True
    """
    base = setting(form, n, d, heads, sizes or {})
    return cross_check_instance(base, seed, rigorous)


def cross_check_instance(
    base: Instance, seed: str | None = None, rigorous: bool = False
) -> CrossCheck:
    """The same for an instance with numbers; whatever it leaves free gets random ones."""
    seed = seed or sha256(str(base.form).encode()).hexdigest()[:12]
    full = filled(base, seed)
    _refuse_large(full)
    enclosed = enclosures(closed_forms(base, full))
    ours = decimals(enclosed)
    witnesses = [witness for witness in (whole_arrays(full), loops(full)) if witness]
    every = [found for witness in witnesses for found in differences(ours, witness)]
    check = CrossCheck(
        form=base.form.name or str(base.form).replace("\n", "; "),
        sizes={name: full.sizes[name] for name in ("n_q", "n_k", "d", "d_v", "H")},
        seed=seed,
        witnesses=tuple(witness.name for witness in witnesses),
        entries=len(every),
        largest=max(every, key=lambda found: found.size),
    )
    if not check.agrees:
        raise Disagreement(check)
    return _bounded(check, enclosed, witnesses[0]) if rigorous else check


def _refuse_large(full: Instance) -> None:
    """Refuse numbers whose products no float holds: the witnesses compute in floats."""
    given: list[tuple[str, Number | None]] = [*full.scalars.items()]
    for name, array in full.arrays.items():
        given += [(f"{name}{list(at)}", value) for at, value in entries(array)]
    for place, value in given:
        if value is not None and not -LARGEST <= value <= LARGEST:
            raise Usage(
                f"{place} is beyond 1e100, too large for the cross-check in floats;"
                " give smaller numbers, or ask for no check"
            )


def differences(ours: Witness, other: Witness) -> Iterator[Difference]:
    """Every entry of both, compared; arrays of other shapes differ without bound."""
    for quantity in ("weights", "output"):
        left, right = getattr(ours, quantity), getattr(other, quantity)
        if left.shape != right.shape:
            yield Difference(inf, quantity, right.shape, len(left), len(right), other.name)
            continue
        for place, a in _entries(left):
            b = float(right[place])
            yield Difference(distance(a, b), quantity, place, a, b, other.name)


def _entries(array: NDArray[Any]) -> Iterator[tuple[tuple[int, ...], float]]:
    for place in product(*map(range, array.shape)):
        yield place, float(array[place])


def distance(a: float, b: float) -> float:
    """How far apart two floats are, relative to their size; NaN is near NaN alone.

    >>> distance(2.0, 1.0), distance(float("nan"), 0.0)
    (0.5, inf)
    """
    if isnan(a) or isnan(b):
        return 0.0 if isnan(a) and isnan(b) else inf
    return 0.0 if a == b else abs(a - b) / max(abs(a), abs(b), SMALLEST)


def _bounded(check: CrossCheck, enclosed: Mapping[str, Any], numpy: Witness) -> CrossCheck:
    """The record with a proven bound of the error of NumPy in ulps, from ball arithmetic."""
    worst, where = 0.0, ""
    for quantity, heads in enclosed.items():
        for place, value in _entries(getattr(numpy, quantity)):
            h, i, t = place
            enclosure = heads[h][i][t]
            if isnan(value) and enclosure.is_nan():  # an empty row that says NaN
                continue
            ulps = error_in_ulps(value, enclosure)
            if ulps > worst:
                worst, where = ulps, f"{quantity}{list(place)}"
    return replace(check, ulps=worst, ulps_place=where)


def setting(
    form: Form, n: int, d: int | None = None, heads: int | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Instance:  # fmt: skip
    """An instance that hides little: other lengths for queries and keys, other widths, heads."""
    plan = layouts(form, True)
    roles = {axis.role for layout in plan.values() for axis in layout.axes}
    turned = [node.parts[4] for e in form.expressions for node in walk(e) if node.op == "rope"]
    pairs = {width.name for width in turned if width.op == "symbol"}  # these must be even
    widths = {str(size.args[0]) for p in form.parameters for size in p.shape if size.op == "symbol"}
    d = d or (4 if "d" in pairs else 3)
    given = {w: 2 if w in pairs else 4 for w in widths if w not in ("d", "d_v")} | dict(sizes or {})
    one_length = "position" in roles or "n" in form.names
    one_head = not roles & {"head", "key head"}
    refusal = Usage("no number of heads fits the form")
    for count in [heads] if heads else [None] if one_head else HEADS:
        try:
            return instance(
                form, n if one_length else n + 1, n_q=n, d=d, d_v=2, heads=count, sizes=given
            )
        except Usage as error:
            refusal = error
    raise refusal
