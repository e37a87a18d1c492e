"""symattn: state an attention mechanism once, as a formula; derive everything from it.

>>> from symattn import mechanism
>>> print(mechanism("causal + alibi"))
support: j <= i
score:   dot(q[i], k[j]) / sqrt(d) - m[h] * (i - j)
value:   v[j]
where:   m[_]: real
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = [
    "atlas", "cost", "derive", "enumerate_products", "form", "mechanism", "prove", "show",
]  # fmt: skip

if TYPE_CHECKING:
    from symattn.core.form_text import form
    from symattn.library import (
        atlas,
        cost,
        derive,
        enumerate_products,
        mechanism,
        prove,
        show,
    )


def __getattr__(name: str) -> Any:
    """The public verbs, imported when they are first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'symattn' has no attribute {name!r}")
    if name == "form":
        from symattn.core.form_text import form

        return form
    from symattn import library

    return getattr(library, name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
