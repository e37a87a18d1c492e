"""A Derivation as text, LaTeX, Markdown, HTML and JSON; computes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from symattn.core.expression import TRUE, Expr
from symattn.core.form_text import show_form
from symattn.core.steps import Derivation, Entry, Step
from symattn.core.text import show
from symattn.rendering.document import document, wrapped
from symattn.rendering.latex import latex
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
    last = {str(step.left): step for step in found.steps}
    return tuple(last.values())[-1:]


def text(found: Derivation, look: Look) -> Lines:
    """Plain text, in the language of Forms."""
    sizes = ", ".join(f"{name} = {size}" for name, size in found.sizes)
    yield f"{found.what} of {found.name}, {sizes or 'for all n'}\n"
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
    for line in found.worked:
        left, formula = show(line.formula.left), show(line.formula.right)
        yield f"  {left} = {formula}\n"
        if not line.formula.masked:
            pad = " " * len(left)
            yield f"  {pad} = {show(line.substituted)}\n"
            yield f"  {pad} = {line.exact}\n" if line.exact else ""
        yield f"  {' ' * len(left)} = {line.decimal}\n" if line.decimal else ""


def equation(left: Expr, right: Expr, notation: Notation, memo: dict[int, str]) -> str:
    return f"{latex(left, notation, memo)} &= {latex(right, notation, memo)}"


def latex_lines(found: Derivation, look: Look) -> Iterator[str]:
    """One LaTeX equation for every line, with `&=` for alignment."""
    memo: dict[int, str] = {}
    notation = look.notation
    for step in shown_steps(found, look) if not found.entries or look.steps else ():
        line = equation(step.left, step.right, notation, memo)
        if step.condition is not None and step.condition != TRUE:
            line += rf"\qquad \text{{where }} {latex(step.condition, notation)}"
        yield line
    if found.worked:
        for worked in found.worked:
            line = equation(worked.formula.left, worked.formula.right, notation, memo)
            if not worked.formula.masked:
                line += f" = {latex(worked.substituted, notation)}"
                line += f" = {worked.exact_latex}" if worked.exact_latex else ""
                line += rf" \approx {worked.decimal}"
            yield line
    else:
        yield from (equation(e.left, e.right, notation, memo) for e in found.entries)


def latex_text(found: Derivation, look: Look) -> Lines:
    """Equations in their environment, or a whole document."""
    lines = list(latex_lines(found, look))
    if look.document:
        yield document(lines, env=look.env, label=look.label or None)
    else:
        yield wrapped(lines, env=look.env, label=look.label or None)
    if found.check:
        yield f"% cross-check: {found.check}\n"


def markdown(found: Derivation, look: Look) -> Lines:
    """Markdown with display mathematics."""
    sizes = ", ".join(f"{name} = {size}" for name, size in found.sizes)
    yield f"## {found.what} of {found.name}, {sizes or 'for all n'}\n"
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


def html(found: Derivation, look: Look) -> Lines:
    """One self-contained page."""
    from html import escape

    from symattn.rendering.page import math, page

    sizes = ", ".join(f"{name} = {size}" for name, size in found.sizes)
    title = f"{found.what} of {found.name}, {sizes or 'for all n'}"
    steps = shown_steps(found, look) if not found.entries or look.steps else ()
    body = [f"<pre>{escape(show_form(found.form))}</pre>"]
    for at, line in enumerate(latex_lines(found, look)):
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
    notation, memo = look.notation, {}  # type: Notation, dict[int, str]
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
                "latex": equation(step.left, step.right, notation, memo).replace("&=", "="),
                "check": step.check,
            }
            for step in found.steps
        ],
        "entries": [_entry(e, notation, memo) for e in found.entries],
        "worked": [
            _entry(w.formula, notation, memo)
            | {"substituted": show(w.substituted), "exact": w.exact, "decimal": w.decimal}
            for w in found.worked
        ],
        "assumptions": list(found.assumptions),
        "check": found.check,
    }
    yield json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _entry(entry: Entry, notation: Notation, memo: dict[int, str]) -> dict[str, object]:
    return {
        "place": list(entry.place),
        "left": show(entry.left),
        "formula": show(entry.right),
        "latex": equation(entry.left, entry.right, notation, memo).replace("&=", "="),
        "masked": entry.masked,
    }


FORMATS = {
    "text": text,
    "latex": latex_text,
    "markdown": markdown,
    "html": html,
    "json": json_text,
}
