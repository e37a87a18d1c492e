"""One self-contained HTML file: styles, scripts and fonts inside, nothing asked from outside.

Formulas stand in the page as readable LaTeX; a script typesets them when it can run.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from html import escape
from importlib.resources import files

FACE = re.compile(r"@font-face\{[^}]*?url\(fonts/(KaTeX_[\w-]+\.woff2)\)[^}]*\}")
SOURCES = re.compile(r"src:[^;}]*")
ON_DEMAND = {  # fonts that only these commands need; a page without them goes without the font
    "KaTeX_Main-Bold.woff2": r"\\(mathbf|textbf|bf|boldsymbol|bm|bold)\b|<b>|<strong>",
    "KaTeX_Main-Italic.woff2": r"\\(mathit|textit|emph|it)\b",
    "KaTeX_Math-BoldItalic.woff2": r"\\(boldsymbol|bm|pmb)\b",
    "KaTeX_Caligraphic-Regular.woff2": r"\\(mathcal|cal)\b",
    "KaTeX_SansSerif-Regular.woff2": r"\\(mathsf|textsf|sf)\b",
    "KaTeX_Typewriter-Regular.woff2": r"\\(mathtt|texttt|tt)\b",
}
POLICY = (  # the browser itself refuses every request
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
)
TEMPLATE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="data:,">
{styles}
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
{scripts}
</body>
</html>
"""


def page(title: str, body: str, *, katex: bool = True, script: str = "", style: str = "") -> str:
    """A whole HTML file around `body`, which is HTML; the title is text and becomes the heading.

    Every element with the class `math` and an attribute `data-latex` is typeset by KaTeX (see
    `math`), and a button with `data-copies="ID"` copies the text of that element.

    >>> text = page("a < b", math("a < b"))
    >>> "<title>a &lt; b</title>" in text, "http://" in text.split("<script>")[0]
    (True, False)
    """
    styles = [web("page.css"), style]
    scripts = [web("page.js"), script]
    if katex:
        styles.insert(0, _katex_style(body + script))
        scripts.insert(0, _katex("katex.min.js"))
    return TEMPLATE.format(
        policy=POLICY,
        title=escape(title),
        styles="\n".join(f"<style>\n{_inside('style', text)}\n</style>" for text in styles if text),
        scripts="\n".join(
            f"<script>\n{_inside('script', text)}\n</script>" for text in scripts if text
        ),
        body=body,
    )


def math(latex: str, *, display: bool = False) -> str:
    r"""An element that KaTeX typesets; without JavaScript its LaTeX stands there to read.

    >>> print(math("a < b"))
    <span class="math" data-latex="a &lt; b">a &lt; b</span>
    """
    tag, kind = ("div", "math display") if display else ("span", "math")
    return f'<{tag} class="{kind}" data-latex="{escape(latex)}">{escape(latex)}</{tag}>'


@cache
def web(name: str) -> str:
    """The text of one of our own style sheets or scripts."""
    return files("symattn.rendering").joinpath("web", name).read_text("utf-8")


@cache
def _katex(name: str) -> str:
    return files("symattn.rendering").joinpath("katex", name).read_text("utf-8")


@cache
def _font(name: str) -> str:
    found = files("symattn.rendering").joinpath("katex", "fonts", name)
    return b64encode(found.read_bytes()).decode("ascii") if found.is_file() else ""


def _katex_style(text: str) -> str:
    """KaTeX's style sheet with the fonts that this text needs inside; the others are left out."""

    def face(match: re.Match[str]) -> str:
        name = match[1]
        needed = re.search(ON_DEMAND[name], text) if name in ON_DEMAND else True
        data = _font(name) if needed else ""
        source = f'src:url(data:font/woff2;base64,{data}) format("woff2")'
        return SOURCES.sub(source, match[0]) if data else ""

    return FACE.sub(face, _katex("katex.min.css"))


def _inside(tag: str, text: str) -> str:
    """The text, unless it would close its own element early."""
    if f"</{tag}" in text.lower() or "<!--" in text:
        raise ValueError(f"a {tag} may contain neither '</{tag}' nor '<!--'")
    return text
