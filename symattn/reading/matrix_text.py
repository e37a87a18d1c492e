"""The grammar of equations between matrices: `dS == P o (dP - rowsum(P o dP)) for causal`.

Names with a capital letter are matrices, others numbers. What a line says is a tree of `Node`s;
`matrix_shapes` finds their shapes and `matrix_claim` their meaning. Nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symattn.core.errors import Unreadable, did_you_mean
from symattn.core.expression import COMPARISONS, Expr
from symattn.core.form import FULL, SIZES, Form
from symattn.core.text import Reader, Token, finish
from symattn.reading.spec_text import spec

OF_FORMS: Mapping[str, tuple[str, str]] = {  # what these letters always are
    "Q": ("queries", "d"), "K": ("keys", "d"), "V": ("keys", "d_v"),
    "S": ("queries", "keys"), "M": ("queries", "keys"), "P": ("queries", "keys"),
    "O": ("queries", "d_v"), "D": ("queries", "1"), "dO": ("queries", "d_v"),
    "dP": ("queries", "keys"), "dS": ("queries", "keys"),
    "dQ": ("queries", "d"), "dK": ("keys", "d"), "dV": ("keys", "d_v"),
}  # fmt: skip
BY_ENTRY = ("exp", "log", "sqrt", "tanh", "sigmoid")
CALLS = ("rowsum", "colsum", "softmax", "diag", "tril", "triu", "column", *BY_ENTRY)
TAKEN = frozenset("ijhlqkvxo")  # letters that are no number here
TALLEST = 24  # operations inside one another
MOST_WORK = 400  # operations that the entries of a side may ask for


@dataclass(frozen=True, slots=True)
class Node:
    """An operation of a matrix equation, and where it stands."""

    op: str
    token: Token
    parts: tuple[Node, ...] = ()
    value: Fraction | None = None
    form: Form | None = None

    @property
    def name(self) -> str:
        return self.token.text


@dataclass(frozen=True, slots=True)
class Stated:
    """A line about matrices: left relation right, for a mechanism, with conditions."""

    text: str
    left: Node
    relation: Token
    right: Node
    form: Form
    where: Expr | None


def about_matrices(reader: Reader) -> bool:
    """Whether a line names a matrix, outside of mechanisms and indices.

    >>> [about_matrices(Reader(text)) for text in ("P @ V == O", "x @ W == v", "weights(alibi(M))")]
    [True, False, False]
    """
    return any(_is_matrix(reader.tokens, at) for at in _outside(reader.tokens))


def _outside(words: list[Token]) -> Iterator[int]:
    """Where the words of a line stand that are in no index and in no call but those of matrices."""
    calls: list[str] = []
    for at, token in enumerate(words[:-1]):
        if token.text == "where" and not calls:
            return
        if token.text in ("(", "["):
            named = at and words[at - 1].kind == "name" and words[at - 1].text != "o"
            calls.append(words[at - 1].text if named else token.text)
        elif token.text in (")", "]"):
            del calls[-1:]
        elif all(call in ("(", *CALLS) for call in calls):
            yield at


def _is_matrix(words: list[Token], at: int) -> bool:
    """Whether a word can only be said of matrices: P, A o B, A @ B, A.T, rowsum(...)."""
    token, after = words[at], words[at + 1].text
    before = words[at - 1].text if at else ""
    if token.text == ".":
        named = before != before.lower() and words[max(at - 2, 0)].text != "@"
        return after == "T" and (before == ")" or named)
    if token.kind != "name" or after == "[" or before == "@":
        return False
    infix = after in ("@", "o") and token.text != token.text.lower()
    called = token.text in ("rowsum", "colsum", "diag") and after == "("
    return token.text in OF_FORMS or infix or called


class MatrixReader(Reader):
    """A cursor with one method for each shape of the grammar."""

    def stated(self) -> Stated:
        left = self.sum()
        relation = self.take()
        if relation.text not in COMPARISONS or relation.text == "!=":
            got = relation.text or "the end"
            raise self.wrong(f"expected '==' between two matrices, got {got!r}", relation)
        right = self.sum()
        form = self.mechanism() if self.accept("for") else FULL
        where = None
        if self.accept("where"):
            where = self.condition(self.expression(), self.next)
        finish(self)
        for side in (left, right):
            if _tall(side) > TALLEST or _work(side) > MOST_WORK:
                raise self.wrong("a matrix equation with too many operations", relation)
        return Stated(self.text, left, relation, right, form, where)

    def sum(self) -> Node:
        """Terms with + and - between them."""
        self.depth += 1
        if self.depth > TALLEST:
            raise self.wrong(f"nested deeper than {TALLEST}")
        found = self.term()
        while self.next.text in ("+", "-"):
            token = self.take()
            found = Node(token.text, token, (found, self.term()))
        self.depth -= 1
        return found

    def term(self) -> Node:
        """Factors with `@`, `o`, `*` or `/`; `@` and `o` do not mix without brackets."""
        if self.next.text == "-":
            return Node("neg", self.take(), (self.term(),))
        found, seen = self.factor(), ""
        while self.next.text in ("@", "o", "*", "/"):
            token = self.take()
            if token.text in ("@", "o"):
                if seen and seen != token.text:
                    raise self.wrong("'@' and 'o' in one product: write brackets", token)
                seen = token.text
            found = Node(token.text, token, (found, self.factor()))
        return found

    def factor(self) -> Node:
        """A number, a name, a call or brackets, perhaps transposed."""
        token = self.take()
        if token.kind == "number":
            found = Node("number", token, value=Fraction(token.text))
        elif token.text == "(":
            found = self.sum()
            self.expect(")")
        elif token.kind == "name":
            found = self.called(token)
        else:
            got = repr(token.text) if token.text else "the end"
            raise self.wrong(f"expected a matrix, a number or '(', got {got}", token)
        while self.next.text == ".":
            dot = self.take()
            if not self.accept("T"):
                raise self.wrong("expected 'T' after '.'")
            found = Node("T", dot, (found,))
        return found

    def called(self, token: Token) -> Node:
        name = token.text
        if self.next.text == "[":
            raise self.wrong("a matrix equation has no indices")
        if name in CALLS:
            self.expect("(")
            if name == "column":
                free = self.next
                if free.kind != "name" or free.text in (*OF_FORMS, *TAKEN, *SIZES):
                    raise self.wrong("expected a name of your own for a column")
                inner = Node("free column", self.take())
            else:
                inner = Node(name, token, (self.sum(),))
            self.expect(")")
            return inner
        if name in OF_FORMS:
            form = None
            if self.accept("("):
                form = spec(self)
                self.expect(")")
            return Node("of", token, form=form)
        if self.next.text == "(":
            hint = did_you_mean(name, CALLS) or f"known are {', '.join(CALLS)}"
            raise self.wrong(f"no function {name!r} of matrices", token, hint)
        if name != name.lower():
            return Node("free", token)
        if name in TAKEN:
            raise self.wrong(f"{name!r} is no number here; matrices have a capital letter", token)
        return Node("scalar", token)

    def mechanism(self) -> Form:
        """The mechanism between `for` and `where`."""
        depth, end = 0, self.at
        while self.tokens[end].kind != "end":
            text = self.tokens[end].text
            depth += (text in ("(", "[")) - (text in (")", "]"))
            if depth == 0 and text == "where" and self.tokens[end + 1].text != "(":
                break
            end += 1
        inner = Reader(self.text[: self.tokens[end].position])
        inner.at = self.at
        try:
            found = spec(inner)
            finish(inner)
        except Unreadable as error:
            raise Unreadable(self.text, error.position, error.message, error.hint) from None
        self.at = end
        return found


def _tall(node: Node) -> int:
    return 1 + max(map(_tall, node.parts), default=0)


def _work(node: Node) -> int:
    """How often an entry asks for entries: a softmax asks twice."""
    own = sum(map(_work, node.parts))
    return 1 + (2 * own if node.op == "softmax" else own)
