"""Numbers from files: `.json` (exact texts), `.npz` (arrays by name), `.csv` (one matrix).

The file may be hostile: its size is checked before it is parsed, a number's digits and exponent
before it is computed, an array's header before its data is read. Nothing is ever unpickled.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from symattn.core.errors import Unreadable, Usage, did_you_mean
from symattn.core.numbers import MOST_ENTRIES, Numbers, numbers, read_number, together

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST_FILE = 16 * 2**20  # bytes, unpacked
# The keys that anybody may write; the other names of a Form are known to the Form alone.
USUAL_KEYS = ("parameters", "Q", "K", "V", "x", "PE")


def read_numbers(paths: str | Path | Iterable[str | Path]) -> Numbers:
    """The exact numbers that one file or several files hold together.

    Whether a Form has these names and shapes is said when an instance is made of it.
    """
    several = [paths] if isinstance(paths, (str, Path)) else paths
    return together(_read(Path(path)) for path in several)


def _read(path: Path) -> Numbers:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise Usage(f"{path.name}: expected a file that ends with {', '.join(READERS)}")
    data = _bytes(path)
    try:
        return numbers(reader(path.stem, data))
    except Unreadable as error:
        raise error.within(path.name) from None
    except Usage as error:
        raise Unreadable("", 0, str(error), source=path.name) from None


def _bytes(path: Path) -> bytes:
    """The content of a file of moderate size; a pipe or a device is read no further than that."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise Usage(f"{path}: no such file") from None
    except OSError as error:
        raise Usage(f"{path}: {error.strerror or 'cannot be read'}") from None
    if len(data) > LARGEST_FILE:
        raise Usage(f"{path.name}: larger than {LARGEST_FILE // 2**20} MB")
    return data


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Usage(f"byte {error.start}: expected text in UTF-8") from None


def _json(_: str, data: bytes) -> Mapping[str, Any]:
    """`{"Q": [["1", "1/3"]], "parameters": {"T": "0.5"}}`; every number is read as its text."""
    text = _text(data)
    try:
        found = json.loads(
            text,
            parse_float=str,
            parse_int=str,
            parse_constant=_no_constant,
            object_pairs_hook=_once,
        )
    except json.JSONDecodeError as error:
        raise Unreadable(
            text, error.pos, f"expected JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        ) from None
    except RecursionError:
        raise Usage("nested too deeply") from None
    if not isinstance(found, dict):
        raise Usage('expected an object like {"Q": [["1", "1/3"]]}')
    for name in found:
        close = did_you_mean(name, USUAL_KEYS)
        if isinstance(found[name], dict) and name != "parameters" and "parameters" in close:
            raise Usage(f"unknown key {name!r}; {close}")
    return found


def _no_constant(text: str) -> NoReturn:
    raise Unreadable(text, 0, "expected a finite number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Usage(f"the key {key[:40]!r} is given twice")
        found[key] = value
    return found


def _csv(stem: str, data: bytes) -> Mapping[str, Any]:
    """One matrix, a row a line, named by the file: Q.csv holds Q. Lines after # are comments."""
    rows = []
    left = MOST_ENTRIES
    for at, line in enumerate(_text(data).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        cells = line.split(",")
        if len(cells) == 1 and re.search(r"[;\t]|\d +-?\d", line.strip()):
            raise Unreadable(line[:80], 0, "expected commas between numbers", source=f"line {at}")
        left -= len(cells)
        if left < 0:
            raise Usage(f"line {at}: more than {MOST_ENTRIES} numbers")
        places = [f"line {at}, number {t}" for t in range(1, len(cells) + 1)]
        rows.append([read_number(c, place) for c, place in zip(cells, places, strict=True)])
    if not rows:
        raise Usage("expected a row of numbers")
    return {stem: rows}


def _npz(_: str, data: bytes) -> Mapping[str, Any]:
    """Arrays by name; floats become the exact binary fractions that they are."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = [member.filename.removesuffix(".npy") for member in members]
            if sum(member.file_size for member in members) > LARGEST_FILE:
                raise Usage(f"larger than {LARGEST_FILE // 2**20} MB when unpacked")
            if len(set(names)) < len(names) or "parameters" in names:
                raise Usage("an array is given twice, or is called parameters")
            arrays = {name: _member(archive, m) for name, m in zip(names, members, strict=True)}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError) as error:
        raise Usage(f"expected a NumPy archive: {str(error)[:80]}") from None
    scalars = {name: array.item() for name, array in arrays.items() if array.ndim == 0}
    rest = {name: array for name, array in arrays.items() if array.ndim > 0}
    return {**rest, "parameters": scalars}


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray[Any]:
    """One array, after its header has been found to promise no more than there is."""
    import numpy as np

    name = member.filename[:60]
    plain = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if not plain or member.flag_bits & 1 or not name.endswith(".npy"):
        raise Usage(f"{name}: expected an array as numpy.savez writes it")
    with archive.open(member) as file:
        content = io.BytesIO(file.read(LARGEST_FILE + 1))
    try:
        version = np.lib.format.read_magic(content)
        read_header = HEADERS.get(version)
        if read_header is None:
            raise Usage(f"{name}: written in version {version} of the format")
        shape, _, kind = getattr(np.lib.format, read_header)(content)
        if kind.kind not in "biuf" or kind.itemsize > 8:
            raise Usage(f"{name}: expected real numbers, got {kind}")
        count = prod(shape)
        if (
            min(shape, default=0) < 0
            or count > MOST_ENTRIES
            or count * kind.itemsize > member.file_size
        ):
            raise Usage(f"{name}: promises {count} numbers in {member.file_size} bytes")
        content.seek(0)
        found: NDArray[Any] = np.lib.format.read_array(content, allow_pickle=False)
    except (ValueError, TypeError, SyntaxError, OverflowError, MemoryError) as error:
        raise Usage(f"{name}: {str(error).splitlines()[0][:120]}") from None
    return found


HEADERS = {(1, 0): "read_array_header_1_0", (2, 0): "read_array_header_2_0"}
READERS: Mapping[str, Callable[[str, bytes], Mapping[str, Any]]] = {
    ".json": _json,
    ".npz": _npz,
    ".csv": _csv,
}
