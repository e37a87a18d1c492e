"""Hostile claims get a verdict or a complaint, soon and in bounded memory."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from symattn.core.errors import SymattnError
from symattn.core.verdict import Proved, Undecided
from symattn.deciding.decide import decide
from symattn.deciding.terms.proving import proof
from symattn.reading.claim_text import read_claim

SECONDS = 20  # on a machine that does other things, too
SWAPPED = "swap(dilated(w),a,e)"
NESTED = "sum(a, a<i, sum(b, b<a, sum(c, c<b, sum(e, e<c, sum(f, f<e, s[a]*s[b]*s[c]*s[e]*s[f])))))"
UNREADABLE = {
    "brackets": "(" * 300 + "a" + ")" * 300 + " == 1",
    "functions": "exp(" * 90 + "a" + ")" * 90 + " == 1",
    "megabytes": "a + " * 500_000 + "a == 1",
    "digits": "9" * 5000 + " == 1",
    "code": "__import__('os').system('true') == 0",
    "lambda": "(lambda: 1)() == 1",
    "another alphabet": "weights(\u0441ausal) == weights(causal)",
    "a sign that looks alike": "a \u2261 b",
    "no end": "sum(l, true, ",
    "a row of a row": "row(row, 1) ==",
}
HARD = {
    "towers": "10**10**10 == 1",
    "powers of powers": "((((10**60)**60)**60)**60)**60 == 1",
    "roots of towers": "2**(10000000000000000/3) == 1",
    "powers of sums": "((a + b + c)**12)**12 == 1",
    "products of sums": "*".join(
        "(" + "+".join(f"{letter}{k}" for k in range(9)) + ")" for letter in "abcdef"
    ) + " == 1",
    "nested sums": f"{NESTED} == 1",
    "many indices": " + ".join(f"s[{k}]" for k in range(70)) + " == 1",
    "many names": "sum(l, true, exp(" + " + ".join(f"a{k}*s[l]" for k in range(50)) + ")) == 1",
    "many cases": " + ".join(f"where(i < {k}, a, b)" for k in range(1, 30)) + " == a",
    "division by zero": "sum(l, l % (i - i) == 0, 1) == 1",
    "one over zero": "1/(a - a) == 1/(a - a)",
    "hard remainders": f"output({SWAPPED}) == output(dilated(w)) where 0 <= a and a < n and 0 <= e"
    " and e < n",
    "infinities": "oo - oo == oo*0",
}  # fmt: skip


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_it_is_refused_at_once(text: str) -> None:
    start = time.monotonic()
    with pytest.raises(SymattnError):
        read_claim(text)
    assert time.monotonic() - start < SECONDS


@pytest.mark.parametrize("text", HARD.values(), ids=HARD)
def test_it_is_not_proved_and_soon_over(text: str) -> None:
    start = time.monotonic()
    answer, certificate = proof(read_claim(text))  # type: ignore[arg-type]
    assert certificate is None, answer
    assert time.monotonic() - start < SECONDS


@pytest.mark.parametrize(
    "text",
    [
        "weights(causal) == weights(full) where n > 2 and n < 2",
        "row_sums(causal) == 2 where i > n",
        "online(causal, tile=0) == output(causal)",
        "output(window(visible=w)) == output(full) where w >= 1 and w < 1",
    ],
)
def test_contradictory_conditions_are_vacuous(text: str) -> None:
    shown = decide(read_claim(text)).verdict
    assert isinstance(shown, Undecided)
    assert "vacuous" in shown.reason


def test_contradictory_premises_prove_nothing() -> None:
    for text in ("a > c and c > a implies row_sums(causal) == 2", "1 == 2 implies exp(a) == 7"):
        assert not isinstance(decide(read_claim(text)).verdict, Proved)


def test_memory_is_bounded() -> None:
    told = "\n".join(HARD.values())
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
        "from symattn.reading.claim_text import read_claim\n"
        "from symattn.deciding.terms.proving import proof\n"
        "for text in sys.stdin.read().splitlines():\n"
        "    assert proof(read_claim(text))[1] is None\n"
    )
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, input=told, text=True, capture_output=True, timeout=120)
    assert run.returncode == 0, run.stderr[-1000:]
