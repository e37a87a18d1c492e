"""Whether the lines of a Form say what the Form says: read, evaluated, and compared; it raises."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symattn.core.form import Form
from symattn.core.interpret import Environment, holds
from symattn.rendering.line import Line
from symattn.rendering.notation import Notation
from tests.rendering import form_world as world
from tests.rendering.latex_reader import read
from tests.rendering.latex_values import Meaning

N = world.N
PLACES = [(i, j) for i in range(N) for j in range(N)]
ALPHA = {"alpha": r"\alpha", "A": "A", "P": "P"}
NAMED = re.compile(r"(?P<name>.*?)(?:\((?P<by>[hij,]+)\)|_\{(?P<at>[hij,]+)\}|_(?P<one>[hij]))")


class Wrong(AssertionError):
    """A line says something else than the Form."""


def compare(where: str, got: Any, wanted: Any) -> None:
    got, wanted = (np.array(values, dtype=object).ravel() for values in (got, wanted))
    if got.shape != wanted.shape or any(a != b for a, b in zip(got, wanted, strict=True)):
        raise Wrong(f"{where}: {got} is not {wanted}")


@dataclass
class Reading:
    """What the lines have defined so far, beside what the Form itself says."""

    form: Form
    notation: Notation
    env: Environment
    known: dict[str, Any]
    calls: frozenset[str]
    checked: set[str] = field(default_factory=set)

    def meaning(self, line: Line) -> Meaning:
        """What the right side says, up to a wide space."""
        _, mark, right = line.latex.partition(" = ")
        assert mark, line
        return read(right.split(r" \quad ")[0], self.calls)

    def at(self, i: int, j: int = 0) -> dict[str, Any]:
        base = self.notation.base
        return {**self.known, "i": i + base, "j": j + base}

    def sees(self, i: int, j: int) -> bool:
        return holds(self.form.support, self.env.at(i=i, j=j))

    def define(self, line: Line) -> None:
        """What the left side names means from now on what the right side says."""
        match = NAMED.match(line.latex)
        assert match is not None, line
        key = re.sub(r"\^\{(\(\d\))\}", r"^\1", match["name"])
        letters = (match["by"] or match["at"] or match["one"]).split(",")
        meaning = self.meaning(line)
        self.known[key] = lambda *at: meaning({**self.known, **dict(zip(letters, at, strict=True))})


def check_lines(form: Form, notation: Notation, lines: Sequence[Line]) -> set[str]:
    """The labels that were compared; raises if a line says something else than the Form."""
    env = world.environment(form)
    known = world.scope(form, env, notation)
    calls = world.calls(form) | {text for name, text in ALPHA.items() if name not in form.names}
    reading = Reading(form, notation, env, known, calls)
    for line in lines:
        if line.label in ("score", "index", "mask") or re.match(r"[A-Z]_\{i,j\}", line.latex):
            reading.define(line)
            reading.checked.add(line.label)
    _mask(reading, [line for line in lines if line.label == "mask"])
    rules = {"weights": _weights, "definition": _definition, "output": _output}
    for line in lines:
        if line.label in rules:
            rules[line.label](reading, line)
            reading.checked.add(line.label)
    outputs = world.outputs(form, env)
    last = reading.known["o" if form.output.args[0] == "o" else "y"]
    compare("output", [last(i + notation.base) for i in range(N)], outputs)
    whole = next((line for line in lines if line.label == "matrix"), None)
    if whole is not None:
        compare("matrix", _whole(reading, whole), outputs)
    return reading.checked


def _mask(reading: Reading, lines: list[Line]) -> None:
    seen = [reading.sees(*place) for place in PLACES]
    if not lines:
        if not all(seen):
            raise Wrong("there is no mask")
        return
    mask = reading.known["M" if reading.notation.mask == "M" else r"\mathrm{Mask}"]
    factor = reading.form.rows[0].normaliser.numerator == "identity"
    shut, open_ = (0, 1) if factor else (world.MINUS_INFINITY, 0)
    base = reading.notation.base
    compare(
        "mask", [mask(i + base, j + base) for i, j in PLACES], [open_ if s else shut for s in seen]
    )


def _weights(reading: Reading, line: Line) -> None:
    meaning = reading.meaning(line)
    seen = [reading.sees(*place) for place in PLACES]
    said = [meaning(reading.at(*p)) if s else 0 for p, s in zip(PLACES, seen, strict=True)]
    weights = world.weights(reading.form, reading.env)
    compare("weights", said, weights)
    if r"\text{if }" in line.latex:
        words = line.latex.split(r"\text{if }")[1].split(r", \text{ otherwise }")[0]
        condition = read(words, reading.calls)
        compare("where", [bool(condition(reading.at(*p))) for p in PLACES], seen)
    elif not all(seen):
        raise Wrong("the weights do not say where they hold")
    base = reading.notation.base
    alpha = ALPHA[reading.notation.weights]
    alpha = alpha if alpha[-1] not in "AP" or alpha not in reading.form.names else "weight"
    name = NAMED.match(line.latex)
    assert name is not None
    reading.known[name["name"]] = lambda a, b: weights[int(a) - base][int(b) - base]


def _definition(reading: Reading, line: Line) -> None:
    inside = re.fullmatch(r".*?oftmax\}_j\\left\((.*)\\right\)", line.latex)
    assert inside is not None, line
    score, exp = read(inside[1], reading.calls), world.FUNCTIONS["exp"]
    rows = [[exp(score(reading.at(i, j))) for j in range(N)] for i in range(N)]
    weights = [[top / (sum(row) or 1) for top in row] for row in rows]
    compare("definition", weights, world.weights(reading.form, reading.env))


def _output(reading: Reading, line: Line) -> None:
    name = line.latex.partition("_")[0]
    meaning, base = reading.meaning(line), reading.notation.base
    found = [meaning(reading.at(i)) for i in range(N)]
    name = re.sub(r"\\mathbf\{(.)\}", r"\1", name)
    reading.known[name] = lambda at: found[int(at) - base]


def _whole(reading: Reading, line: Line) -> Any:
    """The matrix line, evaluated with whole matrices."""
    notation = reading.notation
    base, rows = notation.base, notation.vectors == "rows"
    scope = {**reading.known, **world.matrices(reading.form, reading.env, notation)}
    for key in ("M", r"\mathrm{Mask}", "B", "G", r"\mathrm{PE}"):
        entry = scope.get(key)
        if callable(entry):
            table = [[entry(i + base, j + base) for j in range(N)] for i in range(N)]
            scope[key] = np.array(table, dtype=object)
    word = rf"\mathrm{{{notation.softmax}}}"
    scope[word] = world.softmax(rows)
    scope["broadcast"] = True  # a number beside a matrix is added to every entry
    for name in ("tanh", "sigma"):
        scope[name] = world.entrywise(reading.known[name])
    right = line.latex.partition(" = ")[2].replace(r"_{\text{col}}", "")
    calls = frozenset((word, r"\mathrm{norm}"))
    value = read(right, calls)(scope)
    return value if rows else value.T
