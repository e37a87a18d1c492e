"""The PNG shows the marks of the SVG, and carries its own description."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from symattn.core.figure import Figure
from symattn.rendering.drawing import Box, Words
from symattn.rendering.heatmap_layout import plan
from symattn.rendering.heatmap_png import draw
from symattn.rendering.ink import HATCH
from tests.rendering.samples import HOSTILE, causal, labelled, masked_beside_zero, products


def pixels(box: Box, image: Image.Image, scale: int) -> set[str]:
    """The colours inside a box."""
    edges = (box.x, box.y, box.x + box.width, box.y + box.height)
    part = image.crop(tuple(scale * edge for edge in edges))
    found = part.getcolors(1 << 16) or []
    return {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in found}


def test_every_cell_has_its_colour_and_masked_cells_their_lines(figure: Figure) -> None:
    image = Image.open(BytesIO(draw(figure, cell_text=False))).convert("RGB")
    boxes = [mark for mark in plan(figure, cell_text=False).marks if isinstance(mark, Box)]
    cells = [box for box in boxes if box.name in ("cell", "masked")]
    assert cells
    for box in cells:
        expected = {box.fill} if box.name == "cell" else {box.fill, HATCH}
        assert pixels(box, image, 2) == expected


def test_a_masked_cell_does_not_look_like_a_zero() -> None:
    figure = masked_beside_zero()
    image = Image.open(BytesIO(draw(figure))).convert("RGB")
    masked, zero, one = (
        pixels(mark, image, 2)
        for mark in plan(figure).marks
        if isinstance(mark, Box) and mark.name in ("cell", "masked")
    )
    assert HATCH in masked
    assert zero == {"#fcfcfa"}
    assert one == {"#0d2347"}


def test_letters_are_painted() -> None:
    with_text, without = draw(products(4)), draw(products(4), cell_text=False)
    assert with_text != without


def test_long_key_labels_stand_upright() -> None:
    """The first key label: its letters take a column that is much higher than wide."""
    figure = labelled(("attention", "x"))
    image = Image.open(BytesIO(draw(figure))).convert("L")
    label = next(
        mark for mark in plan(figure).marks if isinstance(mark, Words) and mark.turned
        and mark.name == "label"
    )  # fmt: skip
    x, y = round(2 * label.x), round(2 * label.y)
    column = image.crop((x - 40, y - 160, x + 20, y + 4)).point(lambda grey: 255 * (grey < 128))
    left, top, right, bottom = column.getbbox() or (0, 0, 0, 0)
    assert bottom - top > 3 * (right - left) > 0


@pytest.mark.parametrize("scale", [1, 3])
def test_scale_multiplies_the_canvas(scale: int) -> None:
    image = Image.open(BytesIO(draw(causal(3), scale=scale)))
    assert image.size == (plan(causal(3)).width * scale, plan(causal(3)).height * scale)


def test_title_and_assumption_travel_in_the_file(figure: Figure) -> None:
    image = Image.open(BytesIO(draw(figure)))
    image.load()
    assert figure.assumption in str(image.info["Description"])
    assert image.info["Title"]


def test_hostile_labels_can_be_painted() -> None:
    assert draw(labelled(HOSTILE)).startswith(b"\x89PNG")


def test_a_character_without_a_glyph_is_an_escape_not_a_box() -> None:
    from symattn.rendering.heatmap_png import _letter

    assert _letter("\U0001f9ff", False, 20)[0] in ("\U0001f9ff", r"\U0001f9ff")
    assert _letter("\U0010fffd", False, 20)[0] == r"\U0010fffd"
    assert _letter("q", True, 20)[0] == "q"
