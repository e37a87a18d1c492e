r"""From items that stand side by side to an untyped tree: precedence, functions, sums, products.

Where writers differ (`a/bc`, `\log n d`, `b(i-j)`), a *choice* says which way a text
is read; it is recorded, so that the reader can try the other way, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction

from symattn.core.errors import Unreadable
from symattn.reading.latex.commands import FUNCTIONS
from symattn.reading.latex.grammar import Item
from symattn.reading.latex.names import (
    FUNCTION_LETTERS,
    UNSURE_CALLS,
    Named,
    named,
    single_letters,
)
from symattn.reading.latex.tree import ABSENT, Node, height

Items = Sequence[Item]
ENDS = frozenset(("REL", "COMMA", "SEMI", "COLON", "STOP", "AMP", "ROW", "TEXT", "MID"))
TALLEST, DEEPEST = 80, 30
BINDING = frozenset(("max", "min"))
RELATED = frozenset(("=", "<", ">", "<=", ">=", "!="))
EQUAL = {"=": "=="}
ANGLES = frozenset(("theta", "omega"))


class Structure:
    """What is known of one text while its items become a tree."""

    def __init__(
        self, text: str, choices: dict[str, bool], everything: Items, functions: Iterable[str] = ()
    ) -> None:
        self.text, self.choices, self.functions = text, choices, frozenset(functions)
        self.depth = 0
        self.met: dict[str, int] = {}  # the choices that this text has, with their place
        self.bare = _bare(everything)  # names that stand somewhere without brackets after them
        self.indexed = _indexed(everything)  # letters with indices that no sum binds

    def choose(self, key: str, usual: bool, at: int) -> bool:
        """How this text is read where writers differ."""
        self.met.setdefault(key, at)
        return self.choices.get(key, usual)

    def wrong(self, message: str, at: int, hint: str = "") -> Unreadable:
        return Unreadable(self.text, at, message, hint)

    def whole(self, items: Items, at: int = 0) -> Node:
        """All the items as one expression or condition."""
        run = Run(self, items, at)
        node = run.condition()
        run.finish()
        if height(node) > TALLEST:
            raise self.wrong(f"over {TALLEST} operations inside one another", node.at)
        return node

    @contextmanager
    def deeper(self, at: int) -> Iterator[None]:
        """One level more of signs or sums that stand behind each other."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(f"nested deeper than {DEEPEST}", at)
        yield
        self.depth -= 1

    def condition_list(self, items: Items, at: int) -> list[Node]:
        """Conditions between commas."""
        return [self.whole(part, at) for part in split(items, "COMMA") if part]


def _bare(items: Items) -> frozenset[str]:
    """Names that stand without brackets after them, superscripts apart."""
    found: set[str] = set()
    waiting = [items]
    while waiting:
        run = waiting.pop()
        for item, after in zip(run, [*run[1:], None], strict=False):
            if item.kind == "NAME" and (after is None or after.kind != "paren"):
                found.add(item.text)
            waiting += item.parts
            if item.below is not None:
                waiting.append(item.below)
            if item.kind == "BIG":
                waiting += item.above
    return frozenset(found)


def _indexed(items: Items) -> frozenset[str]:
    """Letters that have indices of their own and are bound by no sum."""
    found: set[str] = set()
    bound: set[str] = set()
    waiting = [items]
    while waiting:
        for item in waiting.pop():
            if item.kind == "BIG" or item.text in BINDING:
                bound |= {part.text for part in item.below or ()}
            elif item.kind == "NAME" and item.below is not None:
                found.add(item.text)
            waiting += [*item.parts, *item.above, *([item.below] if item.below else [])]
    return frozenset(found - bound)


