"""Variants of the questions that count: products, keys of a query, costs."""

from __future__ import annotations

from random import Random

from symattn.claims.variants.drawing import (
    Masked,
    Record,
    any_mask,
    causal,
    choice,
    several,
    window,
)


def _keys(mask: Masked, i: int, n: int) -> list[int]:
    return [j for j in range(n) if mask.seen(i, j)]


def products(draw: Random) -> Record:
    """All products of queries and keys."""
    n = draw.randint(3, 6)
    mask = any_mask(draw, n)
    pairs = [(i, j) for i in range(n) for j in _keys(mask, i, n)]
    absent = [(i, j) for i in range(n) for j in range(n) if (i, j) not in pairs]
    left_out, added = draw.choice(pairs), draw.choice(absent)
    wrong = [
        [p for p in pairs if p != left_out],
        [*pairs, added],
        [(j, i) for i, j in pairs],
        [p for p in pairs if p[0] != p[1]],
        [p if p != left_out else added for p in pairs],
    ]
    return several(
        draw, "enumeration", _named(pairs), [_named(sorted(w)) for w in wrong],
        statement=f"Which products of a query and a key does {mask.words} form for {n} tokens,"
        f" positions 0 to {n - 1}?",
        reference=mask.spec, given={"n": n},
    )  # fmt: skip


def _named(pairs: list[tuple[int, int]]) -> list[str]:
    return [f"q{i} k{j}" for i, j in pairs]


def keys_of_query(draw: Random) -> Record:
    """The positions of the keys and values that one query needs."""
    n = draw.randint(5, 12)
    mask, i = any_mask(draw, n), draw.randint(2, n - 1)
    right = _keys(mask, i, n)
    candidates = [
        list(range(i)), list(range(n)), list(range(i, n)), [i], list(range(i + 1)),
        right[1:], [*right, (max(right) + 1) % n], [j for j in range(n) if j not in right],
    ]  # fmt: skip
    wrong = [sorted(set(keys)) for keys in candidates if keys]
    return several(
        draw, "set", right, [keys for keys in wrong if keys != right],
        statement=f"Which positions must keys and values come from when the query of position {i}"
        f" is answered, in {mask.words} over {n} tokens that count from 0?",
        reference=mask.spec, given={"n": n, "i": i},
    )  # fmt: skip


def keys_counted(draw: Random) -> Record:
    """How many keys one query meets."""
    n = draw.randint(5, 16)
    mask, i = any_mask(draw, n), draw.randint(1, n - 1)
    right = len(_keys(mask, i, n))
    wrong = [i, n, n - i, right + 1, right - 1, i + 1, (i + 1) * (i + 2) // 2]
    return several(
        draw, "count", right, [number for number in wrong if number > 0],
        statement=f"How many keys does the query of position {i} meet, in {mask.words} over {n}"
        " tokens that count from 0?",
        reference=mask.spec, given={"n": n, "i": i},
    )  # fmt: skip


def cost_of_token(draw: Random) -> Record:
    """What the next token costs when earlier keys and values are kept."""
    w = draw.choice((0, 0, *range(2, 9)))
    mask = window(w) if w else causal()
    i = draw.randint(3, 120)
    right = min(i + 1, w) if w else i + 1
    wrong = [i, i + 2, (i + 1) ** 2, (i + 1) * (i + 2) // 2, 2 * right, right + 1]
    return several(
        draw, "count", right, wrong,
        statement=f"A model with {mask.words} writes the token of position {i} (from 0) and has"
        " kept all earlier keys and values. How many products of a query and a key does it need?",
        reference=mask.spec, given={"n": i + 1, "i": i},
    )  # fmt: skip


def cost_of_text(draw: Random) -> Record:
    """What a whole text costs."""
    n = draw.randint(4, 40)
    w = draw.choice((0, *range(2, min(n, 16))))
    mask = window(w) if w else causal()
    right = sum(min(i + 1, w or n) for i in range(n))
    wrong = [n * n, n, n * (n + 1) * (n + 2) // 6, right + n, right - n, n * (w or n - 1)]
    return several(
        draw, "count", right, [number for number in wrong if number > 0],
        statement=f"{n} tokens are written one by one with {mask.words}, and keys and values are"
        " kept. How many products of a query and a key are formed in all?",
        reference=mask.spec, given={"n": n},
    )  # fmt: skip


def cheaper(draw: Random) -> Record:
    """Attention or recurrence, in multiply-adds."""
    n, d = draw.randint(2, 99), draw.choice((2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 80))
    holds = {"<": n < d, ">": n > d, "==": n == d}
    options = {
        sign: {
            "text": f"Attention takes {word} multiply-adds {than} the recurrence.",
            "claim": f"2*n*n*d {sign} 2*n*d*d where n == {n} and d == {d}",
        }
        for sign, word, than in (("<", "fewer", "than"), (">", "more", "than"),
                                 ("==", "exactly as many", "as"))
    }  # fmt: skip
    right = next(sign for sign, true in holds.items() if true)
    wrong = [option for sign, option in options.items() if sign != right]
    return choice(
        draw, options[right], wrong,
        statement="Full attention over n vectors of width d takes 2 n^2 d multiply-adds, a"
        f" recurrence 2 n d^2. What holds for n = {n} and d = {d}?",
    )  # fmt: skip
