"""A heatmap as PNG: the marks of the SVG, painted with Pillow and the letters of KaTeX.

A character that KaTeX's fonts lack is painted from a common font of the machine; where there is
none it stands as an escape, never as an empty box.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from symattn.core.figure import Figure
from symattn.rendering.drawing import LOWERED, RAISED, SCRIPT, Box, Drawing, Strokes, Words
from symattn.rendering.heatmap_layout import plan
from symattn.rendering.inline_math import Run

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
FACES = {False: "KaTeX_Main-Regular.woff2", True: "KaTeX_Math-Italic.woff2"}
ELSEWHERE = ("DejaVuSerif.ttf", "DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial Unicode.ttf",
             "arial.ttf", "NotoSansCJK-Regular.ttc", "msyh.ttc", "PingFang.ttc")  # fmt: skip
NEVER = "\U0010ffff"  # no font has it: what it paints is how a font paints a gap


def draw(figure: Figure, *, cell_text: bool | None = None, scale: int = 2) -> bytes:
    """The figure as a PNG file, the same bytes for the same figure on the same machine."""
    return paint(plan(figure, cell_text=cell_text), scale)


def paint(drawing: Drawing, scale: int) -> bytes:
    """The marks as PNG; title and description travel in the file."""
    image = Image.new("RGB", (drawing.width * scale, drawing.height * scale), "white")
    canvas = ImageDraw.Draw(image)
    for mark in drawing.marks:
        if isinstance(mark, Box):
            right, bottom = mark.x + mark.width, mark.y + mark.height
            corners = (mark.x * scale, mark.y * scale, right * scale - 1, bottom * scale - 1)
            canvas.rectangle(corners, fill=mark.fill)
        elif isinstance(mark, Strokes):
            for line in mark.lines:
                canvas.line([end * scale for end in line], fill=mark.colour, width=max(scale, 1))
        else:
            _write(image, mark, scale)
    about = PngImagePlugin.PngInfo()
    about.add_itxt("Title", drawing.title)
    about.add_itxt("Description", drawing.description)
    file = BytesIO()
    image.save(file, "PNG", pnginfo=about, optimize=False)
    return file.getvalue()


def _write(image: Image.Image, words: Words, scale: int) -> None:
    """Paint the letters on a mask of their own, turn it if asked, and pour the colour through."""
    size = words.size * scale
    placed, width = _placed(words.runs, size)
    room = round(size * 1.2)  # above the baseline; as much below holds every descender
    mask = Image.new("L", (round(width) + 2 * room, 2 * room), 0)
    for start, down, text, font in placed:
        ImageDraw.Draw(mask).text((room + start, room + down), text, 255, font, "ls")
    back = {"start": 0.0, "middle": width / 2, "end": width}[words.anchor] + room
    x, y = words.x * scale, words.y * scale
    if words.turned:
        mask = mask.transpose(Image.Transpose.ROTATE_90)
        corner = (round(x - room), round(y + back - mask.height))
    else:
        corner = (round(x - back), round(y - room))
    image.paste(words.colour, (*corner, corner[0] + mask.width, corner[1] + mask.height), mask)


def _placed(
    runs: tuple[Run, ...], size: float
) -> tuple[list[tuple[float, float, str, Font]], float]:
    """Every piece of text with its place on the baseline, and the width of them all."""
    placed, x = [], 0.0
    for run in runs:
        down = size * {1: -RAISED, 0: 0.0, -1: LOWERED}[run.level]
        smaller = size * (SCRIPT if run.level else 1)
        for text, font in _pieces(run, round(smaller)):
            placed.append((x, down, text, font))
            x += font.getlength(text)
    return placed, x


def _pieces(run: Run, size: int) -> Iterator[tuple[str, Font]]:
    """The text of a run, cut where the font changes."""
    piece, before = "", _face(FACES[run.italic], size)
    for char in run.text:
        text, font = _letter(char, run.italic, size)
        if font is not before and piece:
            yield piece, before
            piece = ""
        piece, before = piece + text, font
    yield piece, before


@cache
def _letter(char: str, italic: bool, size: int) -> tuple[str, Font]:
    """The character and a font that has it; an escape if no font is found."""
    candidates: list[Font | None] = [_face(FACES[italic], size), _face(FACES[False], size)]
    candidates += [_found(name, size) for name in ELSEWHERE]
    for font in candidates:
        if font is None:
            continue
        if char.isspace() or bytes(font.getmask(char)) != bytes(font.getmask(NEVER)):
            return char, font
    return char.encode("unicode_escape").decode("ascii"), _face(FACES[False], size)


@cache
def _face(name: str, size: int) -> Font:
    """A font of KaTeX, or Pillow's own where FreeType cannot open WOFF2."""
    data = files("symattn.rendering").joinpath("katex", "fonts", name).read_bytes()
    try:
        return ImageFont.truetype(BytesIO(data), size)
    except OSError:
        return ImageFont.load_default(size)


@cache
def _found(name: str, size: int) -> Font | None:
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None
