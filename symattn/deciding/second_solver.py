"""The obligations of a certificate asked of a second solver: cvc5, where its package is installed.

The kernel believes z3. cvc5 is written by other people in another way, so that what both call
unsatisfiable rests on neither alone. It may give up, and it may be missing; it never decides.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec

from symattn.core.verdict import Certificate, Obligation
from symattn.deciding.kernel import Rejected

STEPS = 2_000_000  # of cvc5's own count, for one obligation
MISSING = "not installed"
OUR_BUG = "our bug, or a solver's: please report this certificate"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What both solvers say about one obligation, which z3 has found to be unsatisfiable."""

    obligation: str
    z3: str
    cvc5: str  # "unsat", "unknown" or "not installed"

    @property
    def line(self) -> str:
        return f"{self.obligation}: z3: {self.z3}, cvc5: {self.cvc5}"


def second_opinions(
    certificate: Certificate, ask: Callable[[str], str] | None = None
) -> tuple[Opinion, ...]:
    """cvc5's answers to the obligations of a certificate that the kernel accepts; "sat" rejects.

    >>> second_opinions(Certificate("pairs", (), ()))
    ()
    """
    ask = ask or (asked_of_cvc5 if installed() else lambda _: MISSING)
    return tuple(_opinion(obligation, ask(obligation.script)) for obligation in
                 certificate.obligations)  # fmt: skip


def _opinion(obligation: Obligation, answer: str) -> Opinion:
    if answer == "sat":
        name = f"the obligation {obligation.name!r}"
        raise Rejected(f"{OUR_BUG}: {name} is unsat for z3 and sat for cvc5")
    return Opinion(obligation.name, "unsat", answer)


def installed() -> bool:
    return find_spec("cvc5") is not None


def asked_of_cvc5(script: str, steps: int = STEPS) -> str:
    """The answer of a fresh cvc5 to a script: "sat", "unsat" or "unknown" (errors, too)."""
    import cvc5

    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("rlimit", str(steps))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "obligation")
    said = ""
    with suppress(RuntimeError):  # what cvc5 raises
        while not (command := parser.nextCommand()).isNull():
            said += command.invoke(solver, parser.getSymbolManager())
    answer = said.strip()
    return answer if answer in ("sat", "unsat") else "unknown"
