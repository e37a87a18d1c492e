"""Functions of numbers entry by entry, softmax, and functions of whole vectors and matrices."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symattn.core.expression import ONE, ZERO, Expr, free_names, make, number, symbol
from symattn.reading.latex.dims import Dim, ShapeError, single, unify
from symattn.reading.latex.meaning import Letter, Meaning, NotSupported
from symattn.reading.latex.totals import extreme, last, over_all, total
from symattn.reading.latex.tree import Node
from symattn.reading.latex.values import Index, Value, diagonal, scalar

Rule = Callable[[Meaning, Node], Value]
SMALL: Mapping[str, Callable[[Expr], Expr]] = {
    "log": lambda x: Expr("log", (x,)),
    "tanh": lambda x: Expr("tanh", (x,)),
    "cos": lambda x: Expr("cos", (x,)),
    "sin": lambda x: Expr("sin", (x,)),
    "sqrt": lambda x: Expr("sqrt", (x,)),
    "exp": lambda x: Expr("exp", (x,)),
    "sigmoid": lambda x: Expr("sigmoid", (x,)),
    "silu": lambda x: x * Expr("sigmoid", (x,)),
    "softplus": lambda x: Expr("log", (ONE + Expr("exp", (x,)),)),
    "relu": lambda x: Expr("max", (x, ZERO)),
    "elu": lambda x: Expr("where", (x > 0, x, Expr("exp", (x,)) - 1)),
    "abs": lambda x: Expr("abs", (x,)),
    "floor": lambda x: Expr("floor", (x,)),
    "ceil": lambda x: make("neg", Expr("floor", (make("neg", x),))),
}


def _entrywise(op: str) -> Rule:
    def rule(self: Meaning, node: Node) -> Value:
        self.pointwise += op == "exp"
        inner = self.of(node.parts[0])
        self.pointwise -= op == "exp"
        if op in ("abs", "floor", "ceil") and not inner.is_number:
            raise ShapeError(f"the {op} of {inner.said}", node.at)
        return Value(inner.rows, inner.columns, lambda r, c: SMALL[op](inner.entry(r, c)))

    return rule


def _softmax(self: Meaning, node: Node) -> Value:
    """exp over the sum of its row; of a vector over all; of a number over the last index."""
    inner = self.of(node.parts[0])
    if inner.is_number:
        return _softmax_of_number(self, node)
    if len(node.parts) > 1:
        raise NotSupported("a softmax of a matrix with an index", node.at)

    def entry(r: Index, c: Index) -> Expr:
        if inner.columns.root.one:
            below = total(self, inner.rows, lambda m: _exp(inner.entry(m, None)))
        else:
            below = total(self, inner.columns, lambda m: _exp(inner.entry(r, m)))
        return make("/", _exp(inner.entry(r, c)), below)

    return Value(inner.rows, inner.columns, entry)


def _softmax_of_number(self: Meaning, node: Node) -> Value:
    """The softmax of scores with an index: it runs over that index."""
    named = node.parts[1] if len(node.parts) > 1 else None
    if named is not None and (named.op != "name" or named.parts):
        raise NotSupported("a softmax runs over one index", node.at)
    index = named.name if named is not None else self.head
    if not index:
        raise ShapeError("a softmax of a number, which says over no index", node.at)
    dim = self.env[index][1] if index in self.env else self.place(index)
    name = self.fresh("c")
    before = self.env.get(index)
    self.env[index] = (name, dim, None, None)
    inside = self.of(node.parts[0])
    if before is None:
        del self.env[index]
    else:
        self.env[index] = before
    top = self.of(node.parts[0])
    self.notes[f"the softmax runs over {index}"] = None

    def entry() -> Expr:
        low = number(self.sizes.first(dim))
        below = Expr("sum", (name.name, low, last(self, dim), _exp(inside.number)))
        return make("/", _exp(top.number), below)

    return scalar(entry)


def _exp(x: Expr) -> Expr:
    return Expr("exp", (x,))


def _logsumexp(self: Meaning, node: Node) -> Value:
    inner = self.of(node.parts[0])
    if not inner.is_vector:
        raise ShapeError(f"the logsumexp of {inner.said}", node.at)
    return scalar(lambda: Expr("log", (total(self, inner.length, lambda m: _exp(inner.at(m))),)))


def _diag(self: Meaning, node: Node) -> Value:
    self.pointwise += 1
    inner = self.of(node.parts[0])
    self.pointwise -= 1
    if inner.is_vector:
        return diagonal(inner.length, inner.at)
    raise ShapeError(f"diag of {inner.said}", node.at)


def _of_rows(op: str) -> Rule:
    """rowsum and rowmax: a column."""

    def rule(self: Meaning, node: Node) -> Value:
        inner = self.of(node.parts[0])
        if inner.is_number or inner.is_vector:
            raise ShapeError(f"{op} of {inner.said}", node.at)

        def entry(r: Index, _: Index) -> Expr:
            if op == "rowsum":
                return total(self, inner.columns, lambda m: inner.entry(r, m))
            return over_all(self, "max", inner.columns, lambda m: inner.entry(r, m))

        return Value(inner.rows, single(), entry)

    return rule


def _trace(self: Meaning, node: Node) -> Value:
    inner = self.of(node.parts[0])
    if inner.is_number or inner.is_vector:
        raise ShapeError(f"the trace of {inner.said}", node.at)
    unify(inner.rows, inner.columns, node.at)
    return scalar(lambda: total(self, inner.rows, lambda m: inner.entry(m, m)))


def _norm(self: Meaning, node: Node) -> Value:
    r"""`\|x\|`: of a vector, or of a matrix (Frobenius)."""
    from symattn.reading.latex.rules import dotted

    inner = self.of(node.parts[0])
    if inner.is_number:
        raise ShapeError("the norm of a number", node.at)
    if inner.is_vector:
        return scalar(lambda: Expr("sqrt", (dotted(self, inner, inner),)))
    raise NotSupported("the norm of a matrix", node.at)


def _rms(self: Meaning, node: Node) -> Value:
    """A vector divided by its root mean square."""
    from symattn.reading.latex.rules import dotted

    inner = self.of(node.parts[0])
    if not inner.is_vector:
        raise ShapeError(f"the norm of {inner.said}", node.at)

    def entry(r: Index, c: Index) -> Expr:
        mean = make("/", dotted(self, inner, inner), self.sizes.size(inner.length))
        return make("/", inner.entry(r, c), Expr("sqrt", (mean,)))

    def atom() -> Expr | None:
        whole = inner.atom()
        return None if whole is None else Expr("norm", (whole,))

    return Value(inner.rows, inner.columns, entry, atom=atom)


def _mean(op: str) -> Rule:
    def rule(self: Meaning, node: Node) -> Value:
        inner = self.of(node.parts[0])
        if not inner.is_vector:
            raise NotSupported(f"{op} of {inner.said}", node.at)

        def entry() -> Expr:
            found = total(self, inner.length, inner.at)
            return found if op == "total" else make("/", found, self.sizes.size(inner.length))

        return scalar(entry)

    return rule


def _binomial(self: Meaning, node: Node) -> Value:
    above, below = (self.number(part) for part in node.parts)

    def entry() -> Expr:
        chosen = below.number.args[0] if below.number.op == "number" else None
        if not isinstance(chosen, int) or not 0 <= chosen <= 6:
            raise NotSupported("a binomial with an open lower number", node.at)
        found, bottom = ONE, 1
        for k in range(chosen):
            factor = above.number - k if k else above.number
            found, bottom = (factor if found == ONE else found * factor), bottom * (k + 1)
        return found / bottom if bottom > 1 else found

    return scalar(entry)


def _mod(self: Meaning, node: Node) -> Value:
    above, below = (self.number(part) for part in node.parts)
    return scalar(lambda: Expr("%", (above.number, below.number)))


def _floor(self: Meaning, node: Node) -> Value:
    r"""`\lfloor a/b \rfloor` is a whole division."""
    inner = node.parts[0]
    if inner.op == "div":
        above, below = (self.number(part) for part in inner.parts)
        return scalar(lambda: Expr("//", (above.number, below.number)))
    value = self.number(inner)
    return scalar(lambda: Expr("floor", (value.number,)))


def _concat(self: Meaning, node: Node) -> Value:
    r"""`Concat(head_1, \ldots, head_h)`: blocks of columns side by side."""
    parts = node.parts[0].parts if node.parts[0].op == "list" else node.parts
    if len(parts) != 3 or parts[1].op != "dots":
        raise NotSupported("Concat is read as Concat(head_1, \\ldots, head_h)", node.at)
    first, _, final = parts
    if first.op != "name" or final.op != "name" or first.family != final.family:
        raise NotSupported("Concat of one letter, from its first to its last index", node.at)
    places = [k for k, (a, b) in enumerate(zip(first.parts, final.parts, strict=True)) if a != b]
    if len(places) != 1:
        raise NotSupported("Concat runs over one index", node.at)
    ends = [self.number(part.parts[places[0]]).number for part in (first, final)]
    down = ends[1].op == "number" and ends[0].op != "number"
    low, high = (ends[1], ends[0]) if down else (ends[0], ends[1])
    name = self.fresh("b")
    key = f" {name.name}"  # no letter of LaTeX
    self.env[key] = (name, Dim(places=True), None, None)
    inside = list(first.parts)
    inside[places[0]] = Node("name", (), key, at=node.at)
    block = self.of(Node("name", tuple(inside), first.name, labels=first.labels, at=node.at))
    if block.is_number or (block.is_vector and not block.rows.root.one):
        raise ShapeError(f"Concat of {block.said}s side by side", node.at)
    columns = Dim(blocks=(low, high, block.columns))

    def entry(r: Index, c: Index) -> Expr:
        from symattn.core.expression import substitute

        if not isinstance(c, tuple):
            raise NotSupported("an entry of blocks", node.at)
        which, inner = c
        at = low + high - which if down else which
        return substitute(block.entry(r, inner), {name: at})

    return Value(block.rows, columns, entry)


def _call(self: Meaning, node: Node) -> Value:
    """An unknown function: of numbers, or a table (vector) of its own for each named argument."""
    if node.name in ("sigma",) and len(node.parts) == 1:
        self.notes["sigma is the sigmoid"] = None
        return _entrywise("sigmoid")(self, node)
    given = [self.of(part) for part in node.parts]
    if all(value.is_number for value in given):
        name = self.table_name(node.name)
        self.used[f"{node.name}()"] = ("function", len(given), ())
        return scalar(lambda: Expr("call", (name, *(value.number for value in given))))
    kind = self.kind(f"call {node.name}")
    if any(value.named() is None for value in given):
        raise NotSupported(f"{node.name} of an expression; of a letter it is read", node.at)
    names = [value.named() for value in given]
    name = "_".join([self.expr_name(node.name), *(found[0] for found in names if found)])

    def indices() -> list[Callable[[], Expr]]:
        return [(lambda e=e: e) for v in given for e in (v.named() or ("", []))[1]]  # type: ignore[misc]

    letter = Letter(f"{name}()", name, node, indices(), [])
    if kind == "number" or len(given) > 1:
        self.used[letter.key] = ("scalar", len(letter.lead), ())
        return scalar(letter.cell)
    size = self.shapes.setdefault(f"call {node.name}", (Dim(), Dim()))[0]
    self.used[letter.key] = ("row", len(letter.lead), (size,))
    return _map(self, letter, given[0], size)


def _map(self: Meaning, letter: Letter, given: Value, size: Dim) -> Value:
    """The value of a feature map: a vector that lies as its argument does."""

    def entry(r: Index, c: Index) -> Expr:
        self.entries_read = True
        return letter.cell(c if given.rows.root.one else r)

    def atom() -> Expr | None:
        if self.components:
            return None
        self.atoms_read = True
        self.widths[letter.name] = size
        return Expr("vector", (letter.name, *letter.indices()))

    rows, columns = (single(), size) if given.rows.root.one else (size, single())
    return Value(rows, columns, entry, atom=atom)


def _derivative(self: Meaning, node: Node) -> Value:
    """What is differentiated, by an entry of a letter."""
    from symattn.reading.latex.slopes import slope

    above, below = (self.number(part) for part in node.parts)
    if node.parts[1].op != "name":
        raise NotSupported("a derivative by something that is no letter", node.at)

    def entry() -> Expr:
        by = below.number
        top = above.number
        if by.op not in ("table", "symbol") or by.name not in free_names(top):
            raise NotSupported("what is differentiated does not name what it is a function of; "
                               "define it, as where p = \\mathrm{softmax}(s)", node.at)  # fmt: skip
        try:
            return slope(top, by)
        except ValueError as error:
            raise NotSupported(str(error), node.at) from None

    return scalar(entry)


FUNCTION_RULES: Mapping[str, Rule] = {
    **{op: _entrywise(op) for op in SMALL if op != "floor"}, "floor": _floor,
    "softmax": _softmax, "logsumexp": _logsumexp, "diag": _diag, "rowsum": _of_rows("rowsum"),
    "rowmax": _of_rows("rowmax"), "trace": _trace, "norm": _norm, "rms": _rms,
    "mean": _mean("mean"), "total": _mean("total"), "binomial": _binomial, "mod": _mod,
    "concat": _concat, "call": _call, "derivative": _derivative,
}  # fmt: skip

__all__ = ["FUNCTION_RULES", "extreme", "symbol"]
