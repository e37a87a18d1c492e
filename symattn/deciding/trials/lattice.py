"""The sizes at which a claim is tried: uneven ones, and parameters around the lengths.

`worlds` orders them so that few of them see much; `ascending` from the smallest on. A step is about
a microsecond; budgets in steps make the same choice on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice, pairwise, product
from math import ceil
from types import MappingProxyType

from symattn.core.errors import NotConcrete
from symattn.core.expression import Expr
from symattn.core.form import Parameter
from symattn.core.interpret import Environment, exact, holds
from symattn.deciding.trials.draws import bits, least
from symattn.deciding.trials.plan import Plan

Number = int | Fraction
Sizes = Mapping[str, Number]
NOTHING: Mapping[str, int] = MappingProxyType({})
LARGEST = 6
MOST_CHOICES = 2000  # of sizes for one length, those that conditions forbid included
ALL_HEADS = 4  # longer sequences are looked at in one head
LEVELS = 12  # choices for one length
FAR = 12  # beyond it a length is only tried when somebody says so
REALS: tuple[Number, ...] = (Fraction(1, 2), 1, 2, -1, 0, Fraction(5, 2), Fraction(-3, 2))


def lengths(plan: Plan) -> list[tuple[int, ...]]:
    """The lengths that are tried, in order of size."""
    if not plan.lengths:
        return [()]
    near = {*range(1, LARGEST + 1)}
    near |= {c + k for c in plan.constants for k in (0, 1, 2) if LARGEST < c + k <= FAR}
    return sorted(product(sorted(near), repeat=len(plan.lengths)))


def preferred(plan: Plan, name: str, longest: int) -> list[Number]:
    """Values of a size or parameter, those that hide least first."""
    if name == "d":
        found: list[Number] = [2, 4, 6] if "d" in plan.even else [3, 1, 2, 4]
    elif name == "d_v":
        found = [2, 1, 3]
    elif name == "H":
        found = [4, 6, 5, 2, 1, 3] if longest <= 2 else [2, 1, 3, 4]
    else:
        found = _of_parameter(plan, name, longest)
    near = [c + k for c in plan.constants for k in (0, 1, -1) if 0 < c + k <= 64]
    mentioned = name in plan.exact_names or name in ("d", "d_v", "H")
    every = dict.fromkeys([*found, *(near if mentioned else [])])
    own = plan.single.get(name, ())
    return [
        x for x in every
        if (name not in plan.even or x % 2 == 0)
        and all(holds(c, Environment({name: x})) for c in own)
    ]  # fmt: skip


def _of_parameter(plan: Plan, name: str, longest: int) -> list[Number]:
    declared = next(p for p in (*plan.whole, *plan.deciding) if p.name == name)
    if declared.kind == "boolean":
        return [1, 0]
    if declared.kind == "real":
        named = sorted(plan.fractions)
        between = [(a + b) / 2 for a, b in pairwise(named)]
        ends = [x for c in named for x in (c, c + Fraction(1, 2), c - Fraction(1, 2))]
        found = [*REALS, *between, *ends]
        return [whole(x) for x in dict.fromkeys(found) if _fits(declared, x)]
    if name in plan.even:
        return [2, 4]
    low = least(declared)
    if low is None:
        return [1, 2, 0, -1, longest, -2]
    near = [2, 1, 3, longest - 1, longest + 1, longest, low, low + 1]
    return [x for x in dict.fromkeys(near) if x >= low]


def whole(value: Number) -> Number:
    """The number, as an int if it is one."""
    return value.numerator if value.denominator == 1 else value


def _fits(declared: Parameter, value: Number) -> bool:
    if declared.bound is None or declared.bound.op != "number":
        return True
    bound = Fraction(declared.bound.args[0])  # type: ignore[arg-type]
    return value > bound or (value == bound and declared.relation == ">=")


def names(plan: Plan) -> list[str]:
    """The names that sizes give a number, lengths apart, in the order of smallness."""
    parameters = {p.name for p in (*plan.whole, *plan.deciding)}
    return [*plan.sizes, *(p.name for p in plan.parameters if p.name in parameters)]


def choices(
    plan: Plan, length: tuple[int, ...], small: bool, fixed: Mapping[str, int] = NOTHING
) -> Iterator[Sizes]:
    """The sizes for one choice of lengths that satisfy the conditions on them.

    `small`: in order of size; otherwise those that hide least come first.
    """
    longest = max(length, default=1)
    own = names(plan)
    lists: list[list[Number]] = [
        [fixed[name]] if name in fixed else preferred(plan, name, longest) for name in own
    ]
    start = dict(zip(plan.lengths, length, strict=True))
    ordered: Iterator[tuple[Number, ...]]
    if small:
        ordered = product(*(sorted(v, key=lambda x: (abs(x), x < 0)) for v in lists))
    else:
        ordered = _by_rank(lists)
    for chosen in islice(ordered, MOST_CHOICES):
        sizes = {**start, **dict(zip(own, chosen, strict=True))}
        if allowed(plan, sizes):
            yield sizes


def _by_rank(lists: list[list[Number]]) -> Iterator[tuple[Number, ...]]:
    """One value of each list, with the smallest sum of places first."""
    most = sum(len(values) - 1 for values in lists)
    for total in range(most + 1):
        yield from _with_total(lists, total)


def _with_total(lists: list[list[Number]], total: int) -> Iterator[tuple[Number, ...]]:
    if not lists:
        if not total:
            yield ()
        return
    for place, value in enumerate(lists[0][: total + 1]):
        for rest in _with_total(lists[1:], total - place):
            yield (value, *rest)


def allowed(plan: Plan, sizes: Sizes) -> bool:
    """Whether conditions on sizes alone hold, those of the Forms included."""
    env = Environment(_with_lengths(sizes))
    try:
        if not all(holds(condition, env) for condition in plan.still):
            return False
    except NotConcrete:  # as for n, where there are n_q queries and n_k keys
        return False
    return all(_divides(node, env) for node in _whole_places(plan))


def _with_lengths(sizes: Sizes) -> dict[str, Number]:
    found = dict(sizes)
    if "n" in found:
        found |= {"n_q": found["n"], "n_k": found["n"]}
    elif "n_q" in found and found["n_q"] == found.get("n_k"):
        found["n"] = found["n_q"]
    return found


def _whole_places(plan: Plan) -> Iterator[Expr]:
    """The sizes that must come out whole: key heads of the last head."""
    for form in plan.forms:
        if form.heads is not None:
            yield form.heads


def _divides(head_map: Expr, env: Environment) -> bool:
    """Whether a head map has a value for every head."""
    heads = env.scalars.get("H")
    if not isinstance(heads, int):
        return True
    try:
        some = range(heads) if heads <= 8 else (0, 1, heads // 2, heads - 1)
        found = [exact(head_map, env.at(h=h)) for h in some]
    except NotConcrete:
        return False
    return all(isinstance(x, int) and x >= 0 for x in found)


def worlds(plan: Plan, budget: int, most: int) -> list[Sizes]:
    """Sizes to try: every length once, within `most` steps, then more choices within a budget."""
    lists = [list(islice(choices(plan, x, small=False), LEVELS)) for x in spread(plan)]
    found: list[Sizes] = []
    spent = 0
    for level in range(max(map(len, lists), default=0)):
        for number, options in enumerate(lists):
            if level >= len(options):
                continue
            # levels beyond the first start elsewhere for each length, so that more is seen
            turn = 0 if not level else bits(plan.claim.text, number) % (len(options) - 1 or 1)
            sizes = options[1 + (level - 1 + turn) % (len(options) - 1)] if level else options[0]
            price = cost(plan, sizes)
            if spent + price > (budget if level else most):
                continue
            spent += price
            found.append(sizes)
        if spent > budget:
            break
    return sorted(found, key=lambda sizes: [sizes[name] for name in plan.lengths])


def spread(plan: Plan) -> list[tuple[int, ...]]:
    """The lengths, shortest first, and of two lengths the unequal ones among the long."""
    found = lengths(plan)
    if len(plan.lengths) == 2:
        found = [x for x in found if max(x) <= 3 or x in ((1, 6), (6, 1), (4, 6), (6, 4), (5, 5))]
    return sorted(found, key=lambda x: (max(x, default=0), x))


def ascending(plan: Plan, fixed: Mapping[str, int]) -> Iterator[Sizes]:
    """All sizes in order, those that somebody fixed apart."""
    for length in _from(plan, fixed):
        if all(fixed.get(n, at) == at for n, at in zip(plan.lengths, length, strict=True)):
            yield from choices(plan, length, True, fixed)


def _from(plan: Plan, fixed: Mapping[str, int]) -> list[tuple[int, ...]]:
    if plan.lengths and all(name in fixed for name in plan.lengths):
        return [tuple(fixed[name] for name in plan.lengths)]
    return lengths(plan)


def cost(plan: Plan, sizes: Sizes) -> int:
    """About how many steps it takes to try a claim at these sizes once."""
    n_q = int(sizes.get("n_q", sizes.get("n", 1)))
    n_k = int(sizes.get("n_k", sizes.get("n", 1)))
    heads = int(sizes.get("H", 1)) if plan.many else 1
    heads = 1 if heads > 1 and max(n_q, n_k) > ALL_HEADS else heads
    width = int(sizes.get("d", 1)) + int(sizes.get("d_v", 0))
    total = 0
    for size in plan.prices:  # of every form, as often as it is computed
        total += heads * n_q * ceil(0.7 * n_k) * (25 + 2 * size + width)
    cells = heads
    for _, role in plan.claim.positions:
        cells *= n_q if role == "query" else n_k
    own = sum(_size(side, n_k) for side in (plan.left, plan.right))
    return total + cells * (5 + own + own // 4)


def _times(expr: Expr, n_k: int) -> int:
    """How many terms a sum has, or about that."""
    try:
        low, high = (exact(part, Environment()) for part in expr.parts[:-1])
    except (NotConcrete, ValueError):
        return n_k
    return max(int(high - low) + 1, 0)


def _size(expr: Expr, n_k: int) -> int:
    """The number of nodes that are evaluated, a sum counted as often as it repeats."""
    sizes = [_size(part, n_k) for part in expr.parts]
    inner = sizes[0] + max(sizes[1:]) if expr.op == "where" else sum(sizes)  # one branch is taken
    dear = 5 if expr.op in ("exp", "cos", "sin", "rope", "/", "sigmoid", "tanh") else 1
    if expr.op != "sum":
        return dear + inner
    return dear + _times(expr, n_k) * inner
