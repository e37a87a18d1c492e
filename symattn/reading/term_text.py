"""The grammar of claims about numbers and vectors: `weights(causal) == weights(full) where n == 1`.

Both sides are expressions of the language, in which quantities of mechanisms may stand. Limits hold
before anything is read, and nothing is ever evaluated.
"""

from __future__ import annotations

from itertools import count

from symattn.core.altered import renewed, swapped
from symattn.core.declare import RESERVED
from symattn.core.errors import Unreadable, did_you_mean
from symattn.core.expression import (
    COMPARISONS,
    FUNCTIONS,
    INFINITY,
    ONE,
    ZERO,
    Expr,
    I,
    J,
    free_names,
    kind,
    substitute,
    symbol,
    walk,
)
from symattn.core.form import Form
from symattn.core.term_claim import QUANTITIES, TermClaim, form_of, quantity
from symattn.core.text import Reader, Token, finish, tokens
from symattn.reading.layer_text import independent_of, place_of, read_layers
from symattn.reading.spec_text import spec
from symattn.reading.state_text import is_state, states_equal, states_outside
from symattn.reading.sugar import SUGAR
from symattn.reading.term_names import (
    declared_names,
    lengths_of,
    position_names,
    shared_widths,
    shifted_positions,
)

WORDS = {  # the words of a claim -> kind of quantity; plurals leave out the positions
    "weight": "weight", "weights": "weight", "score": "score", "scores": "score",
    "row_sum": "row_sum", "row_sums": "row_sum", "output": "output", "outputs": "output",
    "online": "online", "decode": "decode", "recurrent": "recurrent",
}  # fmt: skip
OPTIONS = {"online": "tile", "decode": "step"}
UNKNOWN_FUNCTIONS = ("f", "g")  # stand for any function
BARE = ("q", "k", "v", "x")  # without an index: any vectors
STARTS = (
    *BARE,
    "independent",
    *WORDS,
    "dot",
    "exp",
    "softmax",
    "sum",
    "where",
    "norm",
    "rope",
    "log",
    "sqrt",
    "merge",
    "state",
    "layers",
)


