r"""A whole Form as the formulas that a course would write: `form_lines(form, notation)`.

Scores, mask, weights, output, matrix form, and what the letters mean; each line is complete by
itself. The lines for words that need explaining (rotations, norms) are in `glossary`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from symattn.core.errors import Usage
from symattn.core.expression import (
    INFINITY,
    MIXED,
    ONE,
    TRUE,
    ZERO,
    Expr,
    I,
    J,
    make,
    rebuild,
    substitute,
    symbol,
    table,
    tidy,
    vector,
    walk,
)
from symattn.core.form import SOFTMAX, Form, Normaliser, Row
from symattn.core.text import show
from symattn.rendering.glossary import declarations, glossary, one_rotation
from symattn.rendering.latex import Memo, latex, latex_position
from symattn.rendering.latex_vectors import softmax_word
from symattn.rendering.letters import indexed, letter
from symattn.rendering.line import Line
from symattn.rendering.matrix_form import matrix_form
from symattn.rendering.names import Names, names_of
from symattn.rendering.notation import Notation

NAMED = frozenset(("symbol", "table", "vector", "matrix", "call"))
MASKED = {"exp": -INFINITY, "sigmoid": -INFINITY, "identity": ZERO}
NUMERATORS: dict[str, Callable[[Expr], Expr]] = {
    "exp": lambda score: Expr("exp", (score,)),
    "sigmoid": lambda score: Expr("sigmoid", (score,)),
    "identity": lambda score: score,
}


@dataclass(slots=True)
class Writer:
    """One Form in one notation, with the letters that the Form leaves free."""

    form: Form
    notation: Notation
    names: Names
    memo: Memo = field(default_factory=dict)

    def __call__(self, expr: Expr) -> str:
        return latex(expr, self.notation, self.memo, self.names)

    def equation(self, left: Expr, right: Expr) -> str:
        return f"{self(left)} = {self(right)}"

    def fresh(self, *wanted: str) -> str:
        """The first of these letters that nothing in the Form is called."""
        return next(name for name in wanted if name not in taken(self.form))


def taken(form: Form) -> set[str]:
    """Every name of the Form, bound ones included."""
    bound = {node.name for expr in form.expressions for node in walk(expr) if node.op == "sum"}
    return form.names | bound


def form_lines(form: Form, notation: Notation) -> tuple[Line, ...]:
    r"""The definition of a Form for all n, line by line.

    >>> from symattn.core.form_text import form
    >>> from symattn.rendering.notation import PRESETS
    >>> for line in form_lines(form(support="j <= i"), PRESETS["vaswani"])[-2:]: print(line.latex)
    o_i = \sum_{j \le i} \alpha_{i,j} v_j
    O = \mathrm{softmax}\left(\frac{Q K^\top}{\sqrt{d_k}} + M\right) V
    """
    refuse_collisions(form, notation)
    form, indices = with_short_indices(form)
    names = names_of(form)
    positions = {**names.positions, **{t.name: (True,) * len(t.parts) for t in indices}}
    writer = Writer(
        form, notation, replace(names, positions=positions, rotation=one_rotation(form))
    )
    return tuple(_lines(writer, indices))


def _lines(writer: Writer, indices: dict[Expr, Expr]) -> Iterator[Line]:
    form = writer.form
    scores = _labels(writer)
    for label, row in zip(scores, form.rows, strict=True):
        yield Line("score", writer.equation(label, row.score))
    for short, index in indices.items():
        yield Line("index", writer.equation(short, index))
    if form.support != TRUE:
        yield Line("mask", writer.equation(table("Mask", I, J), _mask(form)))
    if form.rows == (Row(form.rows[0].score, SOFTMAX),):
        yield Line("definition", _definition(writer))
    yield Line("weights", _weights(writer, scores))
    if form.empty != "zero":
        yield Line("empty rows", _empty_row(writer))
    yield from _output(writer)
    whole = matrix_form(form, writer.fresh)
    if whole is not None:
        yield from (Line("matrix", writer.equation(a, b)) for a, b in whole)
    if form.heads is not None:
        yield Line("heads", _heads(writer))
    if form.offset != ZERO:
        yield Line("positions", _positions(writer))
    yield from glossary(form, writer.notation, writer)
    said = declarations(form, writer.notation, writer)
    if said:
        yield Line("where", ",\\quad ".join(said))


def _labels(writer: Writer) -> list[Expr]:
    """s[i, j], or s1[i, j] and s2[i, j] when there are several rows."""
    name, several = writer.fresh("s", "S", "score"), len(writer.form.rows) > 1
    found = [f"{name}{at}" if several else name for at in range(1, len(writer.form.rows) + 1)]
    return [table(label, I, J) for label in found]


def _weight_letter(writer: Writer) -> Expr:
    return table(writer.fresh("alpha", "A", "weight"), I, J)


def _mask(form: Form) -> Expr:
    """Added to the scores, or a factor where the normaliser takes the scores as they are."""
    nothing = MASKED[form.rows[0].normaliser.numerator]
    return Expr("where", (form.support, ONE if nothing == ZERO else ZERO, nothing))


def _definition(writer: Writer) -> str:
    """alpha(i,j) = Softmax_j(score + Mask(i,j))."""
    score = writer.form.rows[0].score
    masked = score if writer.form.support == TRUE else score + table("Mask", I, J)
    word = rf"{softmax_word(writer.notation)}_j"
    return rf"{writer(_weight_letter(writer))} = {word}\left({writer(masked)}\right)"


def total(form: Form, bound: Expr, body: Expr) -> Expr:
    """The sum of `body` over the keys that query i may see."""
    if form.support == TRUE:
        return Expr("sum", (bound.name, ZERO, symbol("n_k") - ONE, body))
    return Expr("sum", (bound.name, substitute(form.support, {J: bound}), body))


def _weights(writer: Writer, scores: list[Expr]) -> str:
    form, bound = writer.form, symbol(writer.fresh("l", "t", "r", "u", "g", "w", "l1", "l2"))
    mixed: Expr | None = None
    for row, score in zip(form.rows, scores, strict=True):
        part = _normalised(form, row.normaliser, score, bound)
        minus = row.coefficient.op == "neg" and mixed is not None
        factor = row.coefficient.parts[0] if minus else row.coefficient
        term = tidy(factor * part)
        mixed = term if mixed is None else mixed - term if minus else mixed + term
    assert mixed is not None
    said = writer.equation(_weight_letter(writer), mixed)
    if form.support == TRUE:
        return said
    return rf"{said} \quad \text{{if }} {writer(form.support)}, \text{{ otherwise }} 0"


def _normalised(form: Form, normaliser: Normaliser, score: Expr, bound: Expr) -> Expr:
    """f(s) / Z, with the sum of the row, and the term without a value if there is one, as Z."""
    numerator = NUMERATORS[normaliser.numerator]
    if not normaliser.divide:
        return numerator(score)
    row_sum = total(form, bound, numerator(substitute(score, {J: bound})))
    if normaliser.extra is not None:
        extra = ONE if normaliser.extra == ZERO else Expr("exp", (normaliser.extra,))
        row_sum = extra + row_sum
    return make("/", numerator(score), row_sum)


def _empty_row(writer: Writer) -> str:
    share = make("/", ONE, symbol("n_k")) if writer.form.empty == "uniform" else symbol("nan")
    alpha = writer.equation(_weight_letter(writer), share)
    return rf"{alpha} \quad \text{{if query }} i \text{{ may see no key}}"


def _output(writer: Writer) -> Iterator[Line]:
    form = writer.form
    mix = total(form, J, _weight_letter(writer) * form.value)
    yield Line("output", writer.equation(MIXED, mix))
    if form.output != MIXED:
        yield Line("output", writer.equation(vector(writer.fresh("y", "z"), I), form.output))


def _heads(writer: Writer) -> str:
    """In base 1 a key head is counted from 1 as well."""
    key_head = latex_position(writer.form.key_head, writer.notation, writer.memo, writer.names)
    return rf"\text{{query head }} h \text{{ reads key head }} {key_head}"


def _positions(writer: Writer) -> str:
    """The queries stand at these positions among the keys."""
    step = writer.fresh("r", "t", "u", "step")
    place = writer.form.offset + symbol(step)
    said = latex_position(place, writer.notation, writer.memo, writer.names)
    return rf"i = {said} \quad \text{{for }} {writer(symbol(step))} = 0, \ldots, n_q - 1"


def with_short_indices(form: Form) -> tuple[Form, dict[Expr, Expr]]:
    """The Form with a letter for every index by cases, and what the letters stand for."""
    letters = iter(n for n in ("beta", "gamma", "delta", "eta", "iota") if n not in taken(form))
    found: dict[Expr, Expr] = {}

    def shorten(node: Expr) -> Expr | None:
        if node.op not in ("table", "vector") or not any(_by_cases(p) for p in node.parts):
            return None
        new = [_named(p) if _by_cases(p) else p for p in node.parts]
        return Expr(node.op, (node.name, *new))

    def _named(index: Expr) -> Expr:
        for short, known in found.items():
            if known == index:
                return short
        uses = [p for p in (I, J, symbol("h")) if p in walk(index)]
        short = table(next(letters), *uses)
        found[short] = index
        return short

    rows = tuple(replace(row, score=rebuild(row.score, shorten)) for row in form.rows)
    return replace(form, rows=rows, value=rebuild(form.value, shorten)), found


def _by_cases(index: Expr) -> bool:
    return any(node.op == "where" for node in walk(index))


def refuse_collisions(form: Form, notation: Notation) -> None:
    """Refuse a Form in which two different names would be written alike."""
    written: dict[object, Expr] = {}
    used = [node for expr in form.expressions for node in walk(expr) if node.op in NAMED]
    stems = {node.name for node in used if node.parts and node.op != "call"}
    for node in used:
        plain = len(node.args) == 1 or node.op == "call"
        name = notation.width if node == symbol("d") else node.name
        stem = name.rstrip("0123456789")
        if plain and stem != name and stem in stems:
            raise Usage(f"{name} and {stem}[...] would be written alike; rename one of them")
        other = written.setdefault(letter(name) if plain else indexed(node.name), node)
        if other.name != node.name:
            raise Usage(
                f"{show(other)} and {show(node)} would be written alike; rename one of them"
            )
