"""Forms whose inputs are altered: two keys exchanged, or the token at one position made new.

With them "does not depend on" and "does not care about the order of" become equations between two
Forms, which is all that the engines need to know.
"""

from __future__ import annotations

from dataclasses import replace

from symattn.core.declare import WIDTHS, width
from symattn.core.errors import Usage
from symattn.core.expression import Expr, equal, free_names, rebuild
from symattn.core.form import KEY_LETTERS, SIZES, Form, Parameter
from symattn.core.layout import OWN_HEAD

NEW = "_new"  # the letter k made new is k_new


def swapped(form: Form, a: Expr, b: Expr) -> Form:
    """The Form with the keys and values (of x: the tokens) at positions a and b exchanged.

    >>> from symattn.core.expression import symbol
    >>> from symattn.core.form_text import form
    >>> swapped(form(score="dot(q[i], k[j])"), symbol("a"), symbol("b")).score
    Expr('dot(q[i], k[where(j == a, b, where(j == b, a, j))])')
    """

    def change(node: Expr) -> Expr | None:
        if node.op == "vector" and _moves(node.name) and node.parts:
            *start, at = node.parts
            there = Expr("where", (equal(at, b), a, at))
            return Expr("vector", (node.name, *start, Expr("where", (equal(at, a), b, there))))
        return None

    label = f"swap({form.name or 'this form'}, {_text(a)}, {_text(b)})"
    return _with_names(_changed(form, change), [a, b]).called(label)


def _moves(name: str) -> bool:
    return KEY_LETTERS.fullmatch(name) is not None or name == "x"


def renewed(form: Form, letter: str, at: Expr) -> Form:
    """The Form with another vector at one position of q, of k, of v, or of all (letter x).

    >>> from symattn.core.expression import symbol
    >>> from symattn.core.form_text import form
    >>> renewed(form(score="dot(q[i], k[j])"), "k", symbol("c")).score
    Expr('dot(q[i], where(j == c, k_new, k[j]))')
    """
    names: dict[str, Parameter] = {}
    known = {p.name: p for p in form.parameters}

    def change(node: Expr) -> Expr | None:
        if node.op != "vector" or not node.parts or not _meant(node.name, letter):
            return None
        size = width(node, known)
        size = WIDTHS["q"] if size is None else size
        new = Expr("vector", (node.name + NEW,))
        names[new.name] = Parameter(new.name, "vector", 0, (size,))
        return Expr("where", (equal(node.parts[-1], at), new, node))

    found = _changed(form, change)
    if not names:
        raise Usage(f"{form.name or 'the form'} reads no {letter}[...]")
    found = replace(found, parameters=(*found.parameters, *names.values()))
    label = f"change({form.name or 'this form'}, {letter}[{_text(at)}])"
    return _with_names(found, [at]).called(label)


def _meant(name: str, letter: str) -> bool:
    if letter == "x":
        return name == "x" or OWN_HEAD.fullmatch(name) is not None
    return name == letter


def _changed(form: Form, change: object) -> Form:
    def of(expr: Expr) -> Expr:
        return rebuild(expr, change)  # type: ignore[arg-type]

    rows = tuple(replace(row, score=of(row.score)) for row in form.rows)
    return replace(form, rows=rows, value=of(form.value), output=of(form.output), parts=())


def _with_names(form: Form, positions: list[Expr]) -> Form:
    """The Form with declarations of the names in these positions."""
    known = {p.name for p in form.parameters}
    names = sorted(set().union(*map(free_names, positions)) - known - set(SIZES))
    for name in names:
        if name in ("i", "j", "h"):
            raise Usage(f"a position that is altered needs a name of its own, not {name!r}")
    new = tuple(Parameter(name, "integer") for name in names)
    found = sorted((*form.parameters, *new), key=lambda p: p.name)
    return replace(form, parameters=tuple(found))


def _text(expr: Expr) -> str:
    from symattn.core.text import show

    return show(expr)
