"""From a wish (which quantity, sizes, numbers) to a Derivation, checked before it leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from symattn.core.errors import Usage, did_you_mean
from symattn.core.form import Form
from symattn.core.instance import Instance, instance
from symattn.core.interpret import Environment
from symattn.core.numbers import Numbers
from symattn.core.steps import Derivation, Entry, Step, Worked
from symattn.derivation import entries as closed
from symattn.derivation import general
from symattn.derivation.checking import checked

WHAT = (*general.WHAT, "gradient")
CHECKS = ("numpy", "rigorous", "none")
LARGEST = 512  # positions for entry-by-entry closed forms


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be derived."""

    what: str = "weights"
    n: int | None = None
    n_q: int | None = None
    d: int | None = None
    row: int | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    numbers: Numbers = field(default_factory=Numbers)
    check: str = "numpy"
    steps: bool = False


def derivation(form: Form, wish: Wish) -> Derivation:
    """The derivation that is wished for; whatever is wrong in it raises before it is returned."""
    for word, known in ((wish.what, WHAT), (wish.check, CHECKS)):
        if word not in known:
            raise Usage(
                f"expected one of {', '.join(known)}, got {word!r}; {did_you_mean(word, known)}"
            )
    has_numbers = bool(wish.numbers.names)
    if wish.n is None and wish.row is not None and not has_numbers:
        raise Usage("a row has entries only at a size: give n as well")
    if wish.n is None and wish.n_q is not None and not has_numbers:
        raise Usage("a number of queries belongs to a size: give n as well")
    if wish.what == "gradient" and (has_numbers or wish.d is not None):
        raise Usage("gradients are written with products; leave out d and the numbers")
    if wish.n is None and wish.d is not None and not has_numbers:
        raise Usage("coordinates have entries only at a size: give n as well")
    for_all = wish.n is None and not has_numbers
    steps, assumptions = _steps(form, wish.what) if for_all or wish.steps else ((), ())
    if for_all:
        said = _cross_check(form, wish, None)
        return Derivation(form, wish.what, steps, assumptions=assumptions, check=said)
    base = instance(
        form, wish.n, n_q=wish.n_q, d=wish.d, sizes=wish.sizes, numbers=wish.numbers
    )  # fmt: skip
    if max(base.sizes["n_q"], base.sizes["n_k"]) > LARGEST:
        raise Usage(f"closed forms entry by entry go up to n = {LARGEST}")
    found = tuple(
        e for e in _entries(form, wish, base) if wish.row is None or e.place[:1] == (wish.row,)
    )
    if not found:
        raise Usage(f"there is no row {wish.row}")
    worked = tuple(_worked(found, wish, base)) if has_numbers else ()
    shown = tuple(_sizes_to_show(wish, base))
    said = _cross_check(form, wish, base)
    return Derivation(form, wish.what, steps, found, worked, shown, assumptions, said)


def _sizes_to_show(wish: Wish, base: Instance) -> Iterator[tuple[str, int]]:
    n_q, n_k = base.sizes["n_q"], base.sizes["n_k"]
    yield from [("n", n_k)] if n_q == n_k else [("n_q", n_q), ("n_k", n_k)]
    if wish.d is not None or wish.numbers.names:
        yield "d", base.sizes["d"]


def _steps(form: Form, what: str) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """The general derivation, checked, and what it assumes."""
    if what == "gradient":
        from symattn.derivation.gradient import gradient
        from symattn.derivation.gradient import steps as chain
        from symattn.derivation.gradient_check import checked_gradient

        found = gradient(form)
        return checked_gradient(found, chain(found)), found.assumptions
    return checked(form, general.steps(form, what)), ()


def _entries(form: Form, wish: Wish, base: Instance) -> Iterator[Entry]:
    if wish.what == "gradient":
        from symattn.derivation.gradient import gradient
        from symattn.derivation.gradient_entries import entries as gradient_entries

        known = _without_widths(base)
        found = gradient_entries(gradient(form), base.sizes["n_q"], base.sizes["n_k"], known)
        for several in found.values():
            yield from several
        return
    if wish.d is not None or wish.numbers.names:
        bare = instance(form, n=base.sizes["n_k"], n_q=base.sizes["n_q"], sizes=_whole(base))
        yield from closed.in_coordinates(bare, wish.what)
        return
    letters = closed.products(form, base.sizes["n_q"], base.sizes["n_k"], _without_widths(base))
    writers: dict[str, Any] = {
        "scores": closed.scores,
        "weights": closed.weights,
        "output": closed.outputs,
    }
    yield from writers[wish.what](letters)


def _without_widths(base: Instance) -> Environment:
    """What is known at this size, except widths, which keep their letters."""
    widths = {
        "d",
        "d_v",
        *(size.name for p in base.form.parameters for size in p.shape if size.op == "symbol"),
    }
    known = {name: value for name, value in base.known.scalars.items() if name not in widths}
    return Environment(known)


def _whole(base: Instance) -> dict[str, int]:
    """The widths and whole parameters of an Instance, to make it again without its numbers."""
    taken = ("n_q", "n_k", "H", "H_k")
    return {name: size for name, size in base.sizes.items() if name not in taken}


def _worked(found: tuple[Entry, ...], wish: Wish, base: Instance) -> Iterator[Worked]:
    """Each entry with the numbers put in, and its value: exact by SymPy, decimal by balls."""
    from symattn.derivation.worked import results

    put_in = {e.place: e.right for e in closed.numbers_put_in(base, wish.what)}
    values = results(base, wish.what)
    for entry in found:
        exact, latex, decimal = values.get(entry.place, ("", "", ""))
        yield Worked(entry.place, entry, put_in[entry.place], exact, latex, decimal)


def _cross_check(form: Form, wish: Wish, base: Instance | None) -> str:
    if wish.check == "none":
        return ""
    from symattn.derivation.crosscheck import cross_check, cross_check_instance

    rigorous = wish.check == "rigorous"
    if base is not None and base.numbers.names and base.sizes["n_q"] * base.sizes["n_k"] <= 64:
        return cross_check_instance(base, rigorous=rigorous).sentence()
    n = 4 if base is None else min(base.sizes["n_k"], 6)
    return cross_check(form, n=n, rigorous=rigorous).sentence()
