r"""What the letters of a Form mean: domains of its parameters, rotations, norms, feature maps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symattn.core.expression import Expr, number, symbol, walk
from symattn.core.form import Form, Parameter
from symattn.rendering.letters import letter
from symattn.rendering.line import Line
from symattn.rendering.notation import Notation

Write = Callable[[Expr], str]
NUMBERS = {"integer": r"\mathbb{Z}", "real": r"\mathbb{R}"}
SIGNS = {">=": r"\ge", ">": ">"}


def nodes(form: Form) -> Iterator[Expr]:
    return (node for expr in form.expressions for node in walk(expr))


def one_rotation(form: Form) -> tuple[Expr, ...] | None:
    """Base, pairing and width of the rotations, if all are alike; they need to be said once."""
    kinds = {node.parts[2:] for node in nodes(form) if node.op == "rope"}
    return kinds.pop() if len(kinds) == 1 else None


def glossary(form: Form, notation: Notation, write: Write) -> Iterator[Line]:
    """A line for each word that the formulas use and do not define."""
    present = {node.op for node in nodes(form)} | {r.normaliser.numerator for r in form.rows}
    rotation = one_rotation(form)
    if rotation is not None:
        yield Line("rotation", _rotation(rotation, notation, write))
    if "norm" in present:
        yield Line(
            "norm",
            r"\mathrm{norm}(x) = \frac{x}{\sqrt{\mathrm{mean}_t(x_t^2)}}",
        )
    if "phi" in present:
        small = (
            r"\begin{cases} x_t + 1 & \text{if } x_t > 0 \\ e^{x_t} & \text{otherwise} \end{cases}"
        )
        yield Line("feature map", rf"\phi(x)_t = {small}")
    if "sigmoid" in present:
        yield Line("sigmoid", r"\sigma(x) = \frac{1}{1 + e^{-x}}")


def _rotation(options: tuple[Expr, ...], notation: Notation, write: Write) -> str:
    """The rotation R_p, pair by pair of entries, counted from the notation's base."""
    base, pairing, width = options
    half = write(Expr("/", (width, number(2))))
    half = rf"{write(width)}/2" if r"\frac" in half else half
    from_one = notation.base == 1
    step = "t - 1" if from_one else "t"
    power = f"2({step})" if from_one else "2t"
    if pairing == symbol("half"):
        first, second = "x_t", rf"x_{{t + {half}}}"
    else:
        first, second = ("x_{2t - 1}", "x_{2t}") if from_one else ("x_{2t}", "x_{2t + 1}")
    span = rf"t = 1, \ldots, {half}" if from_one else rf"t = 0, \ldots, {half} - 1"
    pair = rf"\begin{{pmatrix}} {first} \\ {second} \end{{pmatrix}}"
    turn = (
        r"\begin{pmatrix} \cos p\theta_t & -\sin p\theta_t \\ \sin p\theta_t & \cos p\theta_t"
        r" \end{pmatrix}"
    )
    angle = rf"\theta_t = {write(base)}^{{-{power}/{write(width)}}}"
    return rf"R_p : {pair} \mapsto {turn} {pair},\quad {angle},\quad {span}"


def declarations(form: Form, notation: Notation, write: Write) -> list[str]:
    r"""What each parameter is, and the conditions on them.

    >>> from symattn.core.form_text import form
    >>> from symattn.rendering.latex import latex
    >>> from symattn.rendering.notation import VASWANI
    >>> window = form(support="i - j < w", score="m[h]", where="w >= 1")
    >>> declarations(window, VASWANI, lambda expr: latex(expr, VASWANI))
    ['m_h \\in \\mathbb{R}', 'w \\in \\mathbb{Z}_{\\ge 1}']
    """
    found = [
        f"{_name(p, form, notation, write)} {_domain(p, form, write)}" for p in form.parameters
    ]
    return [*found, *(write(condition) for condition in form.conditions)]


def _name(parameter: Parameter, form: Form, notation: Notation, write: Write) -> str:
    """The name as it stands in the Form, with a plain letter for every index that is none."""
    bold = notation.bold and parameter.kind == "vector"
    use = next((n for n in nodes(form) if n.args[:1] == (parameter.name,) and n.parts), None)
    if not parameter.indices or use is None:
        return letter(parameter.name, bold)
    spare = iter(s for s in "tuwrabcefgpz" if s not in form.names)
    index = [p if p.op == "symbol" else symbol(next(spare)) for p in use.parts]
    return write(Expr(use.op, (parameter.name, *index)))


def _domain(parameter: Parameter, form: Form, write: Write) -> str:
    if parameter.kind == "boolean":
        return r"\in \{0, 1\}"
    if parameter.kind == "function":
        sizes = {len(n.parts) for n in nodes(form) if n.op == "call" and n.name == parameter.name}
        power = f"^{sizes.pop()}" if sizes and sizes != {1} else ""
        return rf"\colon \mathbb{{R}}{power} \to \mathbb{{R}}"
    if parameter.kind in ("vector", "matrix"):
        shape = r" \times ".join(write(size) for size in parameter.shape)
        return rf"\in \mathbb{{R}}^{{{shape}}}" if shape else r"\in \mathbb{R}"
    domain = NUMBERS[parameter.kind]
    if parameter.bound is not None:
        domain += rf"_{{{SIGNS[parameter.relation]} {write(parameter.bound)}}}"
    return rf"\in {domain}"
