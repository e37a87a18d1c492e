"""The map as SVG and HTML: boxes apart, lines that meet no box, a row for each edge."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from symattn.core.relations import RELATIONS, RelationMap
from symattn.relating.relate import related
from symattn.rendering import atlas_html, atlas_svg
from symattn.rendering.layered import Placed, Size, placed
from tests.rendering.chromium import Visit, browser

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def found() -> RelationMap:
    only = ("full", "causal", "prefix", "window", "chunked", "block_local", "multihead")
    return related(only, ("subset", "special case"))


Corner = tuple[int, int]


def crosses(one: Corner, other: Corner, corner: Corner, size: Size) -> bool:
    """Whether a straight line passes through the inside of a box, by points close together."""
    (x, y), (to_x, to_y) = one, other
    steps = 2 * max(abs(to_x - x), abs(to_y - y), 1)
    for step in range(steps + 1):
        at_x, at_y = x + (to_x - x) * step / steps, y + (to_y - y) * step / steps
        inside = corner[0] + 1 < at_x < corner[0] + size.width - 1
        if inside and corner[1] + 1 < at_y < corner[1] + size.height - 1:
            return True
    return False


def must_be_tidy(sizes: dict[str, Size], edges: list[tuple[str, str]], where: Placed) -> None:
    """Raise where boxes overlap, lines meet a box, or an upper box is not above its lower one."""
    for one, other in combinations(sizes, 2):
        (x, y), (u, v) = where.corners[one], where.corners[other]
        apart = x + sizes[one].width < u or u + sizes[other].width < x
        assert apart or y + sizes[one].height < v or v + sizes[other].height < y, (one, other)
    for low, high in edges:
        assert where.corners[high][1] + sizes[high].height < where.corners[low][1], (low, high)
        for start, end in pairwise(where.lines[low, high]):
            for name, size in sizes.items():
                assert not crosses(start, end, where.corners[name], size), (low, high, name)


def drawn_at_random(seed: int) -> tuple[dict[str, Size], list[tuple[str, str]]]:
    """Boxes and edges from a lower number to a higher one."""
    draw = random.Random(seed)
    names = [f"b{at}" for at in range(draw.randint(1, 14))]
    sizes = {name: Size(2 * draw.randint(10, 90), draw.randint(16, 60)) for name in names}
    edges = [(a, b) for a, b in combinations(names, 2) if draw.random() < 0.2]
    return sizes, edges


@pytest.mark.parametrize("seed", range(40))
def test_layers_are_tidy(seed):
    sizes, edges = drawn_at_random(seed)
    where = placed(sizes, edges, 400)
    must_be_tidy(sizes, edges, where)
    assert where == placed(sizes, edges, 400)
    for name, (x, _) in where.corners.items():
        assert x >= 0
        assert x + sizes[name].width <= where.width + 1
    assert all(0 <= x <= where.width for line in where.lines.values() for x, _ in line)


def test_an_untidy_layout_would_be_seen():
    sizes = {name: Size(20, 20) for name in "abc"}
    corners = {"a": (0, 200), "b": (0, 100), "c": (0, 0)}
    through = Placed(20, 220, corners, {("a", "c"): ((10, 200), (10, 20))})
    with pytest.raises(AssertionError, match="b"):
        must_be_tidy(sizes, [("a", "c")], through)
    with pytest.raises(AssertionError):
        must_be_tidy(sizes, [], Placed(20, 20, dict.fromkeys("abc", (0, 0)), {}))


def test_edges_in_a_circle_end():
    sizes = {name: Size(20, 20) for name in "ab"}
    assert set(placed(sizes, [("a", "b"), ("b", "a")], 100).corners) == {"a", "b"}


def test_the_picture_has_every_group_and_every_edge(found):
    tree = ElementTree.fromstring(atlas_svg.draw(found))
    groups = [g.get("data-name") for g in tree.iter(f"{SVG}g") if g.get("class") == "group"]
    assert sorted({g[0] for g in found.groups("same support")}) == sorted(set(groups) & {
        g[0] for g in found.groups("same support")})  # fmt: skip
    drawn = [(g.get("data-relation"), g.get("data-left"), g.get("data-right"))
             for g in tree.iter(f"{SVG}g") if g.get("class") == "edge"]  # fmt: skip
    kept = {
        (e.relation, e.left, e.right) for e in found.held("subset", "special case") if not e.implied
    }
    assert sorted(drawn) == sorted(kept)
    told = "".join(title.text or "" for title in tree.iter(f"{SVG}title"))
    for edge in found.held("subset", "special case"):
        assert edge.implied or edge.decision.claim.text in told
    assert atlas_svg.draw(found) == atlas_svg.draw(found)


def test_every_edge_has_a_row_and_every_link_leads_to_one(found):
    page = atlas_html.draw(found)
    rows = re.findall(r'<tr id="(edge-\d+)"', page)
    assert len(rows) == len(set(rows)) == len(found.edges)
    links = re.findall(r'<a href="#(edge-\d+)"', page)
    assert links
    assert set(links) <= set(rows)
    for relation in {edge.relation for edge in found.edges if edge.holds}:
        assert f"<h2>{relation.capitalize()}: {RELATIONS[relation]}</h2>" in page
    for edge in found.edges:
        assert edge.decision.claim.text.replace("<", "&lt;").replace(">", "&gt;") in page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as started:
        yield started


@pytest.mark.browser
def test_pointing_at_an_edge_shows_its_verdict(found, chromium, tmp_path: Path):
    visit = Visit(chromium, tmp_path, atlas_html.draw(found))
    edge = visit.page.locator('.edge[data-left="causal"][data-right="prefix(p)"]').first
    assert visit.page.locator("#verdict").is_hidden()
    edge.dispatch_event("pointerenter")
    shown = visit.page.locator("#verdict").text_content()
    assert "support(causal) <= support(prefix(p))" in shown
    assert "PROVED for all n >= 1, p >= 0" in shown
    assert visit.page.locator(".group.lit").count() >= 2
    edge.locator("xpath=..").click(force=True)
    assert visit.page.locator("tr:target details[open]").count() == 1
    visit.must_be_quiet()


@pytest.mark.browser
def test_without_scripts_the_tables_say_the_same(found, chromium, tmp_path: Path):
    visit = Visit(chromium, tmp_path, atlas_html.draw(found), java_script_enabled=False)
    assert visit.page.locator("tbody tr").count() == len(found.edges)
    assert visit.page.locator("tbody summary", has_text="n >= 1, p >= 0").first.is_visible()
