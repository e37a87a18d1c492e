"""How one query-key product is written, in plain words and in LaTeX."""

from __future__ import annotations

from symattn.rendering.enumeration import Product


def words_for(notation: str, *, latex: bool) -> Product:
    return Product("q_{{{}}} ", "k_{{{}}}^{{\\top}}") if latex else Product("q{} ", "k{}^T")
