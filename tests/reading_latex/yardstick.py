"""What is asked of the reader: rewrites that are true, variants that are wrong."""

import json
from functools import cache
from pathlib import Path

from symattn.deciding.formula_verdicts import decide_formula
from symattn.reading.formula import read_formula_claim

HERE = Path(__file__).parent


def formulas(name):
    return json.loads((HERE / name).read_text())


def pairs(group, *names):
    """(id, variant, reference) for every variant of a group."""
    return [
        (f"{formula['id']}-{at}", variant["latex"], formula["latex"])
        for name in names
        for formula in formulas(name)
        for at, variant in enumerate(formula[group])
    ]


def every(*names):
    """Every formula, rewrites and wrong variants included."""
    for name in names:
        for formula in formulas(name):
            yield formula["latex"]
            yield from (v["latex"] for v in (*formula["equivalent"], *formula["wrong"]))


@cache
def verdict(text, reference=None, declarations=(), where=(), base=None):
    """The name of the verdict; "Ambiguous" where readings differ."""
    reading = read_formula_claim(
        text, reference=reference, declarations=declarations, where=where, base=base
    )
    found = decide_formula(reading)
    return "Ambiguous" if found.ambiguous else type(found.verdict).__name__
