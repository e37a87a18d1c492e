"""True claims about which keys are seen: equal and subset supports, no future."""

from __future__ import annotations

from random import Random

from symattn.core.expression import Expr, I, J, number, symbol
from symattn.core.text import show
from tests.campaign.case import family
from tests.campaign.rewrites.rewriting import rewritten
from tests.campaign.rewrites.whole import WHOLE

W = symbol("w")


def term(rng: Random, depth: int = 2, open_names: bool = True) -> Expr:
    """A whole number in i and j."""
    leaves = [I, J, I - J, J - I, number(rng.randint(0, 4))]
    if open_names:
        leaves += [W, symbol("n")]
    if depth == 0 or rng.random() < 0.4:
        return rng.choice(leaves)
    a = term(rng, depth - 1, open_names)
    b = term(rng, depth - 1, open_names)
    c = number(rng.choice([2, 3, 4]))
    return rng.choice([
        a + b, a - b, a // c, a % c, c * a, Expr("abs", (a,)), Expr("max", (a, b)),
        Expr("min", (a, b)), Expr("where", (a <= b, a, c)),
    ])  # fmt: skip


def comparison(rng: Random, depth: int = 2, open_names: bool = True) -> Expr:
    op = rng.choice(["<=", "<=", "<", ">=", ">", "==", "!="])
    return Expr(op, (term(rng, depth, open_names), term(rng, depth - 1, open_names)))


def condition(rng: Random, atoms: int = 3, open_names: bool = True) -> Expr:
    """A condition on a pair, of mechanisms' usual shapes or any."""
    if atoms <= 1:
        usual = [J <= I, (W if open_names else number(3)) > I - J, J < 2, (I - J) % 2 <= 0]
        return rng.choice(usual) if rng.random() < 0.4 else comparison(rng, 2, open_names)
    left = rng.randint(1, atoms - 1)
    a, b = condition(rng, left, open_names), condition(rng, atoms - left, open_names)
    made = Expr(rng.choice(["and", "and", "or"]), (a, b))
    return Expr("not", (made,)) if rng.random() < 0.15 else made


@family("masks")
def _rewritten(rng: Random) -> tuple[str, str]:
    """A condition against its rewriting."""
    a = condition(rng, rng.randint(1, 3))
    b, names = rewritten(a, WHOLE, rng, rng.randint(1, 5))
    return f"support({show(a)}) == support({show(b)})", " + ".join(names) or "same"


@family("masks")
def _subset(rng: Random) -> tuple[str, str]:
    """A condition with more demands sees less."""
    a, more = condition(rng, 2), condition(rng, 1)
    b, names = rewritten(a, WHOLE, rng, rng.randint(0, 3))
    less, others = rewritten(Expr("and", (a, more)), WHOLE, rng, rng.randint(0, 3))
    return f"support({show(less)}) <= support({show(b)})", " + ".join(["subset", *names, *others])


@family("masks")
def _no_future(rng: Random) -> tuple[str, str]:
    past, names = rewritten(I - rng.randint(0, 2) >= J, WHOLE, rng, rng.randint(1, 3))
    a = Expr("and", (condition(rng, 2), past))
    return f"no_future({show(a)})", " + ".join(["no future", *names])


MASKS = [  # the support of a composition, as a condition
    ("causal", "j <= i"), ("full", "true"), ("window(visible=w)", "j <= i and i - j < w"),
    ("window(lookback=w)", "j <= i and i - j <= w"), ("dilated(3)", "(i - j) % 3 == 0"),
    ("window(left=1, right=2)", "j - i <= 2 and i - j <= 1"), ("prefix(p)", "j <= i or j < p"),
    ("chunked(4)", "i // 4 == j // 4"), ("block_local(2)", "abs(i // 2 - j // 2) <= 1"),
    ("strided(3)", "abs(i - j) < 3 or (i - j) % 3 == 0"), ("sink_tokens(s)", "j < s"),
    ("packed", "doc[i] == doc[j]"), ("padding", "keep[j]"), ("dilated(r)", "(i - j) % r == 0"),
    ("global_window(2, 1)", "abs(i - j) <= 2 or i < 1 or j < 1"),
    ("chunked(c)", "i // c == j // c"),
]  # fmt: skip


def composition(rng: Random, parts: int = 2) -> tuple[str, str]:
    """A composition of masks, and its support spelled out."""
    chosen = rng.sample(MASKS, parts)
    spec, text = chosen[0]
    for other, condition_text in chosen[1:]:
        op, word = rng.choice([("+", "and"), ("|", "or")])
        spec, text = f"({spec} {op} {other})", f"({text}) {word} ({condition_text})"
    return spec, text


@family("masks")
def _spelled_out(rng: Random) -> tuple[str, str]:
    """A composition against its support as a condition, rewritten."""
    from symattn.core.text import read

    spec, text = composition(rng, rng.randint(1, 3))
    b, names = rewritten(read(text, "condition"), WHOLE, rng, rng.randint(0, 3))
    return f"support({spec}) == support({show(b)})", " + ".join(["composition", *names])


@family("masks")
def _lattice(rng: Random) -> tuple[str, str]:
    """`+` and `|` are intersection and union: they commute, distribute and absorb."""
    (a, _), (b, _), (c, _) = rng.sample(MASKS[:-3], 3)
    law = rng.choice([
        (f"({a} | {b}) + {c}", f"({a} + {c}) | ({b} + {c})", "distributing"),
        (f"({a} + {b}) | {c}", f"({a} | {c}) + ({b} | {c})", "distributing"),
        (f"{a} + {b} + {c}", f"{c} + {a} + {b}", "commuting"),
        (f"{a} + ({a} | {b})", f"{a}", "absorbing"),
        (f"{a} | {b} | {c}", f"{b} | {c} | {a}", "commuting"),
    ])  # fmt: skip
    return f"support({law[0]}) == support({law[1]})", law[2]
