"""Random mutations of a claim's text, each a mistake that somebody makes.

Whether the mutant is false is for the oracle to say; many a mutant is true, or no claim at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from symattn.core.text import tokens

Words = list[str]
Mutation = Callable[[Words, int, Random], Words | None]
TINY = "1 / 1000000000000000000000000000000"
FUNCTIONS = {
    "max": "min",
    "min": "max",
    "tanh": "sigmoid",
    "sigmoid": "tanh",
    "cos": "sin",
    "sin": "cos",
}
COMPARED = {"<=": "<", "<": "<=", ">=": ">", ">": ">="}
SWAPPED = {"i": "j", "j": "i", "n": "i", "k": "q", "q": "k", "l": "j", "t": "i"}


def mutated(text: str, rng: Random) -> tuple[str, str]:
    """A changed text and the name of the mistake; the text itself if nothing could be changed."""
    words = [token.text for token in tokens(text) if token.text]
    for _ in range(40):
        name = rng.choice(list(MUTATIONS))
        at = rng.randrange(len(words))
        new = MUTATIONS[name](words, at, rng)
        if new is not None and new != words:
            return joined(new), name
    return text, "nothing"


def joined(words: Sequence[str]) -> str:
    """Words as a line of text.

    >>> joined(["f", "(", "i", ",", "j", ")", "<=", "2"])
    'f(i, j) <= 2'
    """
    line = " ".join(words)
    line = re.sub(r"(\w) ([\[(])", lambda m: m[1] + m[2], line)
    line = re.sub(r"\b(and|or|not|where|implies)([\[(])", r"\1 \2", line)
    line = re.sub(r"([\[(]) ", r"\1", line)
    line = re.sub(r" ([\]),.])", r"\1", line)
    return re.sub(r"(\w) = (?==?)", r"\1 = ", re.sub(r"\. T\b", ".T", line))


def _number(words: Words, at: int) -> bool:
    """Whether a number stands here, and not the name of an option before it."""
    return words[at].isdigit()


def _put(words: Words, at: int, *new: str, length: int = 1) -> Words:
    return [*words[:at], *new, *words[at + length :]]


def off_by_one(words: Words, at: int, rng: Random) -> Words | None:
    if not _number(words, at):
        return None
    return _put(words, at, str(max(0, int(words[at]) + rng.choice([1, -1]))))


def last_digit(words: Words, at: int, rng: Random) -> Words | None:
    """A constant that is wrong by 1e-30 or in a late decimal."""
    if not _number(words, at):
        return None
    wrong = rng.choice([TINY, "1 / 1267650600228229401496703205376", "1 / 100000000"])
    return _put(words, at, "(", words[at], rng.choice("+-"), *wrong.split(), ")")


def power_of_two(words: Words, at: int, rng: Random) -> Words | None:
    if not _number(words, at):
        return None
    return _put(words, at, str(int(words[at]) * rng.choice([2, 4, 2**20, 2**31, 2**52, 2**64])))


def sign(words: Words, at: int, _: Random) -> Words | None:
    if words[at] not in "+-" or not at or words[at - 1] in "([,<=>=*/+-":
        return None
    return _put(words, at, "-" if words[at] == "+" else "+")


def strict(words: Words, at: int, _: Random) -> Words | None:
    return _put(words, at, COMPARED[words[at]]) if words[at] in COMPARED else None


def index(words: Words, at: int, _: Random) -> Words | None:
    new = SWAPPED.get(words[at])
    option = at + 1 < len(words) and words[at + 1] == "="
    return _put(words, at, new) if new and not option else None


def function(words: Words, at: int, _: Random) -> Words | None:
    called = at + 1 < len(words) and words[at + 1] == "("
    return _put(words, at, FUNCTIONS[words[at]]) if called and words[at] in FUNCTIONS else None


def junction(words: Words, at: int, _: Random) -> Words | None:
    other = {"and": "or", "or": "and"}.get(words[at])
    return _put(words, at, other) if other else None


def negation(words: Words, at: int, _: Random) -> Words | None:
    return _put(words, at) if words[at] == "not" else None


def lost_scale(words: Words, at: int, rng: Random) -> Words | None:
    """`/ sqrt(d)` lost or squared."""
    if words[at : at + 5] != ["/", "sqrt", "(", "d", ")"]:
        return None
    return _put(words, at, *rng.choice([(), ("/", "d"), ("*", "sqrt", "(", "d", ")")]), length=5)


def swapped_operation(words: Words, at: int, _: Random) -> Words | None:
    other = {"*": "+", "/": "*", "//": "/", "%": "//", "**": "*"}.get(words[at])
    return _put(words, at, other) if other else None


def lost_term(words: Words, at: int, _: Random) -> Words | None:
    """One name or number with the operator before it, or with the comma's comparison."""
    if at < 1 or words[at - 1] not in ("+", "-", "*", "/") or not re.fullmatch(r"\w+", words[at]):
        return None
    if at + 1 < len(words) and words[at + 1] in ("(", "["):
        close = _closing(words, at + 1)
        return None if close is None else _put(words, at - 1, length=close - at + 2)
    return _put(words, at - 1, length=2)


