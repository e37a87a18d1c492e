"""True claims about rows and counts: a key for every query, how many keys, how many pairs."""

# ruff: noqa: E501  (a claim stands on one line)
from __future__ import annotations

from random import Random

from symattn.core.expression import ONE, ZERO, Expr, I, J, equal, number, substitute, symbol
from symattn.core.text import read, show
from tests.campaign.case import family
from tests.campaign.rewrites.masks import condition, term
from tests.campaign.rewrites.rewriting import Rule, rewritten
from tests.campaign.rewrites.whole import WHOLE

N = symbol("n")
LAST = N - ONE
QUIET: list[Rule] = [rule for rule in WHOLE if rule.name != "slack"]


def _named(names: list[str], first: str) -> str:
    return " + ".join([first, *names])


@family("rows")
def _a_key(rng: Random) -> tuple[str, str]:
    """A key that is surely there, or whatever else."""
    c = number(rng.randint(2, 4))
    key = rng.choice([I, ZERO, LAST, I // c, LAST - I, I - I % c, Expr("max", (ZERO, I - c))])
    a = Expr("or", (condition(rng, rng.randint(1, 2)), equal(J, key)))
    seen, names = rewritten(a, WHOLE, rng, rng.randint(0, 3))
    return f"nonempty({show(seen)})", _named(names, "a key")


@family("rows")
def _some_key(rng: Random) -> tuple[str, str]:
    """A key in every residue class, among the last ones, or below a bound."""
    c = rng.randint(2, 4)
    text = rng.choice([
        f"(i - j) % {c} == 0", "j <= i and (i + j) % 2 == 0", f"j % {c} == 0",
        f"i // {c} == j // {c}", f"j >= i - {c} and (i - j) % {c} == 0",
        f"j <= i and (j % {c} == 0 or j == i)", f"abs(i - j) <= {c} and j >= i // 2",
        f"{c} * j <= i and {c} * j > i - {c}", f"j == i // {c} or j > n - {c}",
        f"j <= i and i - j < w where w >= {c}", "j >= min(i, n - w) and j <= i where w >= 0",
    ])  # fmt: skip
    head, where, rest = text.partition(" where ")
    seen, names = rewritten(read(head, "condition"), WHOLE, rng, rng.randint(0, 2))
    return f"nonempty({show(seen)}){where}{rest}", _named(names, "some key")


def _between(low: Expr, high: Expr) -> tuple[Expr, Expr]:
    """The condition of a stretch of keys, and how many keys of the row it has."""
    top, bottom = Expr("min", (high, LAST)), Expr("max", (low, ZERO))
    return Expr("and", (low <= J, high >= J)), Expr("max", (ZERO, top - bottom + ONE))


def _end(rng: Random) -> Expr:
    return substitute(term(rng, 2), {J: rng.choice([I, ONE, N])})


@family("rows")
def _stretch(rng: Random) -> tuple[str, str]:
    """low <= j <= high, with any ends."""
    seen, size = _between(_end(rng), _end(rng))
    changed, names = rewritten(seen, QUIET, rng, rng.randint(0, 3))
    return f"row_count({show(changed)}, i) == {show(size)}", _named(names, "stretch")


@family("rows")
def _two_stretches(rng: Random) -> tuple[str, str]:
    """Keys below one end, and keys from another end on."""
    c = number(rng.randint(1, 4))
    below, above = I // c, I + rng.randint(1, 3)
    first, one = _between(ZERO, below)
    second, two = _between(above, above + c)
    changed, names = rewritten(Expr("or", (first, second)), QUIET, rng, rng.randint(0, 3))
    return f"row_count({show(changed)}, i) == {show(one + two)}", _named(names, "two stretches")


@family("rows")
def _progression(rng: Random) -> tuple[str, str]:
    """Keys of one residue class up to a bound."""
    c = rng.randint(2, 5)
    r = rng.randint(0, c - 1)
    seen, size = rng.choice([
        (f"j % {c} == {r} and j <= i", f"(i - {r}) // {c} + 1"),
        (f"j % {c} == {r}", f"(n - 1 - {r}) // {c} + 1"),
        (f"(i - j) % {c} == 0 and j <= i", f"i // {c} + 1"),
        (f"(i - j) % {c} == {r} and j <= i", f"(i - {r}) // {c} + 1"),
        (f"(i - j) % {c} == 0 and j >= i", f"(n - 1 - i) // {c} + 1"),
        (f"(i - j) % {c} != 0 and j <= i", f"i - i // {c}"),
        (f"j <= i and (i - j < {c} or j % {c} == 0)",
         f"min({c}, i + 1) + max(0, i // {c} + 1 - (i // {c} - (i - {c}) // {c}))"),
    ])  # fmt: skip
    changed, names = rewritten(read(seen, "condition"), QUIET, rng, rng.randint(0, 2))
    return f"row_count({show(changed)}, i) == {size}", _named(names, "progression")


SQUARES = [  # a support, how many pairs it has, and from which n on
    ("true", "n ** 2", 1), ("j <= i", "n * (n + 1) / 2", 1), ("j < i", "n * (n - 1) / 2", 1),
    ("j <= i and i - j < 3", "3 * n - 3", 2), ("j <= i and i - j <= 3", "4 * n - 6", 3),
    ("abs(i - j) <= 1", "3 * n - 2", 1), ("j <= i or j < 2", "n * (n + 1) / 2 + 1", 2),
    ("j < 2", "2 * n", 2), ("j == i", "n", 1), ("i + j == n - 1", "n", 1), ("i + j < n", "n*(n+1)/2", 1),
    ("j != i", "n * (n - 1)", 1), ("j <= i and j >= i - 1", "2 * n - 1", 1),
    ("(i - j) % 2 == 0", "(n ** 2 + 1) // 2", 1), ("i // 2 == j // 2", "n + 2 * (n // 2)", 1),
    ("j <= i and (i - j) % 2 == 0", "(n + 1) ** 2 // 4", 1), ("j < 1 or i < 1", "2 * n - 1", 1),
    ("j <= i and i < 3", "6", 3), ("2 * j <= i", "(n + 1) ** 2 // 4", 1), ("j % 2 == 0", "n * ((n + 1) // 2)", 1),
    ("j <= i and (i - j < 2 or j < 1)", "3 * n - 3", 2), ("min(i, j) == 0", "2 * n - 1", 1),
    ("max(i, j) < n - 1", "(n - 1) ** 2", 1),
]  # fmt: skip


@family("counts")
def _square(rng: Random) -> tuple[str, str]:
    seen, size, start = rng.choice(SQUARES)
    changed, names = rewritten(read(seen, "condition"), QUIET, rng, rng.randint(0, 2))
    where = f" where n >= {start}" if start > 1 else ""
    return f"count({show(changed)}) == {size}{where}", _named(names, "square")


@family("counts")
def _window(rng: Random) -> tuple[str, str]:
    """Windows of any width, and compositions."""
    w = rng.randint(1, 6)
    text = rng.choice([
        f"count(window(visible={w})) == {w} * n - {w * (w - 1) // 2} where n >= {w}",
        f"count(window(lookback={w - 1})) == {w} * n - {w * (w - 1) // 2} where n >= {w}",
        "count(causal) == n * (n + 1) / 2", "count(full) == n ** 2",
        "count(window(visible=w)) == min(n, w) * n - min(n, w) * (min(n, w) - 1) / 2",
        f"count(sink_tokens({w}) + causal) == {w} * n - {w * (w - 1) // 2} where n >= {w}",
        f"count(window(left={w}, right=0)) == {w + 1} * n - {w * (w + 1) // 2} where n >= {w + 1}",
    ])  # fmt: skip
    return text, "window"
