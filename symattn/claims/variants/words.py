"""Variants in words: tokens with names, orders of steps, shapes, single cells."""

from __future__ import annotations

from random import Random

from symattn.claims.variants.drawing import Record, any_mask, different, several

SENTENCES = (
    "The quick brown fox", "A small bird sings", "My neighbour paints old boats",
    "Every winter brings new snow", "She reads long letters aloud", "Two clocks never agree",
    "Rivers carry stones to valleys", "Our train leaves before noon", "He planted seven pear trees",
    "Nobody heard that door close", "Green tea cools very slowly", "Children build towers of sand",
    "Night falls early in December", "This bridge was built twice", "Good bread needs much time",
)  # fmt: skip
PIPELINES = (
    ("project", "scores", "scale", "mask", "softmax", "weighted sum"),
    ("project", "rotate q and k", "scores", "scale", "mask", "softmax", "weighted sum"),
    ("project", "split heads", "scores", "mask", "softmax", "weighted sum", "join heads"),
    ("normalise q and k", "scores", "add position term", "mask", "softmax", "weighted sum"),
)


def words_seen(draw: Random) -> Record:
    """The words that a word may attend to."""
    labels = draw.choice(SENTENCES).split()
    n = len(labels)
    mask, i = any_mask(draw, n), draw.randint(1, n - 1)
    right = [labels[j] for j in range(n) if mask.seen(i, j)]
    candidates = [
        labels[:i], labels[: i + 1], labels, labels[i:], [labels[i]],
        [w for w in labels if w not in right], right[1:], [*right[:-1]],
    ]  # fmt: skip
    return several(
        draw, "set", right, [words for words in candidates if words and words != right],
        statement=f'Which words may "{labels[i]}" attend to in "{" ".join(labels)}", with'
        f" {mask.words}?",
        reference=mask.spec, given={"labels": labels, "i": i},
    )  # fmt: skip


def steps_ordered(draw: Random) -> Record:
    """An order of steps that works; two neighbours that do not need each other may be exchanged."""
    steps = draw.choice(PIPELINES)
    free = ("scale", "mask") if {"scale", "mask"} <= set(steps) else ("", "")
    groups = [s for s in steps if s not in free]
    if free[0]:
        groups.insert(groups.index("softmax"), ", ".join(free))
    right = list(steps)
    if free[0] and draw.random() < 0.5:
        a, b = (right.index(step) for step in free)
        right[a], right[b] = right[b], right[a]
    wrong = []
    for _ in range(8):
        other = list(right)
        a, b = draw.sample(range(len(other)), 2)
        other[a], other[b] = other[b], other[a]
        if {right[a], right[b]} != set(free):
            wrong.append(other)
    return several(
        draw, "order", right, different(wrong, right),
        statement="Which order of these steps computes an output of attention? "
        + "; ".join(sorted(steps)) + ".",
        reference=" < ".join(groups),
    )  # fmt: skip


def shapes(draw: Random) -> Record:
    """The shape of a part of the formula, in numbers."""
    n, d, d_v = draw.sample(range(2, 24), 3)
    said, claim, right = draw.choice((
        ("Q", "Q", (n, d)), ("K^T", "K.T", (d, n)), ("V", "V", (n, d_v)),
        ("Q K^T", "Q @ K.T", (n, n)), ("softmax(Q K^T / sqrt(d) + M)", "P", (n, n)),
        ("softmax(Q K^T / sqrt(d) + M) V", "P @ V", (n, d_v)), ("K^T V", "K.T @ V", (d, d_v)),
    ))  # fmt: skip
    others = [(n, d), (d, n), (n, n), (n, d_v), (d, d), (d_v, n), (d_v, d), (d, d_v), (d_v, d_v)]
    return several(
        draw, "shape", str(right), [str(shape) for shape in others if shape != right],
        statement=f"{n} tokens have queries and keys of width {d} and values of width {d_v} (rows"
        f" are tokens). Which shape has {said}?",
        claim=claim, given={"n": n, "d": d, "d_v": d_v},
    )  # fmt: skip


def cell_seen(draw: Random) -> Record:
    """True or false: a query meets a key."""
    n = draw.randint(3, 9)
    mask, i, j = any_mask(draw, n), draw.randrange(n), draw.randrange(n)
    return {
        "kind": "truefalse",
        "statement": f"In {mask.words} over {n} tokens that count from 0, the query of position"
        f" {i} meets the key of position {j}.",
        "claim": f"support(i == {i} and j == {j}) <= support({mask.spec}) where n == {n}",
        "answer": mask.seen(i, j),
    }


def weight_zero(draw: Random) -> Record:
    """True or false: a weight is exactly zero."""
    n = draw.randint(3, 9)
    mask, i, j = any_mask(draw, n), draw.randrange(n), draw.randrange(n)
    return {
        "kind": "truefalse",
        "statement": f"In {mask.words} over {n} tokens that count from 0, with finite scores, the"
        f" weight in row {i} and column {j} is exactly 0.",
        "claim": f"weight({mask.spec}, {i}, {j}) == 0 where n == {n}",
        "answer": not mask.seen(i, j),
    }
