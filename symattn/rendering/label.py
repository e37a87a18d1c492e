"""Labels that come from users, made safe to show: every character visible, every width known."""

from __future__ import annotations

from unicodedata import category, combining, east_asian_width

JOINERS = "\u200c\u200d"  # inside words and emoji; they carry meaning and show nothing
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # controls, surrogates, unassigned


def plain(text: str) -> str:
    r"""The text on one line, with an escape for each character that cannot be seen or stored.

    >>> print(plain("a\nb\x1b[31m"))
    a\nb\x1b[31m
    """
    return "".join(
        char if char in JOINERS or category(char) not in UNSEEN else _escape(char) for char in text
    )


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def ascii_only(text: str) -> str:
    r"""The text with an escape for every character outside ASCII.

    >>> print(ascii_only("né"))
    n\xe9
    """
    return text.encode("ascii", "backslashreplace").decode("ascii")


def columns(text: str) -> int:
    """How many columns of a terminal the text takes.

    >>> columns("né"), columns("漢字")
    (2, 4)
    """
    return sum(0 if _flat(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def _flat(char: str) -> bool:
    return char in JOINERS or combining(char) > 0 or "\ufe00" <= char <= "\ufe0f"


def shorten(text: str, limit: int, mark: str = "…") -> str:
    """The text within `limit` columns; what is cut away leaves a mark.

    >>> shorten("attention", 6)
    'atten…'
    """
    if columns(text) <= limit:
        return text
    kept = ""
    for char in text:
        if columns(kept + char) > limit - len(mark):
            break
        kept += char
    return kept + mark
