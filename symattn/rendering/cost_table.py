"""Cost tables as text, Markdown, LaTeX and JSON; every formula and number comes in the record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from symattn.core.cost_table import CostLine, CostTable, CrossOver, MechanismCost, Quantity
from symattn.core.count import abbreviated
from symattn.core.expression import Expr, number
from symattn.core.formula_text import code_text, line_text
from symattn.rendering.escaping import escape
from symattn.rendering.latex import latex as expression
from symattn.rendering.notation import Notation

NOTHING = "-"
POSITIONS = "t counts from 0"
Formula = Callable[[Expr], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A cost in one row of the table: a label, and the line of each column that has it."""

    group: str
    label: str
    lines: tuple[CostLine | None, ...]


def rows(table: CostTable) -> Iterator[Shown]:
    """The rows in the order of the first column, group by group."""
    first: dict[str, CostLine] = {}
    for column in table.columns:
        for line in column.lines:
            first.setdefault(line.key, line)
    groups = list(dict.fromkeys(line.group for line in first.values()))
    by_key = [{line.key: line for line in column.lines} for column in table.columns]
    for group in groups:
        for key, line in first.items():
            if line.group == group:
                yield Shown(group, label(line), tuple(column.get(key) for column in by_key))


def label(line: CostLine) -> str:
    """The name of a cost, with its unit unless the name says it.

    >>> label(CostLine("flops", "", "both matrix products", "multiply-adds", None))
    'both matrix products, multiply-adds'
    """
    return line.name if line.unit[:-1] in line.name else f"{line.name}, {line.unit}"