class TermReader(Reader):
    """A reader that knows quantities of mechanisms and the usual functions of their papers."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.forms: list[Form] = []
        self.everywhere: list[Expr] = []  # quantities that were written without positions
        self.exchanged: list[Expr] = []  # positions whose keys are exchanged

    def named(self, token: Token) -> Expr:
        if token.text == "oo":
            return INFINITY
        if token.text in SUGAR and self.accept("("):
            return SUGAR[token.text](self, token)
        if token.text in ("support", "row", *WORDS) and self.accept("("):
            if token.text == "row":
                return self.row(token)
            return self.quantity(token)
        if token.text in BARE and self.next.text != "[":
            return Expr("vector", (token.text,))
        return super().named(token)

    def quantity(self, token: Token) -> Expr:
        """A quantity of a mechanism, at the positions that are given or at i and j."""
        form = self.mechanism()
        said = [(f, f.name) for f in self.forms]  # equal Forms may have different names
        number = said.index((form, form.name)) if (form, form.name) in said else len(said)
        arguments: list[Expr] = []
        options: dict[str, Expr] = {}
        if self.accept(","):
            arguments, options = self.arguments()
        else:
            self.expect(")")
        if number == len(self.forms):
            self.forms.append(form)
        if token.text == "support":
            self.count(token, len(arguments), 2, 2)
            return substitute(form.support, {I: arguments[0], J: arguments[1]})
        what = WORDS[token.text]
        known = OPTIONS.get(what)
        for name in options:
            if name != known:
                hint = did_you_mean(name, [known] if known else [])
                raise self.wrong(f"{token.text} has no option {name!r}", token, hint)
        if known and known not in options:
            raise self.wrong(f"{token.text} needs {known}=", token)
        roles = QUANTITIES[what]
        if what == "decode":
            self.count(token, len(arguments), 0, 0)
            return quantity(what, number, options["step"])
        usual = [{"query": I, "key": J}[role] for role in roles if role in ("query", "key")]
        if arguments:
            self.count(token, len(arguments), len(usual), len(usual))
        found = quantity(what, number, *(arguments or usual), *options.values())
        if not arguments:
            self.everywhere.append(found)
        return found

    def stated(self, start: Token) -> Expr:
        """What is claimed, assumed or demanded: a comparison, or several with `and`."""
        found = self.expression()
        if self.next.text == "=":
            raise self.wrong("expected '==', got '='", None, "equations are written with ==")
        if kind(found) != "condition" and found.op != "table":
            raise self.wrong("expected a comparison, such as left == right", start)
        return self.condition(found, start)

    def number(self, expr: Expr, token: Token) -> Expr:
        if expr.op == "vector" and expr.name in BARE and not expr.parts:
            hint = "q, k, v and x are vectors; call a number a, b or c"
            raise self.wrong(f"expected a number, got the vector {expr.name}", token, hint)
        return super().number(expr, token)

    def call(self, token: Token) -> Expr:
        found = super().call(token)
        if found.op in ("max", "min"):
            for one in found.parts:
                if one.op == "symbol" and any(_reads_at(one, other) for other in found.parts):
                    hint = f"{token.text} is of numbers; the largest of a row has no word here"
                    raise self.wrong(f"{one.name} is a position of the other part", token, hint)
        return found

    def mechanism(self) -> Form:
        """A mechanism, perhaps as `swap(causal, a, b)` or `change(causal, x[c])`."""
        token = self.next
        altered = token.text in ("swap", "change")
        if not altered or self.tokens[self.at + 1].text != "(":
            return spec(self)
        self.at += 2
        inner = self.mechanism()
        self.expect(",")
        arguments, _ = self.arguments()
        if token.text == "swap":
            self.count(token, len(arguments), 2, 2)
            a, b = (self.number(part, token) for part in arguments)
            self.exchanged += [a, b]
            return swapped(inner, a, b)
        self.count(token, len(arguments), 1, 1)
        (place,) = arguments
        if place.op != "vector" or place.name not in BARE or len(place.parts) != 1:
            raise self.wrong("expected the input that changes, such as x[c]", token)
        return renewed(inner, place.name, place.parts[0])

    def row(self, token: Token) -> Expr:
        """`row(output(S), t)`: the vector of query t."""
        arguments, _ = self.arguments()
        self.count(token, len(arguments), 2, 2)
        return substitute(arguments[0], {I: arguments[1]})

    def total(self, token: Token) -> Expr:
        """A sum, of vectors too: `sum(l, l <= i, weight(causal, i, l) * v[l])`."""
        at, (arguments, _) = self.at, self.arguments()
        if kind(arguments[-1]) != "vector" or not 3 <= len(arguments) <= 4:
            self.at = at
            return super().total(token)
        bound, *middle, body = arguments
        if bound.op != "symbol":
            raise self.wrong("sum starts with the name that it binds", token)
        if len(middle) == 1:
            middle = [self.condition(middle[0], token)]
        return Expr("sum", (bound.name, *middle, body))

    def join(self, token: Token, left: Expr, right: Expr) -> Expr:
        if token.text in COMPARISONS and is_state(left, right):
            return states_equal(self, token, left, right)
        if token.text in ("==", "!=") and "vector" in (kind(left), kind(right)):
            return Expr(token.text, (self.vector(left, token), self.vector(right, token)))
        if token.text == "*" and kind(left) == "vector":
            left, right = right, left
        if token.text in ("/", "//", "%") and right == ZERO:
            raise self.wrong("a division by zero", token)
        return super().join(token, left, right)


def _reads_at(name: Expr, expr: Expr) -> bool:
    """Whether a table or a vector is read at a position of this name."""
    return any(node.op in ("table", "vector") and name in node.parts for node in walk(expr))


def read_term_claim(text: str) -> TermClaim:
    """The claim about numbers or vectors that a line of text states.

    >>> claim = read_term_claim("weights(causal+alibi(m)) == weights(causal+bias(m*j))")
    >>> claim.left.op, [form.name for form in claim.forms]
    ('of', ['causal+alibi(m)', 'causal+bias(m*j)'])
    """
    reader = TermReader(text)
    if reader.next.text == "independent":
        return _independent(reader, text)
    start = reader.next
    stated = reader.stated(start)
    premises: list[Expr] = []
    if reader.accept("implies"):
        premises = [_comparison(reader, part, start) for part in conjuncts(stated)]
        start = reader.next
        stated = reader.stated(start)
    stated = _comparison(reader, stated, start)
    where: list[Expr] = []
    if reader.accept("where"):
        where = conjuncts(reader.stated(reader.next))
    finish(reader)
    left, right = stated.parts
    if left in reader.everywhere and right in reader.everywhere:
        where += visible_pairs(left, right, tuple(reader.forms))
    for at in dict.fromkeys(reader.exchanged):
        where += [c for c in _within(at, [left, right, *where], tuple(reader.forms))
                  if c not in where]  # fmt: skip
    return _claim(text, reader.forms, stated, premises, where)


def _independent(reader: TermReader, text: str) -> TermClaim:
    """`independent(output(S), i, x[j])`: another vector at x[j] changes nothing at i.

    The position that changes is called `c` (or c1, ...): in a mechanism j runs over all keys.
    """
    token = reader.take()
    reader.expect("(")
    inner = reader.take()
    if inner.text == "layers":
        return _independent_layers(reader, text)
    if WORDS.get(inner.text) not in ("output", "weight", "row_sum"):
        raise reader.wrong("expected output(...), weight(...) or row_sum(...)", inner)
    reader.expect("(")
    form = reader.mechanism()
    reader.expect(")")
    reader.expect(",")
    arguments, _ = reader.arguments()
    reader.count(token, len(arguments), 2, 2)
    at, place = arguments
    if place.op != "vector" or place.name not in BARE or len(place.parts) != 1:
        raise reader.wrong("expected the input that changes, such as x[j]", token)
    where = []
    if reader.accept("where"):
        where = conjuncts(reader.condition(reader.expression(), reader.next))
    finish(reader)
    taken = {*form.names, *_all_names([at, place, *where])}
    name = next(n for k in count() if (n := f"c{k or ''}") not in taken)
    moved = place.parts[0]
    if moved.op == "symbol":
        where = [substitute(c, {moved: symbol(name)}) for c in where]
        moved = symbol(name)
    kind_, other = WORDS[inner.text], renewed(form, place.name, moved)
    usual = {"query": at, "key": J}
    places = [usual[role] for role in QUANTITIES[kind_]]
    sides = (quantity(kind_, 0, *places), quantity(kind_, 1, *places))
    where += _within(moved, [*sides, *where], (form, other))
    return _claim(text, [form, other], Expr("==", sides), [], where)


def _independent_layers(reader: TermReader, text: str) -> TermClaim:
    """`independent(layers(S, L), i, x[j])`: the same for stacked layers."""
    reader.expect("(")
    output = read_layers(reader, reader.next)
    reader.expect(",")
    arguments, _ = reader.arguments()
    reader.count(reader.next, len(arguments), 2, 2)
    at, place = arguments[0], place_of(reader, arguments[1], reader.next)
    sides = independent_of(output, at, place)
    where = []
    if reader.accept("where"):
        where = conjuncts(reader.condition(reader.expression(), reader.next))
    finish(reader)
    where += _within(place, [*sides, *where], tuple(reader.forms))
    return _claim(text, reader.forms, Expr("==", sides), [], where)


def _within(at: Expr, own: list[Expr], forms: tuple[Form, ...]) -> list[Expr]:
    """The conditions that a position is one of the sequence."""
    size = symbol(lengths_of(own, forms)["key"])
    return [Expr("<=", (ZERO, at)), Expr("<", (at, size))]


def _all_names(expressions: list[Expr]) -> set[str]:
    return set().union(*map(free_names, expressions))


def _claim(
    text: str, found: list[Form], stated: Expr, premises: list[Expr], where: list[Expr]
) -> TermClaim:
    """The record of a claim whose parts were read."""
    left, right = stated.parts
    forms = tuple(found)
    refuse_unknown_functions(text, [left, right, *premises, *where], forms)
    where += [c for c in tiles_have_keys([left, right, *premises]) if c not in where]
    where += [c for c in shared_widths([left, right, *premises], forms) if c not in where]
    own = [left, right, *premises, *where]
    positions = position_names(own)
    where += [c for c in shifted_positions(own, forms) if c not in where]
    return TermClaim(
        left,
        stated.op,
        right,
        forms,
        tuple(premises),
        tuple(where),
        tuple(sorted(positions.items())),
        declared_names(own, forms, set(positions) | RESERVED),
        " ".join(text.split()),
    )


def tiles_have_keys(expressions: list[Expr]) -> list[Expr]:
    """The conditions that the tiles of an online softmax hold a key at least."""
    nodes = [n for e in expressions for n in walk(e) if n.op == "of" and n.args[0] == "online"]
    return [Expr(">=", (tile, ONE)) for n in nodes if (tile := n.parts[-1]).op != "number"]


def refuse_unknown_functions(text: str, own: list[Expr], forms: tuple[Form, ...]) -> None:
    """A word that is followed by a bracket and means nothing is no function of ours."""
    known = {p.name for form in forms for p in form.parameters} | set(UNKNOWN_FUNCTIONS)
    for expr in own:
        for node in walk(expr):
            if node.op == "call" and node.name not in known:
                at = next((t.position for t in tokens(text) if t.text == node.name), 0)
                words = (*WORDS, *SUGAR, *FUNCTIONS, *STARTS, "row", "swap", "change")
                hint = did_you_mean(node.name, words) or "a function that may be any is f or g"
                if node.name in words:
                    hint = f"{node.name}(...) stands around a mechanism"
                raise Unreadable(text, at, f"the function {node.name!r} means nothing", hint)


def _comparison(reader: Reader, expr: Expr, token: Token) -> Expr:
    if expr.op not in COMPARISONS:
        raise reader.wrong("expected one comparison, such as left == right", token)
    if states_outside(expr):
        raise reader.wrong("a state stands alone on its side; say which component, .m, .l or .o",
                           token)  # fmt: skip
    return expr


def conjuncts(condition: Expr) -> list[Expr]:
    """The members of a chain of `and`."""
    if condition.op == "and":
        return [c for part in condition.parts for c in conjuncts(part)]
    return [condition]


def visible_pairs(left: Expr, right: Expr, forms: tuple[Form, ...]) -> list[Expr]:
    """Scores of two mechanisms are compared where both are visible: elsewhere nobody reads them."""
    if not (left.op == right.op == "of" and left.args[0] == right.args[0] == "score"):
        return []
    claim = TermClaim(left, "==", right, forms)
    seen = (
        substitute(form_of(claim, side).support, dict(zip((I, J), side.parts, strict=True)))
        for side in (left, right)
    )
    return [c for support in dict.fromkeys(seen) for c in conjuncts(support) if c.op != "true"]
