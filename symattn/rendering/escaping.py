r"""Words of users made safe inside LaTeX: nothing in them is a command, nothing stops pdflatex.

Letters outside Latin-1 are shown as `[U+6F22]`: pdflatex has no glyphs for them, and a document
that does not compile says less than a document that says what it could not show.
"""

from __future__ import annotations

import re

from symattn.core.errors import Usage
from symattn.rendering.label import plain

SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "_": r"\_", "%": r"\%", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': "''", "`": r"{`}",
    "-": "{-}",
}  # fmt: skip
LETTERS = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ£")
NAME = re.compile(r"[A-Za-z0-9:._-]{1,80}")


def escape(text: str) -> str:
    r"""The text as LaTeX text, on one line.

    >>> print(escape("50% of a_b & {c}"), escape("漢"))
    50\% of a\_b \& \{c\} [U+6F22]
    """
    return "".join(map(_letter, plain(text)))


def _letter(sign: str) -> str:
    if sign in SPECIAL:
        return SPECIAL[sign]
    return sign if sign.isascii() or sign in LETTERS else f"[U+{ord(sign):04X}]"


def label_name(text: str) -> str:
    """The name of a label, if LaTeX can use it.

    >>> label_name("eq:causal")
    'eq:causal'
    """
    if NAME.fullmatch(text) is None:
        raise Usage(f"a label is made of letters, digits and : . _ -, got {text!r}")
    return text
