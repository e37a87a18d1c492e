"""Variants of the questions about tables: heatmaps, structures, masks and leaks."""

from __future__ import annotations

from random import Random

from symattn.claims.variants.drawing import (
    Record,
    Seen,
    a_window,
    any_mask,
    causal,
    choice,
    everything,
    flipped,
    joined,
    neighbours,
    several,
    table,
    without_future,
)

ROWS = "Rows are queries, from top to bottom with / between them, columns are keys"


def heatmap(draw: Random) -> Record:
    """Which heatmap is that of a mechanism."""
    n = draw.randint(3, 6)
    right = any_mask(draw, n)
    tables = [table(right.seen, n), *neighbours(draw, right, n)[:3]]
    options = [{"text": joined(rows), "answer": rows} for rows in tables]
    return choice(
        draw, options[0], options[1:], of="matrix",
        statement=f"Which heatmap is that of {right.words} over {n} tokens? {ROWS},"
        " x is a key that is seen.",
        reference={"mechanism": right.spec, "output": "support"}, given={"n": n},
    )  # fmt: skip


def structure(draw: Random) -> Record:
    """Which table of positive weights and zeros belongs to a mechanism."""
    n = draw.randint(3, 6)
    right = causal() if draw.random() < 0.4 else without_future(draw, n)
    mark = draw.choice(("a", "w", "p"))
    shown = [table(right.seen, n), *neighbours(draw, right, n)[:3]]
    tables = [[r.replace("x", mark).replace(".", "0") for r in rows] for rows in shown]
    options = [{"text": joined(rows), "answer": rows} for rows in tables]
    return choice(
        draw, options[0], options[1:], of="matrix",
        statement=f"{mark} stands for a positive weight, 0 for a weight of zero. Which structure"
        f" have the weights of {right.words} over {n} tokens? {ROWS}.",
        reference={"mechanism": right.spec, "output": "support"}, given={"n": n},
    )  # fmt: skip


def apply_mask(draw: Random) -> Record:
    """Scores in numbers, and what the mask makes of them."""
    n = draw.choice((3, 3, 4))
    scores = [[draw.randint(-4, 9) for _ in range(n)] for _ in range(n)]
    mask = causal() if draw.random() < 0.6 else without_future(draw, n)

    def shown(seen: Seen, hidden: str = "-oo") -> list[str]:
        return [
            " ".join(str(score) if seen(i, j) else hidden for j, score in enumerate(row))
            for i, row in enumerate(scores)
        ]

    wrong = [
        shown(mask.seen, "0"),
        shown(lambda i, j: mask.seen(j, i)),
        shown(lambda i, j: mask.seen(i, j) and i != j),
        shown(flipped(mask.seen, (draw.randrange(n), draw.randrange(n)))),
        shown(everything),
    ]
    given = " / ".join(" ".join(map(str, row)) for row in scores)
    return several(
        draw, "matrix", shown(mask.seen), wrong,
        statement=f"The scores of {n} tokens are {given}. {ROWS}. What are they after the mask of"
        f" {mask.words} has been added?",
        reference={"mechanism": mask.spec, "output": "masked"}, given={"S": scores},
    )  # fmt: skip


def violates(draw: Random) -> Record:
    """Which table breaks the rule that nobody sees the future."""
    n = draw.randint(4, 6)
    a = draw.randrange(n - 1)
    cell = (a, draw.randrange(a + 1, n))
    base = without_future(draw, n)
    planted = f"({base.support}) or (i == {cell[0]} and j == {cell[1]})"
    right = {
        "text": joined(table(flipped(base.seen, cell), n, "S", "0")),
        "reference": f"({planted}) and j > i",
        "answer": 1,
    }
    kept: dict[str, Record] = {}
    for mask in (draw.choice((without_future, a_window))(draw, n) for _ in range(30)):
        text = joined(table(mask.seen, n, "S", "0"))
        reference = f"({mask.support}) and j > i"
        kept.setdefault(text, {"text": text, "reference": reference, "answer": 1})
    return choice(
        draw, right, list(kept.values())[:3], of="count", given={"n": n},
        statement=f"S marks a key that is seen, 0 one that is not, among {n} tokens. {ROWS}."
        " Which table breaks the rule that nobody sees the future?",
        feedback="Count the keys that come after their query.",
    )  # fmt: skip


def find_leak(draw: Random) -> Record:
    """A dump of weights with one cell too many."""
    n = draw.randint(4, 7)
    future = [(i, j) for i in range(n) for j in range(i + 1, n)]
    cell, *others = draw.sample(future, 3)
    base = without_future(draw, n)
    seen = flipped(base.seen, cell)
    planted = f"({base.support}) or (i == {cell[0]} and j == {cell[1]})"
    options = [
        {
            "text": f"Query {i} sees key {j}.",
            "claim": f"support(i == {i} and j == {j}) <= support({planted}) where n == {n}",
        }
        for i, j in (cell, *others)
    ]
    none = {
        "text": "No query sees the future.",
        "claim": f"no_future({planted}) where n == {n}",
    }
    return choice(
        draw, options[0], [*options[1:], none],
        statement=f"Equal scores give {n} tokens the weights {joined(_shares(seen, n))}. {ROWS};"
        " both count from 0. Where is the future seen?",
        feedback=f"Row {cell[0]} has a weight in column {cell[1]}, above the diagonal.",
    )  # fmt: skip


def _shares(seen: Seen, n: int) -> list[str]:
    """The weights when all scores are equal, row by row."""
    rows = []
    for i in range(n):
        width = sum(seen(i, j) for j in range(n))
        share = f"1/{width}" if width > 1 else "1"
        rows.append(" ".join(share if seen(i, j) else "0" for j in range(n)))
    return rows
