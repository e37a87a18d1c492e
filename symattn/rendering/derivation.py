"""A Derivation as text, LaTeX, Markdown, HTML and JSON; computes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from symattn.core.expression import TRUE, Expr, kind
from symattn.core.form import Form
from symattn.core.form_text import show_form
from symattn.core.steps import Derivation, Entry, Step, Worked
from symattn.core.text import show
from symattn.rendering.latex import Memo, latex
from symattn.rendering.names import names_of
from symattn.rendering.notation import Notation


@dataclass(frozen=True, slots=True)
class Look:
    """How a derivation is to look."""

    notation: Notation
    steps: bool = False
    document: bool = False
    env: str = "align"
    label: str = ""


Lines = Iterator[str]


def shown_steps(found: Derivation, look: Look) -> tuple[Step, ...]:
    """All steps, or only the conclusion of each quantity."""
    if look.steps or found.what == "gradient":
        return found.steps
    last = tuple({show(step.left): step for step in found.steps}.values())
    if found.what == "scores":
        return last
    vectors = tuple(step for step in last if kind(step.left) == "vector")
    return vectors if found.what == "output" else last[-1:]


def text(found: Derivation, look: Look) -> Lines:
    """Plain text, in the language of Forms."""
    sizes = ", ".join(f"{name} = {size}" for name, size in found.sizes)
    yield f"{found.what} of {found.name}, {sizes or 'for all n'}\n"
    if look.notation.base == 1:
        yield "(the language of Forms counts from 0; LaTeX, Markdown and HTML count from 1)\n"
    for step in shown_steps(found, look) if not found.entries or look.steps else ():
        if look.steps:
            yield f"\n[{step.rule}] {step.reason}\n"
        yield f"  {show(step.left)} = {show(step.right)}{_where_text(step)}\n"
        if look.steps and step.check:
            yield f"  checked: {step.check}\n"
    if found.worked:
        yield from _worked_text(found)
    else:
        yield from (f"  {show(e.left)} = {show(e.right)}\n" for e in found.entries)
    yield from (f"assuming {assumption}\n" for assumption in found.assumptions)
    if found.check:
        yield f"cross-check: {found.check}\n"


def _where_text(step: Step) -> str:
    if step.condition is None or step.condition == TRUE:
        return ""
    return f"   where {show(step.condition)}, else 0"


def _worked_text(found: Derivation) -> Lines:
    """The three columns below each other: formula, numbers put in, result."""
    for line in found.worked:
        left = show(line.formula.left)
        yield f"  {left} = {show(line.formula.right)}\n"
        if not line.formula.masked:
            shown = [show(line.substituted), *_results(line)]
            yield from (f"  {' ' * len(left)} = {text}\n" for text in shown)


def _results(line: Worked) -> list[str]:
    """The exact result and its decimals, once where they are the same."""
    return [text for text in dict.fromkeys((line.exact, line.decimal)) if text]


class Writer:
    """Writes expressions of one Form in one notation, sharing what they have in common."""

    def __init__(self, form: Form, notation: Notation) -> None:
        self.notation, self.names, self.memo = notation, names_of(form), Memo()

    def __call__(self, expr: Expr) -> str:
        return latex(expr, self.notation, self.memo, self.names)

    def equation(self, left: Expr, right: Expr) -> str:
        return f"{self(left)} &= {self(right)}"


def latex_lines(found: Derivation, look: Look) -> Iterator[str]:
    """One LaTeX equation for every line, with `&=` for alignment."""
    write = Writer(found.form, look.notation)
    for step in shown_steps(found, look) if not found.entries or look.steps else ():
        line = write.equation(step.left, step.right)
        if step.condition is not None and step.condition != TRUE:
            line += rf"\qquad \text{{where }} {write(step.condition)} \text{{, else }} 0"
        yield line
    if found.worked:
        for worked in found.worked:
            _, *columns = columns_of(worked, write)
            yield f"{write(worked.formula.left)} &= " + " = ".join(columns)
    else:
        yield from (write.equation(e.left, e.right) for e in found.entries)


def columns_of(worked: Worked, write: Writer) -> list[str]:
    """The entry, its formula, the formula with numbers put in, and the result, as LaTeX."""
    left = write(worked.formula.left)
    formula = write(worked.formula.right)
    if worked.formula.masked:
        return [left, formula]
    result = worked.exact_latex or worked.decimal
    if worked.exact_latex and worked.decimal not in ("", worked.exact):
        result += rf" \approx {worked.decimal}"
    return [left, formula, write(worked.substituted), *([result] if result else [])]


def latex_text(found: Derivation, look: Look) -> Lines:
    """Equations in their environment, or a whole document."""
    from symattn.rendering.document import document, wrapped
    from symattn.rendering.escaping import escape

    lines = list(latex_lines(found, look))
    steps = shown_steps(found, look) if look.steps else ()
    titles = [f"{step.rule}: {step.reason}" for step in steps]
    label = look.label or None
    if look.document:
        titled = [(title, [line]) for title, line in zip(titles, lines, strict=False)]
        yield document([*titled, *lines[len(titles) :]], env=look.env, label=label)
    elif titles:
        for at, (title, line) in enumerate(zip(titles, lines, strict=False), 1):
            name = None if label is None else f"{label}:{at}"
            yield f"\\noindent {escape(title)}.\n{wrapped([line], look.env, name)}\n"
        if rest := lines[len(titles) :]:
            yield wrapped(rest, env=look.env, label=label)
    else:
        yield wrapped(lines, env=look.env, label=label)
    if found.check:
        yield f"% cross-check: {found.check}\n"


def markdown(found: Derivation, look: Look) -> Lines:
    """Markdown with display mathematics."""
    sizes = ", ".join(f"{name} = {size}" for name, size in found.sizes)
    yield f"## {found.what} of {found.name}, {sizes or 'for all n'}\n"
    if found.worked and not look.steps:
        yield from _worked_markdown(found, look.notation)
        yield f"\nCross-check: {found.check}.\n" if found.check else ""
        return
    lines = [line.replace("&=", "=") for line in latex_lines(found, look)]
    steps = shown_steps(found, look) if not found.entries or look.steps else ()
    for at, line in enumerate(lines):
        if look.steps and at < len(steps):
            yield f"\n**{steps[at].rule}**: {steps[at].reason}.\n"
        yield f"\n$$\n{line}\n$$\n"
        if look.steps and at < len(steps) and steps[at].check:
            yield f"\n*Checked: {steps[at].check}.*\n"
    yield from (f"\nAssuming {assumption}.\n" for assumption in found.assumptions)
    if found.check:
        yield f"\nCross-check: {found.check}.\n"


COLUMNS = ("entry", "formula", "numbers put in", "result")


def _worked_markdown(found: Derivation, notation: Notation) -> Lines:
    write = Writer(found.form, notation)
    yield f"\n| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"
    for worked in found.worked:
        cells = [f"${column}$" for column in columns_of(worked, write)]
        cells += [""] * (len(COLUMNS) - len(cells))
        yield "| " + " | ".join(cell.replace("|", r"\vert ") for cell in cells) + " |\n"


def _worked_html(found: Derivation, notation: Notation) -> str:
    from symattn.rendering.page import math

    write = Writer(found.form, notation)
    rows = []
    for worked in found.worked:
        cells = [math(column) for column in columns_of(worked, write)]
        cells += [""] * (len(COLUMNS) - len(cells))
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "".join(f"<th>{name}</th>" for name in COLUMNS)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def html(found: Derivation, look: Look) -> Lines:
    """One self-contained page."""
    from html import escape

    from symattn.rendering.page import math, page

    sizes = ", ".join(f"{name} = {size}" for name, size in found.sizes)
    title = f"{found.what} of {found.name}, {sizes or 'for all n'}"
    steps = shown_steps(found, look) if not found.entries or look.steps else ()
    body = [f"<pre>{escape(show_form(found.form))}</pre>"]
    if found.worked and not look.steps:
        body.append(_worked_html(found, look.notation))
    lines = [] if found.worked and not look.steps else list(latex_lines(found, look))
    for at, line in enumerate(lines):
        if look.steps and at < len(steps):
            step = steps[at]
            body.append(f"<h2>{escape(step.rule)}</h2><p>{escape(step.reason)}</p>")
        body.append(math(line.replace("&=", "="), display=True))
        if look.steps and at < len(steps) and steps[at].check:
            body.append(f"<p><small>checked: {escape(steps[at].check)}</small></p>")
    body += [f"<p>Assuming {escape(a)}.</p>" for a in found.assumptions]
    if found.check:
        body.append(f"<p>Cross-check: {escape(found.check)}</p>")
    yield page(title, "\n".join(body))


def json_text(found: Derivation, look: Look) -> Lines:
    """`symattn/derivation@1`."""
    write = Writer(found.form, look.notation)
    record = {
        "schema": "symattn/derivation@1",
        "mechanism": found.name,
        "form": show_form(found.form),
        "what": found.what,
        "sizes": dict(found.sizes),
        "steps": [
            {
                "rule": step.rule,
                "reason": step.reason,
                "left": show(step.left),
                "right": show(step.right),
                "where": None if step.condition is None else show(step.condition),
                "latex": write.equation(step.left, step.right).replace("&=", "="),
                "check": step.check,
            }
            for step in found.steps
        ],
        "entries": [_entry(e, write) for e in found.entries],
        "worked": [
            _entry(w.formula, write)
            | {"substituted": show(w.substituted), "exact": w.exact, "decimal": w.decimal}
            for w in found.worked
        ],
        "assumptions": list(found.assumptions),
        "check": found.check,
    }
    yield json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _entry(entry: Entry, write: Writer) -> dict[str, object]:
    return {
        "place": list(entry.place),
        "left": show(entry.left),
        "formula": show(entry.right),
        "latex": write.equation(entry.left, entry.right).replace("&=", "="),
        "masked": entry.masked,
    }


FORMATS = {
    "text": text,
    "latex": latex_text,
    "markdown": markdown,
    "html": html,
    "json": json_text,
}
