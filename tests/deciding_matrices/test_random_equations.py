"""Random equations between matrices: NumPy says which hold, and no verdict contradicts it."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest

from symattn.core.errors import Unreadable
from symattn.core.verdict import Proved, Refuted
from symattn.deciding.decide import decide
from symattn.reading.claim_text import read_claim

N, D = 3, 3  # free matrices are square, so that every product fits
LEAVES = ("A", "B", "P", "S", "Q @ K.T", "dP", "dS")
REWRITES = {  # what always holds of square matrices X, Y
    "({X}) + ({Y})": "({Y}) + ({X})",
    "({X}) o ({Y})": "({Y}) o ({X})",
    "(({X}) @ ({Y}).T).T": "({Y}) @ ({X}).T",
    "rowsum(({X}) o ({Y}))": "rowsum(({Y}) o ({X}))",
    "colsum({X}).T": "rowsum(({X}).T)",
    "tril({X})": "triu(({X}).T).T",
    "softmax({X})": "exp({X}) / rowsum(exp({X}))",
    "diag(rowsum({X})) @ ({Y})": "rowsum({X}) o ({Y})",
}
UNARY = ("({X}).T.T", "-({X})", "2 * ({X})", "tril({X})", "({X}) o ({Y})", "({X}) + ({Y})",
         "({X}) - rowsum({X})", "({X}) @ ({Y}).T @ ({X})")  # fmt: skip


def arrays(seed: int) -> dict[str, np.ndarray]:
    """Every letter by its definition, for full attention."""
    draw = np.random.default_rng(seed)
    a = {name: draw.normal(size=(N, D)) for name in ("A", "B", "Q", "K", "V", "dO")}
    a["S"] = a["Q"] @ a["K"].T / np.sqrt(D)
    a["P"] = softmax(a["S"])
    a["O"], a["dP"] = a["P"] @ a["V"], a["dO"] @ a["V"].T
    jacobian = np.stack([np.diag(p) - np.outer(p, p) for p in a["P"]])
    a["dS"] = np.einsum("il,ilj->ij", a["dP"], jacobian)
    return a


def softmax(x: np.ndarray) -> np.ndarray:
    top = np.exp(x)
    return np.asarray(top / top.sum(axis=1, keepdims=True))


class Entrywise(np.ndarray):
    """An array for which `|` is the product entry by entry, as `o` is in a claim."""

    def __or__(self, other: object) -> np.ndarray:
        return np.multiply(self, other)


def wrapped(x: np.ndarray) -> np.ndarray:
    return np.asarray(x).view(Entrywise)


FUNCTIONS = {
    "rowsum": lambda x: wrapped(np.sum(x, axis=1, keepdims=True)),
    "colsum": lambda x: wrapped(np.sum(x, axis=0, keepdims=True)),
    "softmax": lambda x: wrapped(softmax(x)),
    "tril": lambda x: wrapped(np.tril(x)),
    "triu": lambda x: wrapped(np.triu(x)),
    "exp": lambda x: wrapped(np.exp(x)),
    "diag": lambda x: wrapped(np.diag(np.asarray(x)[:, 0])),
}


def value(text: str, seed: int) -> np.ndarray:
    """A side of one of our own texts in NumPy; every `o` in it stands between brackets or names."""
    names = {name: wrapped(x) for name, x in arrays(seed).items()}
    return np.asarray(eval(text.replace(" o ", " | "), {**FUNCTIONS, **names}))


def holds(left: str, right: str) -> bool:
    return all(
        np.allclose(*np.broadcast_arrays(value(left, s), value(right, s)), rtol=1e-7, atol=1e-9)
        for s in (1, 2, 3)
    )


def random_side(draw: random.Random, depth: int) -> str:
    if not depth:
        return draw.choice(LEAVES)
    shape = draw.choice(UNARY)
    return shape.format(X=random_side(draw, depth - 1), Y=random_side(draw, 0))


def cases(count: int) -> list[tuple[str, str]]:
    draw = random.Random(20)
    found = []
    for _ in range(count):
        rule = draw.choice(list(REWRITES))
        names = {"X": random_side(draw, draw.randint(0, 1)), "Y": random_side(draw, 0)}
        left, right = rule.format(**names), REWRITES[rule].format(**names)
        if draw.random() < 0.5:  # a mistake: another letter, sign, or transpose
            words = sorted(set(re.findall(r"\b(?:A|B|P|S|K|dP|dS)\b", right)))
            old = draw.choice(words)
            new = draw.choice(("A", "dP", f"(-{old})", f"(2 * {old})"))
            right = re.sub(rf"\b{old}\b", new, right, count=1)
        found.append((left, right))
    return found


@pytest.mark.parametrize(("left", "right"), cases(80))
def test_no_verdict_contradicts_numpy(left: str, right: str) -> None:
    text = f"{left} == {right}"
    try:
        found = decide(read_claim(text)).verdict
    except Unreadable:  # shapes that do not fit: queries are no keys
        return
    if isinstance(found, Proved):
        assert holds(left, right), text
    elif isinstance(found, Refuted):
        assert not holds(left, right), f"{text}: {found.counterexample}"


def test_most_of_them_are_decided() -> None:
    decided = unread = 0
    for left, right in cases(60):
        try:
            found = decide(read_claim(f"{left} == {right}")).verdict
        except Unreadable:
            unread += 1
            continue
        decided += isinstance(found, (Proved, Refuted))
    assert unread <= 20
    assert decided >= 0.8 * (60 - unread)