class Notes:
    """Remarks below a table, each with a number of its own."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def mark(self, note: str) -> str:
        return f"[{self.numbers.setdefault(note, len(self.numbers) + 1)}]" if note else ""

    def __iter__(self) -> Iterator[str]:
        return (f"[{at}] {note}" for note, at in self.numbers.items())


def cell(line: CostLine | None, n: int | None, notes: Notes, write: Formula, equals: str) -> str:
    """The formula and the number of a line; the number alone where the formula is not yet right."""
    if line is None:
        return NOTHING
    mark = notes.mark(line.note)
    if line.closed_form is None:
        return f"{NOTHING} {mark}".rstrip()
    formula = write(line.closed_form)
    from_n = f" for n >= {line.valid_from}" if line.valid_from > 1 else ""
    if line.value is None or line.closed_form == number(line.value):
        shown = formula + from_n
    elif n is not None and n < line.valid_from:
        shown = f"{write(number(line.value))} ({formula}{from_n})"
    else:
        shown = f"{formula}{equals}{write(number(line.value))}{from_n}"
    return f"{shown} {mark}".rstrip()


def length_of(table: CostTable) -> int | None:
    return dict(table.numbers).get("n")


def text(table: CostTable) -> str:
    """The table for a terminal: a block for each group, a column for each mechanism."""
    notes, n = Notes(), length_of(table)
    lines = [(r.group, r.label, _cells(r, n, notes, line_text, " = ")) for r in rows(table)]
    names = [column.mechanism for column in table.columns]
    widths = [
        max(len(name), *(len(cells[at]) for _, _, cells in lines)) for at, name in enumerate(names)
    ]
    first = max(len(words) for _, words, _ in lines) + 2
    found, group = [_aligned("", names, first, widths)], ""
    for own, words, cells in lines:
        if own != group:
            group = own
            found += ["", own]
        found.append(_aligned(f"  {words}", cells, first, widths))
    found += ["", *_words(table, line_text), *notes, *table.notes, POSITIONS]
    given = ", ".join(f"{name} = {value}" for name, value in table.numbers)
    return "\n".join([*([given, ""] if given else []), *found]) + "\n"


def _cells(row: Shown, n: int | None, notes: Notes, write: Formula, equals: str) -> tuple[str, ...]:
    return tuple(cell(line, n, notes, write, equals) for line in row.lines)


def _aligned(words: str, cells: tuple[str, ...] | list[str], first: int, widths: list[int]) -> str:
    padded = [each.ljust(width) for each, width in zip(cells, widths, strict=True)]
    return "  ".join([words.ljust(first), *padded]).rstrip()


def _words(table: CostTable, write: Formula) -> Iterator[str]:
    """The letters of the formulas and the cross-overs, in sentences."""
    for column in table.columns:
        for quantity in column.quantities:
            yield f"{column.mechanism}: {quantity_words(quantity, write)}"
    for crossing in table.cross_overs:
        yield crossing_words(crossing, write)


def quantity_words(quantity: Quantity, write: Formula) -> str:
    """What a letter means, and its formula and number.

    >>> quantity_words(Quantity("P", "visible pairs", None, 7, note="depends on keep"), line_text)
    'P = 7 is the number of visible pairs (no formula: depends on keep)'
    """
    found = quantity.name
    given = ""
    if quantity.closed_form is not None:
        short, names = abbreviated(quantity.closed_form)
        found += f" = {write(short)}"
        given = "".join(f", {write_name} = {write(e)}" for write_name, e in names)
    if quantity.value is not None:
        found += f" = {quantity.value}"
    found += f" is the number of {quantity.meaning}{given.replace(', ', ', with ', 1)}"
    if quantity.valid_from > 1:
        found += f", for n >= {quantity.valid_from}"
    return found + (f" (no formula: {quantity.note})" if quantity.note else "")


def crossing_words(crossing: CrossOver, write: Formula) -> str:
    """When a mechanism and the recurrent layer cost the same, in a sentence.

    >>> crossing_words(CrossOver("full", None, note="no cross-over is solved"), line_text)
    'full against the recurrent layer: no cross-over is solved'
    """
    found = []
    if crossing.length is not None:
        equal = f"as many multiply-adds at n = {write(crossing.length)}"
        if crossing.value is not None and crossing.value != crossing.length:
            equal += f" = {write(crossing.value)}"
        elif crossing.value is None and crossing.length.op == "/":
            equal += f", where that is at least {crossing.valid_from}, and nowhere else"
        found.append(equal)
    later = crossing.overtakes is not None and crossing.overtakes > crossing.valid_from
    if crossing.cheaper_below:
        longer = f"from n = {crossing.overtakes} on" if later else "for longer ones"
        found.append(f"fewer for shorter sequences, more {longer}")
    elif later:
        found.append(f"more from n = {crossing.overtakes} on")
    if crossing.note:
        found.append(crossing.note)
    limit = f" (n >= {crossing.valid_from})" if crossing.valid_from > 1 else ""
    return f"{crossing.mechanism} against the recurrent layer{limit}: {'; '.join(found)}"


def markdown(table: CostTable) -> str:
    """The table in Markdown, formulas as code."""
    notes, n = Notes(), length_of(table)

    def code(expr: Expr) -> str:
        return f"`{line_text(expr)}`"

    names = [_plain_cell(column.mechanism) for column in table.columns]
    found = ["| cost | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    group = ""
    for row in rows(table):
        if row.group != group:
            group = row.group
            found.append(f"| **{group}** |" + " |" * len(names))
        cells = _cells(row, n, notes, code, " = ")
        found.append(f"| {row.label} | " + " | ".join(cells) + " |")
    remarks = [*_words(table, code), *notes, *table.notes, POSITIONS]
    return "\n".join([*found, "", *(f"- {_plain_cell(words)}" for words in remarks)]) + "\n"


def _plain_cell(words: str) -> str:
    return words.replace("|", "\\|").replace("*", "\\*") if "`" not in words else words


def latex(table: CostTable, notation: Notation) -> str:
    """The table as a `tabular`, with its remarks as a list below."""
    look, notes, n = replace(notation, base=0), Notes(), length_of(table)

    def written(expr: Expr) -> str:
        return expression(expr, look)

    found = [r"\begin{tabular}{l" + "l" * len(table.columns) + "}", r"\hline"]
    names = [escape(column.mechanism) for column in table.columns]
    found += [" & ".join(["", *names]) + r" \\", r"\hline"]
    group = ""
    for row in rows(table):
        if row.group != group:
            group = row.group
            wide = len(table.columns) + 1
            found.append(rf"\multicolumn{{{wide}}}{{l}}{{\textit{{{escape(group)}}}}} \\")
        cells = [_latex_cell(line, n, notes, written) for line in row.lines]
        found.append(" & ".join([escape(row.label), *cells]) + r" \\")
    found += [r"\hline", r"\end{tabular}", r"\begin{itemize}"]
    dollars = [_sentence(words) for words in _words(table, lambda e: f"${written(e)}$")]
    remarks = [*dollars, *map(escape, (*notes, *table.notes, POSITIONS))]
    items = (rf"\item {{}}{words}" for words in remarks)  # {}: a bracket is no label of the item
    return "\n".join([*found, *items, r"\end{itemize}"]) + "\n"


def _latex_cell(line: CostLine | None, n: int | None, notes: Notes, write: Formula) -> str:
    if line is None or line.closed_form is None:
        return escape(cell(line, n, notes, write, "")).replace(escape(NOTHING), "--", 1)
    mark = notes.mark(line.note)
    plain = cell(replace(line, note=""), n, Notes(), write, " = ")
    math = plain.replace(" for n >= ", r" \quad n \ge ")
    return f"${math}$ {escape(mark)}".rstrip()


def _sentence(words: str) -> str:
    """A sentence with formulas between dollars; what stands outside is escaped."""
    pieces = words.split("$")
    return "$".join(p if at % 2 else escape(p) for at, p in enumerate(pieces))


def json_text(table: CostTable) -> str:
    """`symattn/cost@1`; formulas as SymPy reads them."""
    record = {
        "schema": "symattn/cost@1",
        "numbers": dict(table.numbers),
        "mechanisms": [_mechanism(column) for column in table.columns],
        "cross_overs": [_crossing(crossing) for crossing in table.cross_overs],
        "notes": [*table.notes, POSITIONS],
    }
    return json.dumps(record) + "\n"


def _code(expr: Expr | None) -> str | None:
    return None if expr is None else code_text(expr)


def _mechanism(column: MechanismCost) -> dict[str, object]:
    return {
        "mechanism": column.mechanism,
        "quantities": [
            {
                "name": q.name,
                "meaning": q.meaning,
                "closed_form": _code(q.closed_form),
                "valid_from": q.valid_from,
                "value": q.value,
                "note": q.note,
            }
            for q in column.quantities
        ],
        "lines": [
            {
                "key": line.key,
                "group": line.group,
                "name": line.name,
                "unit": line.unit,
                "closed_form": _code(line.closed_form),
                "valid_from": line.valid_from,
                "value": line.value,
                "note": line.note,
            }
            for line in column.lines
        ],
    }


def _crossing(crossing: CrossOver) -> dict[str, object]:
    return {
        "mechanism": crossing.mechanism,
        "length": _code(crossing.length),
        "value": _code(crossing.value),
        "cheaper_below": crossing.cheaper_below,
        "overtakes": crossing.overtakes,
        "valid_from": crossing.valid_from,
        "note": crossing.note,
    }
