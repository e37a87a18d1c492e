"""A tree as canonical LaTeX; reading it gives the tree back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from symattn.reading.latex.commands import FONTS, FUNCTIONS, GREEK
from symattn.reading.latex.tree import Node

OR, AND, NOT, COMPARED, SUM, PRODUCT, BESIDE, FACTOR = range(8)
SIGNS = {"<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne", "<": "<", ">": ">"}
ACCENTS = {"tilde": r"\tilde", "hat": r"\hat", "bar": r"\bar", "dot": r"\dot", "ddot": r"\ddot",
           "check": r"\check"}  # fmt: skip
LETTERED = {mark.removeprefix("_"): command for command, mark in FONTS.items() if "_" in mark}
RAISED = frozenset("RECP")
COMMANDS = frozenset(("exp", "log", "tanh", "cos", "sin", "max", "min"))
WORDS = {op: name for name, op in reversed(FUNCTIONS.items()) if op != "transpose"} | {
    "rms": "norm",
    "total": "sum",
}
AROUND = {"abs": (r"\lvert", r"\rvert"), "norm": (r"\lVert", r"\rVert"),
          "floor": (r"\lfloor", r"\rfloor"), "ceil": (r"\lceil", r"\rceil")}  # fmt: skip


def latex_of(node: Node) -> str:
    r"""The LaTeX of a tree.

    >>> from symattn.reading.latex.statements import statement
    >>> latex_of(statement(r"e^{q_i k_j^\top/\sqrt d}", {}).chains[0].sides[0])
    '\\exp(\\frac{q_{i} k_{j}^{\\top}}{\\sqrt{d}})'
    """
    return _written(node)[0]


def _written(node: Node) -> tuple[str, int]:
    """The LaTeX and how tightly it holds together."""
    rule = RULES.get(node.op)
    return rule(node) if rule is not None else _function(node)


def _at(node: Node, power: int) -> str:
    text, own = _written(node)
    return text if own >= power else f"{{({text})}}"


def _number(node: Node) -> tuple[str, int]:
    value = node.value
    if value.denominator == 1:
        return str(value.numerator), FACTOR
    digits, scaled = 0, value
    while scaled.denominator != 1:
        digits, scaled = digits + 1, scaled * 10
    text = str(scaled.numerator).rjust(digits + 1, "0")
    return f"{text[:-digits]}.{text[-digits:]}", FACTOR


def _letter(name: str) -> tuple[str, list[str], str]:
    """A letter in its font, the labels under it, and the label over it."""
    bold = name.endswith("!")
    base, *suffixes = name.removesuffix("!").split("_")
    greek = base in GREEK.values()
    text = f"\\{base}" if greek else base if len(base) == 1 else rf"\mathrm{{{base}}}"
    if bold:
        text = rf"\mathbf{{{text}}}" if len(base) == 1 else rf"\boldsymbol{{{text}}}"
    below: list[str] = []
    above = primes = ""
    for suffix in suffixes:
        if suffix in ACCENTS:
            text = f"{ACCENTS[suffix]}{{{text}}}"
        elif suffix in LETTERED:
            text = f"{LETTERED[suffix]}{{{base}}}"
        elif suffix == "prime":
            primes += "'"
        elif suffix in ("star", "plus", "minus", "dagger"):
            signs = {"star": "*", "plus": "+", "minus": "-", "dagger": r"\dagger"}
            above = signs[suffix]
        elif suffix in RAISED:
            above = suffix
        else:
            below.append(suffix if len(suffix) == 1 else rf"\mathrm{{{suffix}}}")
    return text + primes, below, above


def _name(node: Node) -> tuple[str, int]:
    text, below, above = _letter(node.name)
    labels, indices = node.parts[: node.labels], node.parts[node.labels :]
    if labels:
        above += f"({','.join(map(latex_of, labels))})"
    under = ",".join([*below, *map(latex_of, indices)])
    text += f"_{{{under}}}" if under else ""
    return text + (f"^{{{above}}}" if above else ""), FACTOR


def _bare(node: Node) -> bool:
    """Whether a superscript may stand at the node as it is printed."""
    if node.op == "name":
        return "^" not in _name(node)[0] and node.name != "e"
    return node.op in ("matrix", "call", "ones", "identity") or node.op in WORDS


def _raised(node: Node, above: str) -> tuple[str, int]:
    text = latex_of(node) if _bare(node) else f"({latex_of(node)})"
    return f"{text}^{{{above}}}", FACTOR


def _transpose(node: Node) -> tuple[str, int]:
    return _raised(node.parts[0], r"\top")


def _power(node: Node) -> tuple[str, int]:
    base, exponent = node.parts
    if base.op == "name" and exponent.op not in ("number", "neg", "div", "add", "sub", "mul"):
        return f"({latex_of(base)})^{{{latex_of(exponent)}}}", FACTOR
    return _raised(base, latex_of(exponent))


def _sum(node: Node) -> tuple[str, int]:
    left, right = node.parts
    return f"{_at(left, SUM)} {'+' if node.op == 'add' else '-'} {_at(right, PRODUCT)}", SUM


def _neg(node: Node) -> tuple[str, int]:
    return f"-{_at(node.parts[0], PRODUCT)}", SUM


def _mul(node: Node) -> tuple[str, int]:
    left, right = node.parts
    return f"{_at(left, BESIDE)} {_at(right, FACTOR)}", BESIDE


def _between(sign: str) -> Callable[[Node], tuple[str, int]]:
    def rule(node: Node) -> tuple[str, int]:
        left, right = node.parts
        return f"{_at(left, PRODUCT)} {sign} {_at(right, BESIDE)}", PRODUCT

    return rule


def _div(node: Node) -> tuple[str, int]:
    above, below = map(latex_of, node.parts)
    return rf"\frac{{{above}}}{{{below}}}", FACTOR


def _logic(sign: str, power: int) -> Callable[[Node], tuple[str, int]]:
    def rule(node: Node) -> tuple[str, int]:
        left, right = node.parts
        return f"{_at(left, power)} {sign} {_at(right, power + 1)}", power

    return rule


def _compare(node: Node) -> tuple[str, int]:
    left, right = node.parts
    return f"{_at(left, SUM)} {SIGNS[node.name]} {_at(right, SUM)}", COMPARED


def _not(node: Node) -> tuple[str, int]:
    return rf"\lnot ({latex_of(node.parts[0])})", NOT


def _bound(sign: str) -> Callable[[Node], tuple[str, int]]:
    def rule(node: Node) -> tuple[str, int]:
        low, high, condition, body = node.parts
        name = _name(Node("name", (), node.name))[0]
        if low.op != "absent":
            under = f"{name}={latex_of(low)}"
            under += f", {latex_of(condition)}" if condition.op != "absent" else ""
        else:
            under = f"{name} : {latex_of(condition)}" if condition.op != "absent" else name
        over = f"^{{{latex_of(high)}}}" if high.op != "absent" else ""
        return f"{sign}_{{{under}}}{over} {_at(body, PRODUCT)}", SUM

    return rule


def _extreme(node: Node) -> tuple[str, int]:
    return _bound(f"\\{node.op}")(node) if node.name else _function(node)


def _matrix(node: Node) -> tuple[str, int]:
    rows = r" \\ ".join(" & ".join(map(latex_of, row.parts)) for row in node.parts)
    return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}", FACTOR


def _cases(node: Node) -> tuple[str, int]:
    rows = []
    for case in node.parts:
        value, condition = case.parts
        said = latex_of(condition) if condition.op != "absent" else r"\text{otherwise}"
        rows.append(f"{latex_of(value)} & {said}")
    inside = r" \\ ".join(rows)
    return rf"\begin{{cases}} {inside} \end{{cases}}", FACTOR


def _function(node: Node) -> tuple[str, int]:
    count = int(node.value) if node.value else len(node.parts)
    given, below = node.parts[:count], node.parts[count:]
    word = WORDS[node.op]
    text = f"\\{word}" if word in COMMANDS else rf"\mathrm{{{word}}}"
    text += f"_{{{','.join(map(latex_of, below))}}}" if below else ""
    return f"{text}({', '.join(map(latex_of, given))})", FACTOR


def _call(node: Node) -> tuple[str, int]:
    return f"{_letter(node.name)[0]}({', '.join(map(latex_of, node.parts))})", FACTOR


def _around(node: Node) -> tuple[str, int]:
    left, right = AROUND[node.op]
    return f"{left} {latex_of(node.parts[0])} {right}", FACTOR


def _derivative(node: Node) -> tuple[str, int]:
    above, below = (_at(part, FACTOR) for part in node.parts)
    return rf"\frac{{\partial {above}}}{{\partial {below}}}", FACTOR


def _indexed(text: str) -> Callable[[Node], tuple[str, int]]:
    def rule(node: Node) -> tuple[str, int]:
        under = ",".join(map(latex_of, node.parts))
        return text + (f"_{{{under}}}" if under else ""), FACTOR

    return rule


def _entry(node: Node) -> tuple[str, int]:
    base, *places = node.parts
    return f"({latex_of(base)})_{{{','.join(map(latex_of, places))}}}", FACTOR


RULES: Mapping[str, Callable[[Node], tuple[str, int]]] = {
    "number": _number, "name": _name, "transpose": _transpose, "power": _power, "add": _sum,
    "sub": _sum, "neg": _neg, "mul": _mul, "cdot": _between(r"\cdot"), "odot": _between(r"\odot"),
    "mod": _between(r"\bmod"), "div": _div, "or": _logic(r"\lor", OR), "and": _logic(r"\land", AND),
    "not": _not, "compare": _compare, "sum": _bound(r"\sum"), "prod": _bound(r"\prod"),
    "max": _extreme, "min": _extreme, "matrix": _matrix, "cases": _cases, "call": _call,
    "abs": _around, "norm": _around, "floor": _around, "ceil": _around, "derivative": _derivative,
    "ones": _indexed(r"\mathbf{1}"), "identity": _indexed("I"), "entry": _entry,
    "infinity": lambda _: (r"\infty", FACTOR), "dots": lambda _: (r"\ldots", FACTOR),
    "inner": lambda n: (rf"\langle {latex_of(n.parts[0])}, {latex_of(n.parts[1])} \rangle", FACTOR),
    "indicator": lambda n: (rf"\mathbb{{1}}[{latex_of(n.parts[0])}]", FACTOR),
    "sqrt": lambda n: (rf"\sqrt{{{latex_of(n.parts[0])}}}", FACTOR),
    "binomial": lambda n: (rf"\binom{{{latex_of(n.parts[0])}}}{{{latex_of(n.parts[1])}}}", FACTOR),
    "list": lambda n: (f"[{', '.join(map(latex_of, n.parts))}]", FACTOR),
    "entrywise power": lambda n: _raised(n.parts[0], rf"\odot {latex_of(n.parts[1])}"),
}  # fmt: skip

__all__ = ["Fraction", "latex_of"]
