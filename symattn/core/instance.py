"""`Instance`: a Form at concrete sizes, with numbers for some of its names or for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symattn.core.errors import Usage, did_you_mean
from symattn.core.expression import symbol
from symattn.core.form import SIZES, Form, Parameter
from symattn.core.interpret import Environment, Number, exact
from symattn.core.layout import Axis, Layout, check_domain, fitted, layouts, measured, whole
from symattn.core.numbers import Array, Function, Numbers
from symattn.core.region import check_conditions

LONGEST, WIDEST, MOST_HEADS = 4096, 4096, 512
DEFAULT_WIDTHS = {"d_x": "d", "d_c": "d"}  # every other width that nobody gives is 2
NO_NUMBERS = Numbers()


@dataclass(frozen=True, slots=True)
class Instance:
    """A Form at concrete sizes, and the numbers that are known."""

    form: Form
    sizes: Mapping[str, int]  # n_q, n_k, d, d_v, H, H_k, other widths and whole parameters
    scalars: Mapping[str, Number]  # single parameters that are not whole by declaration
    arrays: Mapping[str, Array]  # by the names of the Form
    functions: Mapping[str, Function]
    layouts: Mapping[str, Layout]
    many_heads: bool  # False: one head without a number, and q, k, v have no axis for it
    numbers: Numbers  # as they were given

    @property
    def offset(self) -> int:
        """The position of the first query."""
        return int(exact(self.form.offset, self.known))

    @property
    def known(self) -> Environment:
        """The sizes and single parameters, as far as they are numbers."""
        return _known(self.form, {**self.scalars, **self.sizes})

    def key_head(self, head: int) -> int:
        """The key head that a query head reads."""
        found = whole(self.form.key_head, self.known.at(h=head))
        if found is None or not 0 <= found < self.sizes["H_k"]:
            raise Usage(f"head {head} reads key head {found} of {self.sizes.get('H_k')}")
        return found

    def entry(self, name: str, index: tuple[int, ...]) -> Fraction | None:
        """The number at an index (with the head first, where heads have their own), if any.

        A list that is too short is an error; what a mapping leaves out is free.
        """
        found = self.arrays.get(name)
        if found is None and not all(isinstance(at, int) for at in index):
            return None  # a head that keeps its letter
        for at, axis in zip(index, self.layouts[name].axes, strict=True):
            place = at - axis.start
            if axis.length is not None and not 0 <= place < axis.length:
                raise Usage(f"{name} has no entry {list(index)}")
            if isinstance(found, Mapping):
                found = found.get(place)
            elif found is not None:
                assert isinstance(found, tuple)
                if not 0 <= place < len(found):
                    raise Usage(f"{name}: expected an entry {list(index)} as well")
                found = found[place]
        assert found is None or isinstance(found, Fraction)
        return found


def instance(
    form: Form,
    n: int | None = None,
    *,
    n_q: int | None = None,
    d: int | None = None,
    d_v: int | None = None,
    heads: int | None = None,
    sizes: Mapping[str, int] | None = None,
    numbers: Numbers = NO_NUMBERS,
) -> Instance:
    """The Form at these sizes; sizes that are left out are read off the numbers.

    `n` counts the keys, and the queries too unless `n_q` does. Without `heads` there is one head
    without a number. `sizes` are further widths and whole parameters, like {"d_r": 4}.

    >>> from symattn.core.form_text import form
    >>> one = instance(form(support="j <= i"), n=3)
    >>> one.sizes["n_q"], one.sizes["d_v"]
    (3, 2)
    """
    n_q = n if n_q is None else n_q
    given = {"n_k": n, "n_q": n_q, "d": d, "d_v": d_v, "H": heads, **(sizes or {})}
    found = {name: size for name, size in given.items() if size is not None}
    _check_sizes(form, found)
    arrays, labels = _arrays(form, numbers)
    scalars = _scalars(form, numbers, found)
    many = heads is not None or _several_heads(form, arrays)
    plan = layouts(form, many)
    for name, array in arrays.items():
        _infer(plan[name], array, found)
    _complete(form, found)
    known = _known(form, {**scalars, **found})
    plan = {name: measured(layout, known) for name, layout in plan.items()}
    fits = {name: fitted(labels[name], array, plan[name]) for name, array in arrays.items()}
    try:
        check_conditions(form, known)
    except Usage as error:
        raise Usage(f"{error}; heads is {'not given' if not many else found['H']}") from None
    return Instance(form, found, scalars, fits, numbers.functions, plan, many, numbers)


def with_numbers(base: Instance, numbers: Numbers) -> Instance:
    """The same Form at the same sizes with other numbers."""
    given = {p.name for p in base.form.parameters if p.name in numbers.parameters}
    apart = given | {"n_k", "n_q", "H"}
    return instance(
        base.form,
        base.sizes["n_k"],
        n_q=base.sizes["n_q"],
        heads=base.sizes["H"] if base.many_heads else None,
        sizes={name: size for name, size in base.sizes.items() if name not in apart},
        numbers=numbers,
    )


def whole_parameters(form: Form) -> list[Parameter]:
    """The single parameters that are whole numbers, widths among them."""
    return [p for p in form.parameters if p.kind == "integer" and not p.indices]


def _check_sizes(form: Form, given: Mapping[str, int]) -> None:
    """Refuse sizes that are no sizes, and names that the Form does not have."""
    parameters = {p.name: p for p in whole_parameters(form)}
    limits = {"n_k": LONGEST, "n_q": LONGEST, "H": MOST_HEADS, "H_k": MOST_HEADS}
    for name, size in given.items():
        if name not in SIZES and name not in parameters:
            hint = did_you_mean(name, [*SIZES, *parameters])
            raise Usage(f"{_title(form)} has no size {name!r}" + (f"; {hint}" if hint else ""))
        if isinstance(size, bool) or not isinstance(size, int):
            raise Usage(f"{_shown(name)} is a whole number, got {size}")
        if name in parameters and not _is_width(form, name):
            check_domain(name, Fraction(size), parameters[name])
        elif not 1 <= size <= limits.get(name, WIDEST):
            limit = limits.get(name, WIDEST)
            raise Usage(f"{_shown(name)} is a whole number from 1 to {limit}, got {size}")


def _shown(size: str) -> str:
    return "n" if size == "n_k" else size


def _is_width(form: Form, name: str) -> bool:
    return any(symbol(name) in p.shape for p in form.parameters)


def _title(form: Form) -> str:
    return form.name or "the form"


def _arrays(form: Form, numbers: Numbers) -> tuple[dict[str, Array], dict[str, str]]:
    """Arrays by the Form's names, and what the user called them."""
    plan = layouts(form, False)
    arrays: dict[str, Array] = {}
    labels: dict[str, str] = {}
    for label, array in numbers.arrays.items():
        name = _own_name(form, label)
        if name not in plan:
            raise Usage(f"{label}: expected a single number, got a list")
        if name in arrays:
            raise Usage(f"{labels[name]} and {label} are the same matrix")
        arrays[name], labels[name] = array, label
    return arrays, labels


