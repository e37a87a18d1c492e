"""The HTML heatmap in a real browser: mouse, keys, screen reader, paper, and no network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from symattn.core.figure import Figure
from symattn.rendering.heatmap_html import draw
from symattn.rendering.label import plain
from symattn.rendering.page import math, page
from tests.rendering.chromium import Visit, browser
from tests.rendering.samples import HOSTILE, SAMPLES, causal, labelled, products

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as started:
        yield started


def cell(visit: Visit, figure: Figure, i: int, j: int) -> Any:
    return visit.page.locator("[role=gridcell]").nth(i * len(figure.columns) + j)


def must_show(visit: Visit, figure: Figure, i: int, j: int) -> None:
    """Raises unless the panel is about this cell, with its formula typeset and its LaTeX."""
    shown = figure.cells[i * len(figure.columns) + j]
    query, key = plain(figure.rows[i]), plain(figure.columns[j])
    heading = visit.page.locator("#where").text_content()
    assert heading == f"query {query}, key {key}", heading
    assert visit.page.locator("#source").input_value() == shown.latex
    assert visit.page.locator("#formula .katex-display").count() == 1
    annotation = visit.page.locator("#formula annotation").text_content()
    assert annotation == shown.latex, annotation


def test_hovering_shows_the_closed_form(chromium: Any, tmp_path: Path) -> None:
    figure = causal(7)
    visit = Visit(chromium, tmp_path, draw(figure))
    must_show(visit, figure, 0, 0)
    cell(visit, figure, 6, 2).hover()
    must_show(visit, figure, 6, 2)
    assert visit.page.locator("#state").text_content() == "visible, weight 1/7"
    cell(visit, figure, 1, 5).hover()
    must_show(visit, figure, 1, 5)
    assert visit.page.locator("#state").text_content() == "masked, weight 0"
    visit.page.mouse.move(0, 0)
    must_show(visit, figure, 0, 0)
    visit.must_be_quiet()


def test_the_panel_check_catches_the_wrong_cell(chromium: Any, tmp_path: Path) -> None:
    visit = Visit(chromium, tmp_path, draw(causal(3)))
    with pytest.raises(AssertionError):
        must_show(visit, causal(3), 2, 1)


KEYS = [
    ("ArrowDown", (1, 0)), ("ArrowRight", (1, 1)), ("End", (1, 6)), ("ArrowRight", (1, 6)),
    ("ArrowUp", (0, 6)), ("ArrowUp", (0, 6)), ("Home", (0, 0)), ("ArrowLeft", (0, 0)),
    ("Control+End", (6, 6)), ("ArrowDown", (6, 6)), ("ArrowLeft", (6, 5)),
    ("Control+Home", (0, 0)),
]  # fmt: skip


def test_the_keyboard_reaches_every_cell(chromium: Any, tmp_path: Path) -> None:
    figure = causal(7)
    visit = Visit(chromium, tmp_path, draw(figure))
    visit.page.keyboard.press("Tab")
    for key, (i, j) in KEYS:
        visit.page.keyboard.press(key)
        must_show(visit, figure, i, j)
        stops = visit.page.locator("[role=gridcell][tabindex='0']")
        assert stops.count() == 1
        assert stops.evaluate("cell => cell === document.activeElement"), key
        assert stops.evaluate("cell => getComputedStyle(cell).outlineWidth") == "3px"
    visit.must_be_quiet()


def test_leaving_the_grid_and_coming_back_finds_the_cell(chromium: Any, tmp_path: Path) -> None:
    visit = Visit(chromium, tmp_path, draw(causal(4)))
    cell(visit, causal(4), 2, 1).click()
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.id") == "formula"
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.tagName") == "BUTTON"
    visit.page.keyboard.press("Shift+Tab")
    visit.page.keyboard.press("Shift+Tab")
    assert cell(visit, causal(4), 2, 1).evaluate("cell => cell === document.activeElement")


def test_copying_copies_the_latex(chromium: Any, tmp_path: Path) -> None:
    visit = Visit(
        chromium, tmp_path, draw(causal(4)), permissions=["clipboard-read", "clipboard-write"]
    )
    cell(visit, causal(4), 3, 1).click()
    visit.page.get_by_role("button", name="Copy LaTeX").click()
    visit.page.get_by_role("status").get_by_text("Copied").wait_for(state="attached")
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    assert copied == causal(4).cells[13].latex
    visit.must_be_quiet()


def test_copying_works_where_the_clipboard_is_closed(chromium: Any, tmp_path: Path) -> None:
    visit = Visit(chromium, tmp_path, draw(causal(4)))
    visit.page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "document.execCommand = () => { window.taken = getSelection().toString()"
        " || document.activeElement.value; return true; }"
    )
    visit.page.get_by_role("button", name="Copy LaTeX").click()
    visit.page.get_by_role("status").get_by_text("Copied").wait_for(state="attached")
    assert visit.page.evaluate("window.taken") == causal(4).cells[0].latex


def test_a_screen_reader_hears_rows_columns_and_cells(chromium: Any, tmp_path: Path) -> None:
    visit = Visit(chromium, tmp_path, draw(causal(4)))
    grid = visit.page.get_by_role("grid", name="causal: attention weights, n = 4")
    assert grid.get_by_role("gridcell").count() == 16
    assert grid.get_by_role("row").count() == 5
    assert grid.get_by_role("rowheader").count() == 4
    assert grid.get_by_role("columnheader").count() == 4
    name = "query 1, key 0, visible, weight 1/2, weight formula exp(q_1 k_0^T / sqrt(d)) /"
    assert grid.get_by_role("gridcell", name=name).count() == 1
    assert grid.get_by_role("gridcell", name="query 0, key 1, masked").count() == 1
    described = grid.get_attribute("aria-describedby")
    assert visit.page.locator(f"#{described}").text_content() == causal(4).assumption


def test_every_sample_is_quiet_and_typeset(chromium: Any, tmp_path: Path, figure: Figure) -> None:
    visit = Visit(chromium, tmp_path, draw(figure))
    last = len(figure.rows) - 1
    cell(visit, figure, last, 0).hover()
    must_show(visit, figure, last, 0)
    assert visit.page.locator(".untypeset").count() == 0
    visit.must_be_quiet()


def test_hostile_labels_do_nothing(chromium: Any, tmp_path: Path) -> None:
    visit = Visit(chromium, tmp_path, draw(labelled(HOSTILE)))
    heads = visit.page.get_by_role("rowheader").all_text_contents()
    assert heads[1:4] == ["a&b\"'", "]]>", r"x\x00\x1b[31m\ny"]
    visit.must_be_quiet()


@pytest.mark.parametrize("name", ["causal n=7", "products n=7", "causal n=64", "words"])
def test_nothing_sticks_out_at_320_pixels(chromium: Any, tmp_path: Path, name: str) -> None:
    size = {"width": 320, "height": 640}
    visit = Visit(chromium, tmp_path, draw(SAMPLES[name]), viewport=size)
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_masked_cell_does_not_look_like_a_zero(chromium: Any, tmp_path: Path) -> None:
    figure = SAMPLES["masked beside zero"]
    visit = Visit(chromium, tmp_path, draw(figure))
    looks = {cell(visit, figure, 0, j).screenshot() for j in range(3)}
    assert len(looks) == 3
    backgrounds = "cell => getComputedStyle(cell).backgroundColor"
    assert cell(visit, figure, 0, 0).evaluate(backgrounds) == "rgba(0, 0, 0, 0)"
    assert cell(visit, figure, 0, 1).evaluate(backgrounds) == "rgb(252, 252, 250)"


def test_light_and_dark(chromium: Any, tmp_path: Path) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        visit = Visit(chromium, tmp_path, draw(causal(3)), color_scheme=scheme)
        style = "getComputedStyle(document.documentElement)"
        seen[scheme] = visit.page.evaluate(f"[{style}.backgroundColor, {style}.color]")
    assert seen["light"] == ["rgb(251, 250, 247)", "rgb(29, 35, 48)"]
    assert seen["dark"] == ["rgb(20, 23, 29)", "rgb(232, 230, 225)"]


def test_nothing_moves_for_those_who_ask(chromium: Any, tmp_path: Path) -> None:
    visit = Visit(chromium, tmp_path, draw(causal(3)), reduced_motion="reduce")
    durations = (
        "[...document.querySelectorAll('*')].map(e => getComputedStyle(e).transitionDuration)"
    )
    assert set(visit.page.evaluate(durations)) == {"0s"}


def test_without_javascript_every_formula_can_be_read(chromium: Any, tmp_path: Path) -> None:
    figure = causal(4)
    visit = Visit(chromium, tmp_path, draw(figure), java_script_enabled=False)
    visit.page.get_by_text("All closed forms as LaTeX").click()
    read = visit.page.locator(".forms code").all_inner_texts()
    assert read == [cell.latex for cell in figure.cells]
    assert visit.page.locator(".panel").is_hidden()


def test_paper_shows_the_chosen_cell(chromium: Any, tmp_path: Path) -> None:
    visit = Visit(chromium, tmp_path, draw(products(4)))
    visit.page.emulate_media(media="print")
    assert visit.page.locator("#formula").is_visible()
    assert visit.page.get_by_role("button").is_hidden()
    assert visit.page.pdf().startswith(b"%PDF")


def test_a_page_typesets_its_formulas(chromium: Any, tmp_path: Path) -> None:
    html = page("A < B", math(r"a < \frac{1}{2}") + math(r"\mathsf{T}", display=True))
    visit = Visit(chromium, tmp_path, html)
    assert visit.page.title() == "A < B"
    assert visit.page.locator("span.math .katex").count() == 1
    assert visit.page.locator("div.math .katex-display").count() == 1
    fonts = "document.fonts.ready.then(fonts => [...fonts].map(f => f.family + f.status))"
    assert "KaTeX_SansSerifloaded" in visit.page.evaluate(fonts)
    visit.must_be_quiet()


def test_bad_latex_stays_readable(chromium: Any, tmp_path: Path) -> None:
    visit = Visit(chromium, tmp_path, page("bad", math(r"\nosuch{a")))
    assert visit.page.locator(".math.untypeset").text_content() == r"\nosuch{a"


def test_the_browser_refuses_every_request(chromium: Any, tmp_path: Path) -> None:
    visit = Visit(chromium, tmp_path, page("bad", '<img src="https://example.invalid/x.png">'))
    with pytest.raises(AssertionError, match=r"example\.invalid"):
        visit.must_be_quiet()
    assert any("Content Security Policy" in complaint for complaint in visit.complaints)
