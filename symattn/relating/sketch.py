"""A sketch of a Form: what it does at one small size, in floats.

Two Forms whose sketches differ are not the same function of the same names; sketches that agree
prove nothing. They only choose what is worth a question to the deciding room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from symattn.core.errors import SymattnError
from symattn.core.form import SIZES, Form
from symattn.core.instance import Instance, instance, whole_parameters
from symattn.core.numbers import numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

Drawn = TypeVar("Drawn")
LENGTH, WIDTH, VALUE_WIDTH, HEADS = 12, 4, 3, 4
SEED = "a sketch"


@cache
def support_sketch(form: Form) -> frozenset[tuple[int, int]] | None:
    """The pairs that are seen; None where the Form cannot be evaluated."""
    return next(_of_every(form, _pairs), None)


@cache
def output_sketch(form: Form) -> NDArray[Any] | None:
    """The outputs of all heads; None where the Form cannot be evaluated."""
    return next(_of_every(form, _outputs), None)


def _pairs(full: Instance) -> frozenset[tuple[int, int]]:
    from symattn.core import region
    from symattn.core.meaning import environment

    found = region.rows(full.form, LENGTH, LENGTH, environment(full, {}))
    return frozenset((i, j) for i, keys in found for stretch in keys for j in stretch)


def _outputs(full: Instance) -> NDArray[Any]:
    from symattn.deciding.vectorised import weights_and_output

    return weights_and_output(full)[1]


def look_equal(left: Form, right: Form) -> bool:
    """Whether two outputs agree up to rounding in their sketches."""
    import numpy as np

    one, other = output_sketch(left), output_sketch(right)
    if one is None or other is None or one.shape != other.shape:
        return False
    return bool(np.allclose(one, other, rtol=1e-7, atol=1e-9, equal_nan=True))


def _of_every(form: Form, sketch: Callable[[Instance], Drawn]) -> Iterator[Drawn]:
    """The sketch of the Form with a number for every name, the same for the same name."""
    from symattn.deciding.sampling import filled

    singles = [p.name for p in form.parameters if p.kind == "real" and not p.indices]
    whole = {p.name for p in whole_parameters(form)} - set(SIZES)
    try:
        small = instance(
            form,
            LENGTH,
            d=WIDTH,
            d_v=VALUE_WIDTH,
            heads=HEADS,
            sizes={name: _number(name) for name in whole},
            numbers=numbers({name: str(_number(name)) for name in singles}),
        )
        yield sketch(filled(small, SEED))
    except SymattnError:  # such as a size that its conditions refuse
        return


def _number(name: str) -> int:
    """A number that lies in almost every domain: even, positive, and it divides the heads."""
    return 2 + 2 * (_byte(name) % 2)


def _byte(name: str) -> int:
    return sha256(name.encode()).digest()[0]
