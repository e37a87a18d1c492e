"""Words: a vector, then the matrices and rotations that it goes through. Part of the kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from symattn.core.expression import Expr, symbol
from symattn.core.form import Parameter
from symattn.deciding.terms.polynomials import NOTHING, Atom, Poly, Unsupported, plus, scaled

Word: TypeAlias = tuple[Any, ...]  # what it starts from, then its steps
Combination: TypeAlias = Mapping[Word, Poly]  # a linear combination of words


def combined(left: Combination, right: Combination, factor: int = 1) -> Combination:
    total = dict(left)
    for word, c in right.items():
        total[word] = plus(total.get(word, NOTHING), c, factor)
        if not total[word]:
            del total[word]
    return total


def shortened(word: Word) -> Word:
    """The word with rotations that follow each other made one, and those by zero left out."""
    done: list[Any] = []
    for step in word:
        last = done[-1] if done else ()
        if step[0] == "rope" and last and last[0] == "rope" and last[1:4] == step[1:4]:
            angle = plus(dict(last[4]), dict(step[4]))
            done[-1] = (*step[:4], frozenset(angle.items()))
            if not angle:
                done.pop()
        elif not (step[0] == "rope" and not step[4]):
            done.append(step)
    return tuple(done)


def reversed_word(word: Word) -> Word:
    """The transpose of the steps, backwards, and what the word starts from at the end."""
    start, *steps = word
    flipped: list[Any] = []
    for step in reversed(steps):
        if step[0] == "matrix":
            flipped.append(("matrix", not step[1], *step[2:]))
        else:
            flipped.append((*step[:4], frozenset(scaled(dict(step[4]), -1).items())))
    return (*flipped, start)


def extended(word: Word, step: Atom) -> Word:
    """The word with one more step; a sum of vectors takes it inside."""
    if word[0][0] == "sum":
        *start, inner = word[0]
        return ((*start, extended(inner, step)),)
    return shortened((*word, step))


def width_name(what: Combination, declared: Mapping[str, Parameter]) -> str:
    """The name of the number of entries, if all words have the same one."""
    found = {_width(word, declared) for word in what}
    if len(found) != 1 or None in found:
        raise Unsupported("the norm of a vector whose width is not known")
    size = found.pop()
    assert size is not None
    return size


def _width(word: Word, declared: Mapping[str, Parameter]) -> str | None:
    for step in reversed(word):
        if step[0] == "matrix":
            shape = declared[step[2]].shape if step[2] in declared else ()
            return _name(shape[0 if step[1] else 1]) if shape else None
        if step[0] == "vector":
            shape = declared[step[1]].shape if step[1] in declared else ()
            return _name(shape[0]) if shape else {"q": "d", "k": "d", "v": "d_v"}.get(step[1])
    return None


def _name(size: Expr) -> str | None:
    return size.name if size == symbol(str(size.args[0])) else None


def nesting(thing: Any) -> int:
    """How many sums are nested in a monomial, an atom or a word."""
    if isinstance(thing, (tuple, frozenset)):
        if thing and isinstance(thing, tuple) and thing[0] in ("sum", "full"):
            return int(thing[1][1:])
        if thing and isinstance(thing, tuple) and thing[0] in ("nested", "full nested"):
            return max(int(name[1:]) for name in thing[1])
        return max(map(nesting, thing), default=0)
    return 0
