"""Obligations as `.smt2` files that say what they are: for any solver, and for a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symattn.core.verdict import Certificate
from symattn.rendering.proof import theorem_of

WIDTH = 92


def smt2_files(claim: str, reading: str, certificate: Certificate) -> Iterator[tuple[str, str]]:
    """File names and texts, one for each obligation; a solver that answers `sat` refutes us.

    >>> from symattn.core.verdict import Obligation
    >>> why = Obligation("n > 0", "a denominator is positive", "(set-logic ALL)\\n(check-sat)\\n")
    >>> found = dict(smt2_files("no_future(causal)", "for all n", Certificate("pairs", (), (why,))))
    >>> list(found), found["1-n-0.smt2"].splitlines()[-4:-2]
    (['1-n-0.smt2'], ['', '(set-logic ALL)'])
    """
    count, used = len(certificate.obligations), theorem_of(certificate.rule)
    for at, obligation in enumerate(certificate.obligations, 1):
        slug = re.sub(r"[^a-z0-9]+", "-", obligation.name.lower()).strip("-")[:60]
        said = {
            "obligation": f"{at} of {count}, {obligation.name}",
            "claim": claim,
            "read as": reading,
            "rule": f"{certificate.rule}, {used.name} {used.page}".rstrip(),
            **{f"hint {k}": hint for k, hint in enumerate(certificate.hints, 1)},
            "reason": obligation.reason,
            "expected": "unsat, for the claim says that this cannot be",
        }
        head = "".join(f"{line}\n" for word, text in said.items() for line in _comment(word, text))
        logic, _, rest = obligation.script.partition("\n")
        yield (
            f"{at:0{len(str(count))}}-{slug}.smt2",
            (f"{head}\n{logic}\n(set-info :status unsat)\n{rest}"),
        )


def _comment(word: str, text: str) -> Iterator[str]:
    """The text behind its word, in lines that start with `;`; a line never ends inside a word."""
    line = f"; {word}:"
    for part in text.split():
        if len(line) + 1 + len(part) > WIDTH:
            yield line
            line = ";  "
        line += f" {part}"
    yield line
