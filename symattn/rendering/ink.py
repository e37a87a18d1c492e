"""From a shade to a colour: white paper, black-blue ink, and letters that can be read on both."""

from __future__ import annotations

from collections.abc import Iterable

ZERO = (252, 252, 250)  # nothing at all; the least that is not nothing has a tint
STOPS = ((233, 240, 248), (111, 148, 195), (13, 35, 71))  # just above 0, 1/2, 1
PAPER, RULE, HATCH, LETTERS, QUIET = "#ffffff", "#dcdad4", "#b9b6ae", "#1d2330", "#5a606c"


def tone(shade: float) -> str:
    """The colour of a shade between 0 and 1; darker means more, also in a grey print.

    >>> tone(0), tone(1)
    ('#fcfcfa', '#0d2347')
    """
    if not 0 <= shade <= 1:
        raise ValueError(f"a shade is between 0 and 1, got {shade}")
    if shade == 0:
        return _hex(ZERO)
    below, above = STOPS[:2] if shade <= 0.5 else STOPS[1:]
    part = 2 * shade if shade <= 0.5 else 2 * shade - 1
    return _hex(round(low + part * (high - low)) for low, high in zip(below, above, strict=True))


def _hex(channels: Iterable[int]) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def letters_on(colour: str) -> str:
    """Black or white, whichever contrasts more (at least 4.5 to 1, as WCAG asks).

    >>> letters_on("#fcfcfa"), letters_on("#0d2347")
    ('#000000', '#ffffff')
    """
    black, white = contrast(colour, "#000000"), contrast(colour, "#ffffff")
    return "#000000" if black >= white else "#ffffff"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.1, relative luminance)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)
