"""A page holds all that it needs, and nothing can leave its element."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from symattn.rendering.page import ON_DEMAND, math, page


def faces(html: str) -> list[str]:
    """The families of the fonts inside a page."""
    return sorted(re.findall(r'font-family:"?(KaTeX_\w+)"?;[^}]*base64', html))


def test_fonts_come_along_when_a_formula_needs_them() -> None:
    plain = faces(page("t", math("x")))
    assert {"KaTeX_Main", "KaTeX_Math", "KaTeX_AMS", "KaTeX_Size4"} <= set(plain)
    assert "KaTeX_SansSerif" not in plain
    assert faces(page("t", math(r"x^{\mathsf T}"))) == sorted([*plain, "KaTeX_SansSerif"])
    assert faces(page("t", math(r"\mathcal{L}"))) == sorted([*plain, "KaTeX_Caligraphic"])


def test_every_vendored_font_can_come_along() -> None:
    commands = r"\mathbf\mathit\boldsymbol\mathcal\mathsf\mathtt "
    names = {entry.name for entry in files("symattn.rendering").joinpath("katex/fonts").iterdir()}
    assert len(faces(page("t", commands))) == len(names)
    assert set(ON_DEMAND) <= names


def test_a_page_without_formulas_is_small() -> None:
    assert len(page("t", "<p>words</p>", katex=False)) < 12_000
    assert "katex" not in page("t", "", katex=False).split("</style>")[-1].split("<script>")[0]


def test_title_and_formulas_are_text() -> None:
    html = page("<b>&</b>", math('"><img>'))
    assert "<title>&lt;b&gt;&amp;&lt;/b&gt;</title>" in html
    assert "<img>" not in html


@pytest.mark.parametrize("text", ["'</script>'", "'</SCRIPT '", "'<!--'"])
def test_a_script_cannot_close_itself_early(text: str) -> None:
    with pytest.raises(ValueError, match="may contain neither"):
        page("t", "", script=text)


def test_a_style_cannot_close_itself_early() -> None:
    with pytest.raises(ValueError, match="style may contain neither"):
        page("t", "", style="</style>")


def test_the_licence_of_katex_travels_with_it() -> None:
    folder = files("symattn.rendering").joinpath("katex")
    assert "Khan Academy" in folder.joinpath("LICENSE").read_text("utf-8")
    assert folder.joinpath("VERSION").read_text("utf-8").startswith("KaTeX 0.")


def test_katex_is_the_version_that_we_say() -> None:
    folder = files("symattn.rendering").joinpath("katex")
    said = folder.joinpath("VERSION").read_text("utf-8").split(",")[0].removeprefix("KaTeX ")
    assert f'"{said}"' in folder.joinpath("katex.min.js").read_text("utf-8")
