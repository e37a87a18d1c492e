"""What the counting tests count: mechanisms with numbers, with open parameters, and brute force."""

from itertools import product

from symattn.core.expression import free_names
from symattn.core.interpret import Environment, exact, holds
from symattn.mechanisms.registry import named, names
from symattn.mechanisms.spec import mechanism

FREE = Environment()
COMPOSITIONS = (
    "window(visible=3)+alibi",
    "window(visible=4)+window(visible=2)",
    "dilated(2)+causal",
    "dilated(3)+causal",
    "dilated(2)+dilated(3)",
    "dilated(4)+dilated(6)+causal",
    "dilated(2)+window(visible=5)",
    "dilated(3)+window(left=4,right=2)",
    "strided(2)+causal",
    "strided(3)+causal",
    "strided(3)+window(visible=5)",
    "prefix(2)+prefix(4)",
    "prefix(3)+window(left=1,right=3)",
    "prefix(2)+dilated(2)",
    "chunked(2)+causal",
    "chunked(3)+causal",
    "chunked(5)+causal",
    "chunked(4)+window(visible=2)",
    "chunked(3)+window(left=1,right=1)",
    "chunked(2)+chunked(3)",
    "chunked(4)+dilated(2)+causal",
    "block_local(1)+causal",
    "block_local(2)+causal",
    "block_local(3)+window(visible=4)",
    "block_local(2)+dilated(2)",
    "global_window(lookback=1,tokens=1)+causal",
    "global_window(lookback=2,tokens=3)+dilated(2)",
    "sink_tokens(2)+causal",
    "(window(visible=2) | sink_tokens(1)) + causal",
    "(window(visible=3) | sink_tokens(2)) + causal",
    "window(visible=3) | sink_tokens(2)",
    "window(visible=2) | sink_tokens(3) | dilated(3)",
    "(sink_tokens(1) | dilated(2)) + window(visible=6)",
    "(chunked(3) | sink_tokens(1)) + causal",
    "(chunked(2) | dilated(3)) + prefix(2)",
)
OPEN = (  # compositions with open parameters that must have a closed form
    "window(visible=w)",
    "window(lookback=l)",
    "window(left=l,right=r)",
    "window(visible=a)+window(visible=b)",
    "dilated(r)",
    "dilated(r)+causal",
    "strided(s)",
    "strided(s)+causal",
    "prefix(p)",
    "prefix(a)+prefix(b)",
    "prefix(p)+window(visible=w)",
    "chunked(c)",
    "chunked(c)+causal",
    "chunked(c)+window(visible=w)",
    "block_local(b)",
    "block_local(b)+causal",
    "sink_tokens(s)",
    "sink_tokens(s)+causal",
    "(window(visible=w) | sink_tokens(s)) + causal",
)
ROWS_ONLY = (  # rows have a closed form, their sum has none
    "global_window(lookback=l,tokens=g)",
    "window(visible=w) | sink_tokens(s)",
    "dilated(r)+window(visible=w)",
)


def swept(name: str) -> list[str]:
    """A mechanism with every small number for the parameters of its support."""
    found = []
    for statement in named(name).statements:
        part = statement.part(name, {})
        free = [p for p in part.parameters if p.name in free_names(part.support)]
        if not free or any(p.indices for p in free):
            continue
        low = {p.name: int(p.bound.args[0]) for p in free}
        ranges = [range(low[p.name], low[p.name] + (4 if len(free) == 1 else 3)) for p in free]
        for values in product(*ranges):
            inside = ", ".join(f"{p.name}={v}" for p, v in zip(free, values, strict=True))
            found.append(f"{name}({inside})")
    return found


def concrete() -> list[str]:
    """Every mechanism with numbers, and the compositions."""
    found = []
    for name in names():
        tables = any(
            p.kind in ("boolean", "integer") and p.indices for p in mechanism(name).parameters
        )
        if not tables:
            found += swept(name) or [name]
    return [*found, *COMPOSITIONS]


def brute_rows(form, n_q: int, n_k: int, env: Environment = FREE) -> list[int]:
    """How many keys each row sees, by asking the support about every pair."""
    same = {"n": n_k} if n_q == n_k else {}
    env = env.at(n_q=n_q, n_k=n_k, **same)
    first = int(exact(form.offset, env))
    return [
        sum(holds(form.support, env.at(i=first + row, j=j)) for j in range(n_k))
        for row in range(n_q)
    ]
