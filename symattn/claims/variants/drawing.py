"""What families of variants draw from: mechanisms in words, tables of marks, wrong neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

Record = dict[str, Any]
Seen = Callable[[int, int], bool]


@dataclass(frozen=True, slots=True)
class Masked:
    """A mechanism by its name, in words, as a condition on i and j, and as a function.

    The function only writes the texts; the verdicts come from the name or the condition.
    """

    spec: str
    words: str
    support: str
    seen: Seen


def causal() -> Masked:
    return Masked("causal", "causal attention", "j <= i", lambda i, j: j <= i)


def window(w: int) -> Masked:
    words = f"attention with a causal window of {w} (a token sees itself{_before(w - 1)})"
    return Masked(
        f"window(visible={w})", words, f"j <= i and i - j < {w}", lambda i, j: 0 <= i - j < w
    )


def _before(count: int) -> str:
    return {0: " alone", 1: " and the one before it"}.get(count, f" and the {count} before it")


def prefix(p: int) -> Masked:
    words = f"attention with a prefix of {p} (all see the first {p} tokens, the rest is causal)"
    return Masked(f"prefix({p})", words, f"j <= i or j < {p}", lambda i, j: j <= i or j < p)


def chunked(c: int) -> Masked:
    words = f"causal attention within chunks of {c} tokens"
    return Masked(
        f"chunked({c})+causal", words, f"j <= i and i // {c} == j // {c}",
        lambda i, j: j <= i and i // c == j // c,
    )  # fmt: skip


def dilated(r: int) -> Masked:
    words = f"dilated causal attention with step {r} (a token sees itself and every {_th(r)} back)"
    return Masked(
        f"dilated({r})+causal", words, f"j <= i and (i - j) % {r} == 0",
        lambda i, j: j <= i and (i - j) % r == 0,
    )  # fmt: skip


def _th(number: int) -> str:
    return {2: "second one", 3: "third one"}.get(number, f"{number}th one")


def without_future(draw: Random, n: int) -> Masked:
    """A mechanism that sees no future, at n tokens different from the others of its kind."""
    made = draw.choice((window, window, chunked, dilated, None))
    return causal() if made is None else made(draw.randint(2, max(2, min(n - 1, 5))))


def everything(_i: int, _j: int) -> bool:
    """Nothing is hidden."""
    return True


def a_window(draw: Random, n: int) -> Masked:
    """Causal attention, or a window of at most n tokens."""
    w = draw.randint(1, n)
    return causal() if w == n else window(w)


def any_mask(draw: Random, n: int) -> Masked:
    """A mechanism, perhaps one whose first tokens see each other."""
    return prefix(draw.randint(2, n - 1)) if draw.random() < 0.2 else without_future(draw, n)


def table(seen: Seen, n: int, mark: str = "x", none: str = ".") -> list[str]:
    """The rows of marks of a mechanism.

    >>> table(causal().seen, 3)
    ['x . .', 'x x .', 'x x x']
    """
    return [" ".join(mark if seen(i, j) else none for j in range(n)) for i in range(n)]


def flipped(seen: Seen, at: tuple[int, int]) -> Seen:
    """The same with one cell changed."""
    return lambda i, j: seen(i, j) != ((i, j) == at)


def neighbours(draw: Random, right: Masked, n: int) -> list[list[str]]:
    """Tables of n tokens that are wrong in the ways in which people go wrong, all different."""
    seen = right.seen
    future = [(i, j) for i in range(n) for j in range(i + 1, n)]
    past = [(i, j) for i in range(n) for j in range(i + 1)]
    others: list[Seen] = [
        everything, lambda i, j: seen(j, i), lambda i, j: i == j,
        lambda i, j: seen(i, j) and i != j, lambda i, j: j <= i,
        any_mask(draw, n).seen, any_mask(draw, n).seen,
        flipped(seen, draw.choice(future)), flipped(seen, draw.choice(past)),
        flipped(seen, draw.choice(past)),
    ]  # fmt: skip
    draw.shuffle(others)
    return different([table(other, n) for other in others], table(seen, n))


def different(candidates: Sequence[Any], *taken: Any) -> list[Any]:
    """The candidates, each once, without those that are taken.

    >>> different([3, 1, 3, 2], 2)
    [3, 1]
    """
    found: list[Any] = []
    for candidate in candidates:
        if candidate not in taken and candidate not in found:
            found.append(candidate)
    return found


def choice(draw: Random, right: Record, wrong: Sequence[Record], **fields: Any) -> Record:
    """An entry of kind choice, its options in an order that is drawn."""
    options = [right, *wrong]
    draw.shuffle(options)
    labels = {"ABCDEFGH"[at]: option for at, option in enumerate(options)}
    keyed = next(label for label, option in labels.items() if option is right)
    return {"kind": "choice", **fields, "options": labels, "answer": keyed}


def several(draw: Random, kind: str, answer: Any, wrong: Sequence[Any], **fields: Any) -> Record:
    """An entry with an answer and three wrong ones."""
    kept = different(wrong, answer)
    return {"kind": kind, **fields, "answer": answer, "wrong": draw.sample(kept, min(3, len(kept)))}


def joined(rows: Sequence[str]) -> str:
    """Rows in one line."""
    return " / ".join(rows)