def _scalars(form: Form, numbers: Numbers, found: dict[str, int]) -> dict[str, Number]:
    """The single parameters by name; whole ones become sizes."""
    plan = layouts(form, False)
    scalars: dict[str, Number] = {}
    for label, value in numbers.parameters.items():
        name = _own_name(form, label)
        if name in plan:
            raise Usage(f"{label}: expected a list of numbers, got the single number {value}")
        parameter = form.parameter(name)
        if parameter.kind == "function":
            raise Usage(f"{label}: expected a function, got the number {value}")
        check_domain(label, value, parameter)
        if parameter.kind != "integer":
            scalars[name] = value.numerator if value.denominator == 1 else value
        elif found.setdefault(name, int(value)) != value:
            raise Usage(f"{label} is given as {found[name]} and as {value}")
    for label in numbers.functions:
        if form.parameter(_own_name(form, label)).kind != "function":
            raise Usage(f"{label}: expected numbers, got a function")
    _check_sizes(form, found)
    return scalars


def _own_name(form: Form, label: str) -> str:
    """The Form's name for a label: matrices may be called Q, X or K1, after their rows."""
    declared = {p.name: p.kind for p in form.parameters}
    known = {**declared, **{letter: "vector" for letter in form.names & {"q", "k", "v"}}}
    lower = label[:1].lower() + label[1:]
    if label in known:
        return label
    if known.get(lower) == "vector":
        return lower
    hint = did_you_mean(label, [*known, *(name.upper() for name in known if len(name) == 1)])
    names = f"its names are {', '.join(sorted(known))}" if known else "it has no names"
    raise Usage(f"{_title(form)} has no {label!r}; {hint or names}")


def _several_heads(form: Form, arrays: Mapping[str, Array]) -> bool:
    """Whether q, k or v are given with an axis for the heads, or a table for more than one."""
    sizes: dict[str, int] = {}
    for name, layout in layouts(form, True).items():
        if name in arrays and layout.own_head and _depth(arrays[name]) == len(layout.axes):
            return True
        if name in arrays and not layout.own_head:
            _infer(layout, arrays[name], sizes)
    return sizes.get("H", 1) > 1


def _depth(array: Array) -> int:
    if array is None or isinstance(array, Fraction):
        return 0
    inner = array.values() if isinstance(array, Mapping) else array
    return 1 + max((_depth(entry) for entry in inner), default=0)


def _infer(layout: Layout, array: Array, found: dict[str, int]) -> None:
    """Read sizes that nobody gave off the shape of an array."""
    for axis in layout.axes:
        if not isinstance(array, tuple) or not array:
            return
        name = _size_name(axis)
        if name:
            found.setdefault(name, len(array))
        array = array[0]


def _size_name(axis: Axis) -> str:
    if axis.size is None or axis.size.op != "symbol" or axis.role == "key head":
        return ""
    return "n_k" if axis.role == "position" else axis.size.name


def _complete(form: Form, found: dict[str, int]) -> None:
    """Every size that follows from the others, or has a usual value."""
    if "n_k" not in found and "n_q" not in found:
        raise Usage(f"{_title(form)} needs a size: give n, or numbers for Q and K")
    found.setdefault("n_k", found.get("n_q", 0))
    found.setdefault("n_q", found["n_k"])
    found.setdefault("d", 2)
    found.setdefault("d_v", found["d"])
    found.setdefault("H", 1)
    for p in whole_parameters(form):
        if _is_width(form, p.name):
            found.setdefault(p.name, found.get(DEFAULT_WIDTHS.get(p.name, ""), 2))
    known = _known(form, found)
    read = [whole(form.key_head, known.at(h=h)) for h in range(found["H"])]
    if "H_k" not in found and None not in read:
        found["H_k"] = 1 + max(head for head in read if head is not None)


def _known(form: Form, values: Mapping[str, Number]) -> Environment:
    n_q, n_k = int(values["n_q"]), int(values["n_k"])
    same = {"n": n_k} if n_q == n_k else {}
    known = Environment({**same, **values})
    offset = whole(form.offset, known)
    if offset is None:
        return known
    return known.at(offset=offset, positions=max(n_k, n_q + offset) - min(offset, 0))
