r"""A proof as LaTeX: the theorem, what was found, and every line of the proof as a sentence.

A new kind of proof needs a theorem in `THEOREMS`, and a writer in `proof_lines` if its lines are of
a new kind. Nothing is computed here; the formulas are those that a solver was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from symattn.core.claim import Claim, Problem, problem
from symattn.core.errors import Unreadable
from symattn.core.expression import Expr, symbol
from symattn.core.text import read
from symattn.rendering.breaking import WIDEST, width
from symattn.rendering.document import preamble
from symattn.rendering.escaping import escape
from symattn.rendering.proof_lines import (
    WRITERS,
    Impossible,
    ProofLine,
    formula,
    joined,
    shown,
    tex,
)

PAGE = "docs/theory/supports.md"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is written: a claim with its reading, and why it holds."""

    claim: Any  # Claim, or another record with a text
    reading: str
    scope: str
    assumptions: tuple[str, ...]
    rule: str
    hints: tuple[str, ...]
    lines: tuple[ProofLine, ...]


def proof_latex(proof: Proof) -> str:
    """A whole file that pdflatex compiles."""
    parts = [
        rf"\section*{{{escape(proof.claim.text)}}}",
        *_theorem(proof),
        *_found(proof),
        *_lines(proof.lines),
        _conclusion(proof),
    ]
    body = "\n\n".join(part.rstrip("\n") for part in parts)
    head = preamble().replace(r"\setlength{\parindent}{0pt}", SPACED)
    return f"{head}\n\\begin{{document}}\n\\raggedright\n{body}\n\\end{{document}}\n"


SPACED = "\\setlength{\\parindent}{0pt}\n\\setlength{\\parskip}{6pt}"


def _theorem(proof: Proof) -> Iterator[str]:
    yield rf"\textbf{{Theorem}} ({escape(proof.scope)})\textbf{{.}}"
    if isinstance(proof.claim, Claim):
        asked = problem(proof.claim)
        yield from (f"For all {_open(asked)} with", shown(joined(asked.given)))
        yield from STATEMENTS[asked.relation](asked)
    else:
        yield escape(proof.reading)
    if proof.assumptions:
        yield rf"Assumed is: {escape('; '.join(proof.assumptions))}."


def _open(asked: Problem) -> str:
    """The names for which a claim is stated, with their kinds."""
    told = []
    for kind, word in (("integer", "whole numbers"), ("real", "real numbers")):
        names = [tex(symbol(u.name)) for u in asked.unknowns if u.kind == kind]
        told += [f"{word} ${', '.join(names)}$"] if names else []
    told += [f"tables ${tex(symbol(t.name))}$" for t in asked.tables]
    return " and ".join(told)


def _pairs(sign: str) -> Callable[[Problem], Iterator[str]]:
    def statement(asked: Problem) -> Iterator[str]:
        yield "the following is so:"
        left, right = formula(asked.left), formula(asked.right)
        one = rf"{left[-1]} \quad {sign} \quad {right[0]}"
        if len(left) == len(right) == 1 and width(one) <= WIDEST:
            yield shown([one])
        else:
            yield shown([[*left, sign, *right]])

    return statement


def _rows(asked: Problem) -> Iterator[str]:
    yield rf"there is a key $0 \le j < {tex(symbol(asked.keys))}$ with"
    yield shown([formula(asked.left)])


def _number_of(what: str) -> Callable[[Problem], Iterator[str]]:
    def statement(asked: Problem) -> Iterator[str]:
        yield f"{what}, where a query $i$ sees a key $j$ if"
        yield shown([formula(asked.left)])
        yield "is"
        yield shown([tex(asked.right) + "."])

    return statement


def _reach(asked: Problem) -> Iterator[str]:
    yield f"the reach of ${tex(asked.layers)}$ layers, in which a query $i$ sees a key $j$ if"
    yield shown([formula(asked.left)])
    yield "is"
    yield shown([tex(asked.right) + "."])


STATEMENTS: Mapping[str, Callable[[Problem], Iterator[str]]] = {
    "==": _pairs(r"\Longleftrightarrow"),
    "<=": _pairs(r"\Longrightarrow"),
    "nonempty": _rows,
    "row_count": _number_of("the number of keys of the query $i$"),
    "count": _number_of("the number of pairs of a query and a key"),
    "reach": _reach,
}


