"""How a reader wants formulas written: presets, and TOML files whose keys are the fields.

A Notation is only a record of choices; the writers (`latex`, `formulas`, `symbols_text`) obey it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

from symattn.core.errors import Unreadable, Usage, did_you_mean

LARGEST_FILE = 20_000


@dataclass(frozen=True, slots=True)
class Notation:
    """One way to write formulas; every field has the few values of `CHOICES`.

    >>> PRESETS["vaswani"].softmax, PRESETS["foundations"].pair
    ('softmax', 'function')
    """

    base: int = 0  # the first position, head and coordinate is number 0 or 1
    vectors: str = "rows"  # rows: q_i k_j^T and QK^T; columns: q_i^T k_j and K^T Q
    transpose: str = "^T"
    mask: str = "Mask"
    softmax: str = "Softmax"
    width: str = "d"  # the letter of the width of queries and keys
    weights: str = "alpha"
    exponential: str = "power"  # power: e^{x}; function: exp(x)
    product: str = "transpose"  # transpose: q_i k_j^T; dot: q_i . k_j; angle: <q_i, k_j>
    pair: str = "subscript"  # subscript: alpha_{i,j}; function: alpha(i,j)
    entrywise: str = "odot"  # the sign of the entry-by-entry product of matrices
    bold: bool = False  # vectors in bold type

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            value = getattr(self, name)
            if not any(value == a and type(value) is type(a) for a in allowed):
                raise Usage(_wrong_value(name, value, allowed))


CHOICES: Mapping[str, tuple[object, ...]] = MappingProxyType(
    {
        "base": (0, 1),
        "vectors": ("rows", "columns"),
        "transpose": ("^T", r"^\top", r"^{\mathsf T}"),
        "mask": ("Mask", "M"),
        "softmax": ("Softmax", "softmax"),
        "width": ("d", "d_k"),
        "weights": ("alpha", "A", "P"),
        "exponential": ("power", "function"),
        "product": ("transpose", "dot", "angle"),
        "pair": ("subscript", "function"),
        "entrywise": ("odot", "circ"),
        "bold": (False, True),
    }
)
VASWANI = Notation(transpose=r"^\top", mask="M", softmax="softmax", width="d_k")
PRESETS: Mapping[str, Notation] = MappingProxyType(
    {
        "foundations": Notation(pair="function"),
        "vaswani": VASWANI,
        "columns": replace(VASWANI, vectors="columns", width="d"),
        "dot": replace(VASWANI, product="dot", width="d"),
    }
)


def _wrong_value(name: str, value: object, allowed: tuple[object, ...]) -> str:
    shown = ", ".join(_toml(a) for a in allowed)
    hint = did_you_mean(value, map(str, allowed)) if isinstance(value, str) else ""
    return f"notation: {name} is one of {shown}, got {value!r}" + (f"; {hint}" if hint else "")


def _toml(value: object) -> str:
    """A value as it stands in a TOML file, without the need to double backslashes."""
    return f"'{value}'" if isinstance(value, str) else str(value).lower()


def notation(name_or_path: str | Notation) -> Notation:
    """The preset of that name, or the notation that a .toml file states.

    >>> notation("columns").vectors
    'columns'
    """
    if isinstance(name_or_path, Notation):
        return name_or_path
    if name_or_path in PRESETS:
        return PRESETS[name_or_path]
    if name_or_path.endswith(".toml"):
        return from_toml(_text_of(name_or_path))
    hint = did_you_mean(name_or_path, PRESETS)
    known = f"presets are {', '.join(PRESETS)}; a file of your own ends in .toml"
    raise Usage(f"no notation {name_or_path!r}; {hint + ' ' if hint else ''}{known}")


def _text_of(path: str) -> str:
    try:
        with open(path, "rb") as file:
            raw = file.read(LARGEST_FILE + 1)
        if len(raw) > LARGEST_FILE:
            raise Usage(f"notation file {path}: over {LARGEST_FILE} bytes")
        return raw.decode("utf-8")
    except OSError as error:
        raise Usage(f"notation file {path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise Usage(f"notation file {path}: not UTF-8 at byte {error.start}") from None


def from_toml(text: str) -> Notation:
    """The notation that a TOML text states: `preset`, then fields that differ from it.

    >>> from_toml('preset = "vaswani"\\nbase = 1').base
    1
    """
    import tomllib

    try:
        given = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _unreadable(text, str(error)) from None
    preset = given.pop("preset", "foundations")
    if preset not in PRESETS:
        hint = did_you_mean(str(preset), PRESETS) or f"presets are {', '.join(PRESETS)}"
        raise Usage(f"notation: no preset {preset!r}; {hint}")
    known = [field.name for field in fields(Notation)]
    for key in given:
        if key not in known:
            hint = did_you_mean(key, [*known, "preset"]) or f"fields are {', '.join(known)}"
            raise Usage(f"notation: unknown field {key!r}; {hint}")
    return replace(PRESETS[preset], **given)


def _unreadable(text: str, complaint: str) -> Unreadable:
    """The complaint of the TOML reader, with its place counted in our way."""
    place = re.search(r"\s*\(at line (\d+), column (\d+)\)", complaint)
    message = re.sub(r"\s*\(at [^)]*\)$", "", complaint) or "not TOML"
    if place is None:
        return Unreadable(text, len(text), f"notation: {message}")
    before = text.split("\n")[: int(place[1]) - 1]
    position = sum(len(line) + 1 for line in before) + int(place[2]) - 1
    return Unreadable(text, position, f"notation: {message}")
