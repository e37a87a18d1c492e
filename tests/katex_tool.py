"""KaTeX inside Python: tests typeset LaTeX with the vendored script, and hear it fail."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

WRONG = "#fe0dad"  # KaTeX paints what it may not show (links, for example) in this colour
CALL = """
(function () {
  try {
    return JSON.stringify({html: katex.renderToString(%s,
      {displayMode: %s, throwOnError: true, strict: "error", trust: false, output: "html",
       errorColor: "%s"})});
  } catch (error) {
    return JSON.stringify({error: String(error.message || error)});
  }
})()
"""


class BadLatex(AssertionError):
    """KaTeX refuses the LaTeX, or accepts it only with a warning."""


def render(latex: str, display: bool = True) -> str:
    r"""The HTML that KaTeX makes of the LaTeX, which comes without delimiters.

    >>> "mfrac" in render(r"\frac{1}{2}")
    True
    >>> render(r"\frac{1}")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    tests.katex_tool.BadLatex: KaTeX parse error: Unexpected end of input in a macro argument, ...
    """
    if not isinstance(latex, str) or not latex.strip():
        raise BadLatex(f"no LaTeX at all: {latex!r}")
    call = CALL % (json.dumps(latex), json.dumps(display), WRONG)  # ASCII, so JavaScript too
    answer = json.loads(_engine().eval(call))
    if "error" in answer:
        raise BadLatex(f"{answer['error']}\nin: {latex}")
    html = str(answer["html"])
    if WRONG in html:
        raise BadLatex(f"KaTeX does not allow something\nin: {latex}")
    return html


@cache
def _engine() -> Any:
    """One V8 with KaTeX for the whole run of the tests."""
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    engine.eval(files("symattn.rendering").joinpath("katex", "katex.min.js").read_text("utf-8"))
    return engine
