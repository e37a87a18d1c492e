"""A tree as canonical LaTeX, and a typing in words."""

from __future__ import annotations

from symattn.core.text import show
from symattn.reading.latex.meaning import Meaning
from symattn.reading.latex.printing import latex_of
from symattn.reading.latex.search import Typing


def typing_words(typing: Typing) -> tuple[str, ...]:
    """What every letter was taken for."""
    meaning, found = typing.meaning, []
    for key, (kind, count, dims) in meaning.used.items():
        name = key.removesuffix("!")
        if kind in ("size", "integer"):
            continue
        index = f"[{', '.join('_' * count)}]" if count else ""
        sizes = " ".join(show(meaning.sizes.size(dim)) if not dim.root.blocks else "blocks"
                         for dim in dims if not dim.root.one)  # fmt: skip
        shown = {"scalar": "real", "rows": "matrix", "blocks": "matrix"}.get(kind, kind)
        if kind == "scalar" and (key in meaning.facts.bases or _positive(meaning, name)):
            shown = "positive"
        written = meaning.written.get(key, name)
        other = f", written {written}" if written != name.removesuffix("^") else ""
        found.append(f"{name}{index}: {shown}{' ' + sizes if sizes else ''}{other}")
    return tuple(found)


def _positive(meaning: Meaning, name: str) -> bool:
    declared = meaning.facts.declared.get(name)
    return declared is not None and declared.kind == "positive"


__all__ = ["latex_of", "typing_words"]
