"""From a wish (which quantity, sizes, numbers) to a Derivation, checked before it leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from symattn.core.errors import NotConcrete, SymattnError, Usage, did_you_mean
from symattn.core.form import EMPTY_RULES, Form
from symattn.core.instance import Instance, instance
from symattn.core.interpret import Environment
from symattn.core.numbers import Numbers
from symattn.core.steps import Derivation, Entry, Step, Worked
from symattn.derivation import entries as closed
from symattn.derivation import general
from symattn.derivation.checking import checked
from symattn.derivation.entry_check import checked_entries
from symattn.derivation.gradients.gradient import entries as gradient_entries
from symattn.derivation.gradients.gradient import gradient

WHAT = (*general.WHAT, "gradient")
CHECKS = ("numpy", "rigorous", "none")
LIKELY_HEADS = (2, 3, 4, 6, 8, 5, 12, 16)
LARGEST = 256  # positions for entry-by-entry closed forms


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
    heads: int | None = None
    head: int = 0  # the head whose entries are shown

    @property
    def for_all(self) -> bool:
        """Whether no size is given."""
        return self.n is None and not self.numbers.names


def derivation(form: Form, wish: Wish) -> Derivation:
    """The derivation that is wished for; whatever is wrong in it raises before it is returned."""
    _refuse(form, wish)
    steps, notes = _steps(form, wish.what) if wish.for_all or wish.steps else ((), ())
    notes = (*notes, *filter(None, [EMPTY_RULES[form.empty]]))
    if wish.for_all:
        said = steps[0].check if wish.what == "gradient" else _cross_check(form, wish, None)
        return Derivation(form, wish.what, steps, assumptions=notes, check=said)
    base = _base(form, wish)
    every = tuple(_entries(form, wish, base))
    said = _said(form, wish, base, every, steps)
    found = tuple(e for e in every if wish.row is None or e.place[0] == wish.row)
    if not found:
        last = base.offset + base.sizes["n_q"] - 1
        raise Usage(f"there is no row {wish.row}; positions run from {base.offset} to {last}")
    worked = tuple(_worked(found, wish, base)) if _is_worked(wish) else ()
    shown = tuple(_sizes_to_show(wish, base))
    return Derivation(form, wish.what, steps, found, worked, shown, notes, said)


def _is_worked(wish: Wish) -> bool:
    return bool(wish.numbers.names) and wish.what != "gradient"


def _refuse(form: Form, wish: Wish) -> None:
    """Wishes that contradict themselves."""
    for word, known in ((wish.what, WHAT), (wish.check, CHECKS)):
        if word not in known:
            hint = did_you_mean(word, known)
            raise Usage(f"one of {', '.join(known)}; got {word!r}" + (f"; {hint}" if hint else ""))
    if wish.for_all:
        for value, name in (
            (wish.row, "a row"),
            (wish.n_q, "a number of queries"),
            (wish.d, "a width"),
            (wish.heads, "a number of heads"),
        ):
            if value is not None:
                raise Usage(f"{name} belongs to a size: give n as well")
    if wish.what == "gradient":
        kinds = {p.name: p.kind for p in form.parameters}
        deciding = all(kinds.get(name) in ("integer", "boolean") for name in wish.numbers.names)
        if wish.d is not None or not deciding:
            raise Usage("gradients are written with products; leave out d and the real numbers")
        if wish.row is not None:
            raise Usage("gradients have entries for queries, keys and heads; leave out the row")


def _base(form: Form, wish: Wish) -> Instance:
    """The Form at the sizes of the wish; heads are found where a head map needs some."""
    tried: list[int | None] = [wish.heads]
    if wish.heads is None and wish.what == "gradient" and gradient(form).heads:
        tried = [*LIKELY_HEADS]  # its entries are numbered by heads
    elif wish.heads is None and form.heads is not None:
        tried = [None, *LIKELY_HEADS]
    refused: SymattnError | None = None
    for heads in tried:
        try:
            base = instance(
                form, wish.n, n_q=wish.n_q, d=wish.d, heads=heads, sizes=wish.sizes,
                numbers=wish.numbers,
            )  # fmt: skip
        except (Usage, NotConcrete) as error:
            refused = refused or error
            continue
        if max(base.sizes["n_q"], base.sizes["n_k"]) > LARGEST:
            raise Usage(f"closed forms entry by entry go up to n = {LARGEST}")
        if not 0 <= wish.head < base.sizes["H"]:
            raise Usage(f"there is no head {wish.head} of {base.sizes['H']}")
        return base
    assert refused is not None
    raise refused


def _said(
    form: Form, wish: Wish, base: Instance, every: tuple[Entry, ...], steps: tuple[Step, ...]
) -> str:
    """How the entries were checked; a wrong one raises."""
    if wish.what == "gradient":
        chain = steps or _steps(form, "gradient")[0]  # checked already where steps are shown
        return f"formulas {chain[0].check}"
    if wish.check == "none":
        return ""
    checked = checked_entries(base, wish.what, every, wish.head)
    if wish.numbers.names:
        put_in = closed.numbers_put_in(base, wish.what, wish.head)
        checked += "; with numbers: " + checked_entries(base, wish.what, put_in, wish.head)
    return f"{checked}; {_cross_check(form, wish, base)}"


def _sizes_to_show(wish: Wish, base: Instance) -> Iterator[tuple[str, int]]:
    n_q, n_k = base.sizes["n_q"], base.sizes["n_k"]
    yield from [("n", n_k)] if n_q == n_k else [("n_q", n_q), ("n_k", n_k)]
    if wish.d is not None or wish.numbers.names:
        yield "d", base.sizes["d"]
    if base.many_heads:
        yield "H", base.sizes["H"]
        if wish.what != "gradient":
            yield "head", wish.head


def _steps(form: Form, what: str) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """The general derivation, checked, and what it assumes."""
    if what == "gradient":
        from symattn.derivation.gradients.gradient import steps as chain
        from symattn.derivation.gradients.gradient_check import checked_gradient

        found = gradient(form)
        return checked_gradient(found, chain(found)), found.assumptions
    return checked(form, general.steps(form, what)), ()


def _entries(form: Form, wish: Wish, base: Instance) -> Iterator[Entry]:
    if wish.what == "gradient":
        yield from gradient_entries(form, base)
        return
    if wish.d is not None or wish.numbers.names:
        n_q, n_k = base.sizes["n_q"], base.sizes["n_k"]
        heads = base.sizes["H"] if base.many_heads else None
        bare = instance(
            form, n=n_k, n_q=n_q, heads=heads, sizes=_whole(base), numbers=_positional(base)
        )
        yield from closed.in_coordinates(bare, wish.what, wish.head)
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


def _positional(base: Instance) -> Numbers:
    """The numbers that decide who sees whom and which entry is read: whole and yes-or-no tables."""
    kinds = {p.name: p.kind for p in base.form.parameters}
    kept = {name: a for name, a in base.arrays.items() if kinds.get(name) in ("integer", "boolean")}
    return Numbers(kept)


def _worked(found: tuple[Entry, ...], wish: Wish, base: Instance) -> Iterator[Worked]:
    """Each entry with the numbers put in, and its value: exact by SymPy, decimal by balls."""
    from symattn.derivation.worked import results

    put_in = {e.place: e.right for e in closed.numbers_put_in(base, wish.what, wish.head)}
    values = results(base, wish.what, wish.head)
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