def lost_operand(words: Words, at: int, _: Random) -> Words | None:
    """The first operand of `a + b`, or a bracket that is not a call's."""
    if words[at] not in ("+", "*", "-") or at < 1 or not re.fullmatch(r"\w+", words[at - 1]):
        return None
    return _put(words, at - 1, length=2)


def _closing(words: Words, at: int) -> int | None:
    depth = 0
    for place in range(at, len(words)):
        depth += (words[place] in "([") - (words[place] in ")]")
        if depth == 0:
            return place
    return None


def factor(words: Words, at: int, rng: Random) -> Words | None:
    """A name or number becomes twice itself, or 1 more."""
    if not re.fullmatch(r"[a-z]\w?|\d+", words[at]) or words[at] in ("or", "d"):
        return None
    if at + 1 < len(words) and words[at + 1] in ("(", "[", "=", ",", "."):
        return None
    more = rng.choice([("2", "*", words[at]), (words[at], "+", "1"), (words[at], "-", "1")])
    return _put(words, at, "(", *more, ")")


def whole_side(words: Words, at: int, rng: Random) -> Words | None:
    """The right side of an equation is off by a little, or scaled."""
    if words[at] != "==" or "support" in words or words.count("==") != 1:
        return None
    end = (
        words.index("where")
        if "where" in words[at:] and words[words.index("where") + 1] != "("
        else len(words)
    )
    side = words[at + 1 : end]
    more = rng.choice(
        [
            ("+", *TINY.split()),
            ("*", "2"),
            ("+", "1"),
            ("-", "1", "/", "7"),
            ("*", "(", "1", "+", *TINY.split(), ")"),
        ]
    )
    return [*words[: at + 1], "(", *side, ")", *more, *words[end:]]


def mask(words: Words, at: int, rng: Random) -> Words | None:
    """A mechanism becomes a neighbour."""
    options = NEIGHBOURS.get(words[at])
    return _put(words, at, rng.choice(options)) if options else None


NEIGHBOURS = {
    "causal": ["full", "prefix(1)", "window(visible=3)", "(causal | sink_tokens(1))"],
    "full": ["causal"], "chunked": ["block_local", "dilated"], "dilated": ["chunked", "strided"],
    "visible": ["lookback"], "lookback": ["visible"], "softmax1": ["full", "sigmoid(b0)"],
    "rope": ["qk_norm"], "linear": ["full"], "packed": ["padding"], "mqa": ["multihead"],
    "multihead": ["mqa"], "learned_sink": ["softmax1"], "alibi": ["bias"], "retention": ["linear"],
    "qk_norm": ["rope"], "mla_absorbed": ["full"],
}  # fmt: skip


def one_cell(words: Words, at: int, rng: Random) -> Words | None:
    """A condition is wrong in one cell, or on one row only."""
    if words[at] not in ("j", "i") or at + 1 >= len(words) or words[at + 1] not in COMPARED:
        return None
    cell = rng.choice(["(i == 3 and j == 1)", "i == 0", "(j == 4 and i == 4)"])
    more = rng.choice([f"{cell} or", f"not {cell} and"])
    return _put(words, at, *(token.text for token in tokens(more) if token.text), words[at])


MUTATIONS: dict[str, Mutation] = {
    "off by one": off_by_one, "last digit": last_digit, "power of two": power_of_two, "sign": sign,
    "< for <=": strict, "swapped index": index, "other function": function, "or for and": junction,
    "lost not": negation, "lost scale": lost_scale, "other operation": swapped_operation,
    "lost term": lost_term, "lost operand": lost_operand, "factor or 1": factor,
    "wrong side": whole_side, "other mechanism": mask, "one cell": one_cell,
}  # fmt: skip