def split(items: Items, kind: str) -> list[Items]:
    """The runs between tokens of a kind."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if item.kind == kind:
            parts.append([])
        else:
            parts[-1].append(item)
    return list(parts)


class Run:
    """A cursor over items that stand side by side."""

    def __init__(self, of: Structure, items: Items, at: int = 0) -> None:
        self.of, self.items, self.next_at, self.start = of, items, 0, at

    @property
    def next(self) -> Item | None:
        return self.items[self.next_at] if self.next_at < len(self.items) else None

    @property
    def place(self) -> int:
        if self.next is not None:
            return self.next.at
        return self.items[-1].at + 1 if self.items else self.start

    def take(self) -> Item:
        self.next_at += 1
        return self.items[self.next_at - 1]

    def is_op(self, *texts: str) -> bool:
        found = self.next
        return found is not None and found.kind == "OP" and found.text in texts

    def is_text(self, *texts: str) -> bool:
        found = self.next
        return found is not None and found.kind == "TEXT" and found.text.lower() in texts

    def wrong(self, message: str) -> Unreadable:
        return self.of.wrong(message, self.place)

    def finish(self) -> None:
        if self.next is not None:
            raise self.wrong(f"expected an operator or the end, got {self.next.text!r}")

    def condition(self) -> Node:
        left = self.conjunction()
        while self.is_op("or") or self.is_text("or"):
            at = self.take().at
            left = Node("or", (left, self.conjunction()), at=at)
        return left

    def conjunction(self) -> Node:
        left = self.negation()
        while self.is_op("and") or self.is_text("and"):
            at = self.take().at
            left = Node("and", (left, self.negation()), at=at)
        return left

    def negation(self) -> Node:
        if self.is_op("not") or self.is_text("not"):
            at = self.take().at
            with self.of.deeper(at):
                return Node("not", (self.negation(),), at=at)
        return self.relation()

    def relation(self) -> Node:
        left = self.sum()
        found: Node | None = None
        while (sign := self.next) is not None and sign.kind == "REL" and sign.text in RELATED:
            self.take()
            right = self.sum()
            one = Node("compare", (left, right), EQUAL.get(sign.text, sign.text), at=sign.at)
            found = one if found is None else Node("and", (found, one), at=sign.at)
            left = right
        return left if found is None else found

    def sum(self) -> Node:
        at = self.place
        if self.is_op("-"):
            self.take()
            left = Node("neg", (self.product(),), at=at)
        else:
            if self.is_op("+"):
                self.take()
            left = self.product()
        while self.is_op("+", "-"):
            sign = self.take()
            left = Node("add" if sign.text == "+" else "sub", (left, self.product()), at=sign.at)
        return left

    def product(self) -> Node:
        left = self.beside()
        while (sign := self.next) is not None and sign.kind == "OP":
            if sign.text not in PRODUCTS:
                break
            self.take()
            right = self.operand(sign)
            left = Node(PRODUCTS[sign.text], (left, right), at=sign.at)
            if self.more():
                left = Node("mul", (left, self.beside()), at=sign.at)
        return left

    def operand(self, sign: Item) -> Node:
        """The right side of an operator: all that stands side by side, unless the choice is not."""
        if self.is_op("-"):  # a \cdot -b
            at = self.take().at
            with self.of.deeper(at):
                return Node("neg", (self.operand(sign),), at=at)
        start = self.next_at
        if sign.text == "/":
            first = self.factor()
            if not self.more() or not self.of.choose("slash", True, sign.at):
                return first
            self.next_at = start
        return self.beside()

    def more(self) -> bool:
        """Whether another factor follows at once."""
        return self.next is not None and self.next.kind not in ENDS and self.next.kind != "OP"

    def beside(self) -> Node:
        """Factors side by side."""
        left = self.factor()
        while self.more():
            at = self.place
            left = Node("mul", (left, self.factor()), at=at)
        return left

    def factor(self) -> Node:
        item = self.next
        if item is None or item.kind in ENDS or item.kind == "OP":
            got = "the end" if item is None else repr(item.text)
            raise self.wrong(f"expected a number, a letter or a bracket, got {got}")
        self.take()
        if item.kind == "BIG":
            return self.bound(item, item.text)
        if item.kind == "NAME":
            return self.name(item)
        return scripted(self.of, item, plain(self.of, item))

    def bound(self, item: Item, op: str) -> Node:
        """A sum, product or maximum with what it binds; it reaches as far as the product goes."""
        from symattn.reading.latex.binders import binder

        high = self.of.whole(item.above[0], item.at) if item.above else ABSENT
        parts = binder(self.of, item, high)
        with self.of.deeper(item.at):
            body = self.product()
        for name, low, top, condition in reversed(parts):
            body = Node(op, (low, top, condition, body), name, at=item.at)
        return body

    def name(self, item: Item) -> Node:
        base = item.text.removesuffix("!")
        after = self.next
        opens = after is not None and after.kind in ("paren", "square", "curly")
        if base in FUNCTIONS:
            return self.function(item, FUNCTIONS[base])
        if base in ("one", "one_bb", "I_bb") and (opens or _compares(item.below)):
            return self.indicator(item)
        if base == "partial" or base == "nabla":
            raise self.of.wrong("a derivative is written as a fraction of two \\partial", item.at)
        if base == "substack":
            raise self.of.wrong("\\substack stands under a sum", item.at)
        found = named(self.of, item)
        if after is not None and after.kind == "paren" and self.calls(found, after):
            self.take()
            arguments = [self.of.whole(part, after.at) for part in split(after.parts[0], "COMMA")]
            return scripted(self.of, after, called(found, arguments))
        return found.node

    def calls(self, found: Named, after: Item) -> bool:
        """Whether brackets after a name are its arguments, not a factor."""
        if found.powered:
            return False
        several = any(item.kind == "COMMA" for item in after.parts[0])
        base = found.base
        if several or (len(base) > 1 and base.isalpha() and base not in found.greek):
            return True
        if base in FUNCTION_LETTERS or base in self.of.functions:
            return True
        inside = self.of.whole(after.parts[0], after.at) if after.parts[0] else None
        if base in UNSURE_CALLS and base not in self.of.bare and inside and _like_index(inside):
            return self.of.choose(f"call {base}", True, after.at)
        return False

    def function(self, item: Item, op: str) -> Node:
        """A known function: of what stands in brackets, or of the factors that follow."""
        after = self.next
        if op in BINDING and item.below is not None:
            return self.bound(item, op)
        below = [self.of.whole(part, item.at) for part in indices_below(item)]
        if after is not None and after.kind in ("paren", "square", "curly"):
            self.take()
            arguments = [self.of.whole(part, after.at) for part in split(after.parts[0], "COMMA")]
            if op in ("cos", "sin") and len(arguments) == 1 and not after.above:
                arguments = [self.angle(arguments[0], item)]
            node = apply(self.of, op, arguments, below, item.at)
            node = scripted(self.of, after, node)
        else:
            with self.of.deeper(item.at):
                node = apply(self.of, op, [self.reach(item, op)], below, item.at)
        return scripted(self.of, Item("", "", item.at, above=item.above), node)

    def angle(self, left: Node, item: Item) -> Node:
        r"""`\cos (n-m)\theta` turns by (n - m) theta: a letter of an angle belongs to it."""
        following = self.next
        if following is None or following.kind != "NAME":
            return left
        if following.text in ANGLES or self.of.choose("angle", False, item.at):
            return Node("mul", (left, self.factor()), at=following.at)
        return left

    def reach(self, item: Item, op: str) -> Node:
        """The factors that a function without brackets takes."""
        left = self.factor()
        while self.more() and self.next is not None:
            following = self.next
            base = following.text.removesuffix("!")
            if following.kind in ("paren", "square") or base in FUNCTIONS:
                break
            plainly = following.kind in ("NAME", "NUMBER") and following.below is None
            angle = op in ("cos", "sin") and (plainly or base in ANGLES)
            if not angle and not self.of.choose("reach", True, item.at):
                break
            left = Node("mul", (left, self.factor()), at=following.at)
        return left

    def indicator(self, item: Item) -> Node:
        """1 if a condition holds, else 0."""
        if item.below is not None:
            inside: Items = item.below
        else:
            inside = self.take().parts[0]
        conditions = self.of.condition_list(inside, item.at)
        node = conditions[0]
        for condition in conditions[1:]:
            node = Node("and", (node, condition), at=item.at)
        return Node("indicator", (node,), at=item.at)


PRODUCTS = {"*": "mul", "cdot": "cdot", "/": "div", "odot": "odot", "mod": "mod"}


def _compares(items: Items | None) -> bool:
    return items is not None and any(item.kind == "REL" for item in items)


def indices_below(item: Item) -> list[Items]:
    """The indices under a name, as runs of items: `ij` are two."""
    if item.below is None:
        return []
    found: list[Items] = []
    for part in split(item.below, "COMMA"):
        found += single_letters(part)
    return found


def called(found: Named, arguments: list[Node]) -> Node:
    """A table at several indices, or a function."""
    node = found.node
    table = len(arguments) > 1 or (len(found.base) > 1 and found.base not in found.greek)
    if table and all(map(_like_index, arguments)) and node.op == "name":
        parts = (*node.parts, *arguments)
        return Node("name", parts, node.name, labels=node.labels, at=node.at)
    return Node("call", tuple(arguments), node.name, at=node.at)


def _like_index(node: Node) -> bool:
    """Whether an argument may be the number of a place: `i`, `i - 1`, `0`."""
    if node.op == "name":
        return not node.parts and (node.name.lower() == node.name)
    return node.op == "number" or (
        node.op in ("add", "sub", "neg", "mul") and all(map(_like_index, node.parts))
    )


def apply(of: Structure, op: str, given: list[Node], below: list[Node], at: int) -> Node:
    """A known function of its arguments."""
    if op == "log" and below:
        base = Node("log", (below[0],), at=at)
        return Node("div", (Node("log", (given[0],), at=at), base), at=at)
    if op not in ("max", "min", "concat", "mod") and len(given) != 1:
        raise of.wrong(f"{op} takes one argument, got {len(given)}", at)
    if op == "transpose":
        return Node("transpose", (given[0],), at=at)
    return Node(op, (*given, *below), value=Fraction(len(given) if below else 0), at=at)


def plain(of: Structure, item: Item) -> Node:
    """What an item says without its scripts."""
    from symattn.reading.latex.layouts import LAYOUTS

    if item.kind == "NUMBER":
        return Node("number", value=Fraction(item.text), at=item.at)
    if item.kind == "DOTS":
        return Node("dots", at=item.at)
    return LAYOUTS[item.kind](of, item)


def scripted(of: Structure, item: Item, node: Node) -> Node:
    """A base with a transpose sign, an inverse, a power, or indices of an entry."""
    if item.primes:
        raise of.wrong("a prime stands at a letter", item.at)
    if item.below is not None:
        if item.kind not in ("paren", "square", "group"):
            raise of.wrong("indices stand at a letter or at a bracket", item.at)
        node = Node("entry", (node, *(of.whole(p, item.at) for p in indices_below(item))),
                    at=item.at)  # fmt: skip
    for above in item.above:
        node = raised(of, node, above, item.at)
    return node


def raised(of: Structure, node: Node, above: Items, at: int) -> Node:
    """A base with a superscript that is no label."""
    rest = list(above)
    if turns(of, rest):
        turned = rest.pop()
        inner = raised(of, node, rest, at) if rest else node
        return Node("transpose", (inner,), at=turned.at)
    if len(rest) == 2 and rest[0].kind == "OP" and rest[0].text == "odot":
        return Node("entrywise power", (node, of.whole(rest[1:], at)), at=at)
    if node.op == "name" and node.name == "e" and not node.parts:
        return Node("exp", (of.whole(rest, at),), at=at)
    return Node("power", (node, of.whole(rest, at)), at=at)


def turns(of: Structure, above: Items) -> bool:
    """Whether a superscript ends with a transpose sign, alone or after a label."""
    if not above or not transposes(of, above[-1]):
        return False
    return len(above) == 1 or all(
        item.kind in ("paren", "square", "TEXT")
        or (item.kind == "NAME" and item.text[0].isupper())
        or item.kind == "COMMA"
        for item in above[:-1]
    )


def transposes(of: Structure, item: Item) -> bool:
    """Whether a superscript is a transpose sign; T is none where it is a number."""
    plainly = not item.above and item.below is None
    if item.kind != "NAME" or not plainly:
        return False
    return item.text == "top" or (item.text == "T" and "T" not in of.bare)
