r"""Names as LaTeX letters: `lam` is \lambda, `PE` is \mathrm{PE}, `d_model` is d_{\mathrm{model}}.

A name that takes an index keeps its subscript for the index, so its own mark goes up:
`a_k[j - i]` is a^{\mathrm{K}}_{j - i}, `q1[i]` is q^{(1)}_i. Different names stay different, except
where a Greek letter has two spellings; `formulas` refuses a Form in which two names would collide.
"""

from __future__ import annotations

import re
from functools import cache

GREEK = frozenset(
    ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
     "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi",
     "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi",
     "Omega")
)  # fmt: skip
SPELLINGS = {"lam": "lambda"}  # `lambda` is no name in Python
PARTS = re.compile(r"(?P<stem>[A-Za-z]+)(?P<digits>[0-9]*)(?:_(?P<suffix>[A-Za-z0-9]\w*))?")
ITALIC = frozenset("qkvxoyr")  # suffixes that are vectors everywhere else, so never an index
SIZES = frozenset("dnHW")  # letters that take a suffix and are never indexed by it
FIXED = {"nan": r"\mathrm{NaN}"}


@cache
def letter(name: str, bold: bool = False) -> str:
    r"""The name without an index.

    >>> letter("m"), letter("lam"), letter("PE"), letter("d_v"), letter("r1")
    ('m', '\\lambda', '\\mathrm{PE}', 'd_v', 'r_1')
    """
    if name in FIXED:
        return FIXED[name]
    match = PARTS.fullmatch(name)
    if match is None or not name.isascii():
        return rf"\mathrm{{{_escaped(name)}}}"
    stem, digits, suffix = match["stem"], match["digits"], match["suffix"] or ""
    below = ",".join(part for part in (digits, suffix and _suffix(stem, suffix)) if part)
    return _stem(stem, bold) + (lowered(below) if below else "")


@cache
def indexed(name: str, bold: bool = False) -> tuple[str, str]:
    r"""The name that will take an index, and its mark (to stand raised), which may be empty.

    >>> indexed("a_k"), indexed("q1"), indexed("PE")
    (('a', '\\mathrm{K}'), ('q', '(1)'), ('\\mathrm{PE}', ''))
    """
    match = PARTS.fullmatch(name)
    if match is None or not name.isascii():
        return rf"\mathrm{{{_escaped(name)}}}", ""
    stem, digits, suffix = match["stem"], match["digits"], match["suffix"] or ""
    raised = suffix.isalpha() and suffix.islower() and len(suffix) <= 3 and not digits
    if raised:
        mark = rf"\mathrm{{{suffix.upper()}}}"
    else:
        inside = [digits, rf"\mathrm{{{_escaped(suffix)}}}" if suffix else ""]
        mark = ",".join(part for part in inside if part)
        mark = f"({mark})" if mark else ""
    return _stem(stem, bold), mark


def lowered(text: str) -> str:
    r"""A subscript, with braces only where they are needed.

    >>> lowered("i"), lowered("i,j")
    ('_i', '_{i,j}')
    """
    return f"_{text}" if len(text) == 1 else f"_{{{text}}}"


def _stem(stem: str, bold: bool) -> str:
    stem = SPELLINGS.get(stem, stem)
    if stem in GREEK:
        return rf"\boldsymbol{{\{stem}}}" if bold else rf"\{stem}"
    if bold:
        return rf"\mathbf{{{stem}}}"
    return stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"


def _suffix(stem: str, suffix: str) -> str:
    """Italic where it can be no index; upright elsewhere, so that `m_h` is not `m[h]`."""
    if suffix.isdigit() or (len(suffix) == 1 and (suffix in ITALIC or stem in SIZES)):
        return suffix
    return rf"\mathrm{{{_escaped(suffix)}}}"


def _escaped(text: str) -> str:
    return text.replace("_", r"\_")
