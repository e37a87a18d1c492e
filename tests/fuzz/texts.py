"""Texts that nobody should send us, and the words that random ones are made of."""

from __future__ import annotations

from symattn.mechanisms.registry import names
from symattn.reading.claim_text import STATEMENTS
from symattn.reading.term_text import STARTS

WORDS = (
    *STATEMENTS, *STARTS, *names(), "where", "and", "or", "not", "true", "false", "implies",
    "i", "j", "h", "l", "n", "n_q", "n_k", "d", "H", "L", "w", "q", "k", "v", "doc", "layers",
    "visible", "lookback", "left", "right", "min", "max", "abs", "floor", "sum", "dot", "sqrt",
    "exp", "log", "norm", "rope", "phi", "mask", "oo", "T",
    "(", ")", "[", "]", ",", "=", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "//", "%",
    "**", "@", ".", "|", "0", "1", "2", "3", "7", "64", "0.5", "10**10", "1e9", "9" * 39, "-1",
    "__class__", "__import__", "eval", "os", "system", "lambda", "self", "globals", "print",
    "\n", "\t", "'", '"', "\\", ";", ":", "#", "$", "{", "}", "\x00", "\u03c9", "\uff57", "\u200b",
)  # fmt: skip

HOSTILE = [  # read_claim refuses these
    "(" * 1_000_000,
    "no_future(" + "[" * 1_000_000,
    "no_future(" * 500,
    "no_future(" + "not " * 390 + "j <= i)",
    "no_future(" + "(" * 300 + "j" + ")" * 300 + " <= i)",
    "no_future(t" + "[t" * 150 + "]" * 150 + ")",
    "no_future(j <= 10**10**10)",
    "no_future(window(visible=10**10**10))",
    "reach(causal, layers=10**10**10) == n - 1",
    "reach(causal, layers=L) == L**L**L",
    "count(causal) == 9**64**64",
    "row_count(causal, i) == " + "9" * 2_000_000,
    "no_future(__import__('os').system('true'))",
    "no_future(causal.__class__.__bases__)",
    "no_future((lambda: i)())",
    "support(eval(1)) == support(exec(1))",
    "no_future(causal); __import__",
    "no_future(c\u0430usal)",  # a Cyrillic letter
    "support(causal) \uff1d\uff1d support(full)",  # full-width signs
    "no_future(causal)\u202e where n >= 1",  # text that runs from right to left
    "no_future(\u24d2ausal)",
    "reach(causal, layers=\u0663) == n - 1",  # an Arabic digit
    "\ufeffno_future(causal)",
    "no_future(causal)\x00",
    "no_future(keep j] <= i)",
    "no_future(causal))",
    "support(causal] == support(causal)",
    "where where where",
    "weight(" * 100,
    "dot(" * 100,
    "output(causal, " + "i + " * 199 + "i) == 0",
    "no_future(causal) where " + " and ".join(["n >= 1"] * 200),
]
HARD = [  # these are claims; each ends soon, and proves nothing that is not so
    "no_future(causal) where n < 1 and n > 1",
    "support(causal) == support(full) where n >= 2 and n <= 1",
    "reach(full, layers=L) == 0 where L < 1",
    "reach(window(visible=w), layers=L) == 7 where w * w == 2",
    "no_future(j <= i) where i != i",
    "reach(i * i + j * j == n * n, layers=L) == n - 1",
    "reach((i * j) % (i + j + 1) == 3, layers=L) == L * L",
    "reach(min(i, j) // (j + 1) == abs(i - j) // 2, layers=n) == n // 2",
    "reach(dilated(a) | dilated(b) | dilated(c), layers=L) == n - 1",
    "reach(" + " or ".join(f"i - j == {k} * i" for k in range(40)) + ", layers=L) == n - 1",
    "reach(window(visible=1000000000000), layers=1000000) == n where n > 1000000000000000000",
    "reach(t[t[t[i]]] == t[j], layers=L) == 0",
    "reach(m[i, j], layers=3) == n - 1",
    "count(j * j * j == i * i) == n",
    "nonempty(j * j == i + n * n)",
    "row_count(abs(abs(abs(i - j) - 5) - 3) <= 1, i) == 4",
    "support(i ** 8 == j ** 8) == support(i == j)",
    "no_future(" + " or ".join(["j <= i"] * 60) + ")",
    "no_future(" + "+".join(["causal"] * 120) + ")",
    "reach(" + "|".join(["causal"] * 60) + ", layers=L) == n - 1",
]


def made_of(data: bytes) -> str:
    """A text of words, one for each byte; an odd first byte sets no space between them."""
    gap = "" if data[:1] and data[0] % 2 else " "
    return gap.join(WORDS[byte % len(WORDS)] for byte in data[1:])