@dataclass(frozen=True, slots=True)
class Theorem:
    """What a rule of the kernel rests on, where it is proved, and what it needs."""

    name: str
    page: str
    needs: str


THEOREMS: Mapping[str, Theorem] = {  # by the name of the rule in a certificate
    "pairs": Theorem("Theorem 3", PAGE, "the claim fails only where one of these has a solution"),
    "witness": Theorem("Theorem 5", PAGE, "a query without a key leaves every witness unseen"),
    "intervals": Theorem(
        "Theorem 6", PAGE, "the stretches hold exactly the keys that are seen, and none twice"
    ),
    "induction": Theorem(
        "Theorem 7", PAGE, "the claim holds at the first length, and grows as it should"
    ),
    "layers": Theorem(
        "Theorem 9",
        PAGE,
        "no hop climbs more than the rise; the path (a place after i hops) leads as far",
    ),
    "normal form": Theorem(
        "equal normal forms",
        "docs/theory/terms.md",
        "both sides have the same normal form, which symattn recheck computes again; written here "
        "are the facts about whole numbers that this uses",
    ),
    "field": Theorem(
        "Theorem 3",
        "docs/theory/fields.md",
        "both sides have equal residues in these pairs of fields, which symattn recheck computes "
        "again, so that they differ with at most the probability given as the error",
    ),
}


def theorem_of(rule: str) -> Theorem:
    """The theorem behind a rule; of a rule that this page does not know, its name."""
    return THEOREMS.get(rule, Theorem(f"the rule {rule}", "", ""))


def _found(proof: Proof) -> Iterator[str]:
    """The theorem of the page that is used, and the hints."""
    used = theorem_of(proof.rule)
    place = rf" of \texttt{{{escape(used.page)}}}" if used.page else ""
    told = f": {escape(used.needs)}" if used.needs else ""
    yield rf"\textbf{{Proof}} by {escape(used.name)}{place}{told}."
    if proof.hints:
        yield "Found by a search, and checked below:"
        found = {hint: _hint(hint) for hint in proof.hints}
        if short := [formula for formula in found.values() if width(formula) <= WIDEST]:
            yield shown(short)
        for hint, formula in found.items():
            if width(formula) > WIDEST:  # as text it can be broken anywhere
                yield rf"\texttt{{{escape(hint)}}}"


def _hint(hint: str) -> str:
    r"""A hint as a formula: its first word, a number, or the two ends of a stretch of keys."""
    word, _, rest = hint.partition(" ")
    word, rest = (word, rest) if word in WORDS else ("", hint)
    try:
        stretch, _, step = rest.partition(" by ")
        ends = [tex(read(text)) for text in stretch.split(" to ")]
        every = rf" \quad \text{{in steps of}} \quad {tex(read(step))}" if step else ""
    except Unreadable:
        return rf"\text{{{escape(hint)}}}"
    said = ends[0] if len(ends) == 1 else rf"{ends[0]} \le j \le {ends[1]}{every}"
    return rf"\text{{{escape(word)}:}} \quad {said}" if word else said


WORDS = ("row", "column", "reach", "rise", "height", "path", "kept", "case", "cut")


def _lines(lines: tuple[ProofLine, ...]) -> Iterator[str]:
    shared = _shared(lines)
    if shared:
        yield "Let $G$ stand for the conditions"
        yield shown(joined(shared))
    for at, line in enumerate(lines, 1):
        yield rf"\textbf{{{at}.}} \emph{{{escape(line.name)}}}: {escape(line.reason)}."
        yield from WRITERS[type(line)](line, shared)


def _shared(lines: tuple[ProofLine, ...]) -> tuple[Expr, ...]:
    """The conditions that stand in every obligation, in their order."""
    listed = [line.conditions for line in lines if isinstance(line, Impossible)]
    if len(listed) < 2:
        return ()
    return tuple(c for c in listed[0] if all(c in other for other in listed[1:]))


def _conclusion(proof: Proof) -> str:
    count = sum(isinstance(line, Impossible) for line in proof.lines)
    told = f"The {count} obligations have no solution (z3). " if count else ""
    return rf"{told}By {escape(theorem_of(proof.rule).name)} the claim holds. $\blacksquare$"
